package io.troupe.actors.view;

import java.time.Duration;
import java.util.Locale;

/** Numbers as a person reads them. */
final class Figures {

    private static final char[] BLOCKS = "▁▂▃▄▅▆▇█".toCharArray();

    private Figures() {}

    /** Two decimals. */
    static String two(double value) {
        return decimals(value, 2);
    }

    /** Three decimals, for shares of tasks. */
    static String three(double value) {
        return decimals(value, 3);
    }

    private static String decimals(double value, int places) {
        if (!Double.isFinite(value)) {
            return "–";
        }
        String text = String.format(Locale.ROOT, "%." + places + "f", value);
        return text.startsWith("-") && text.matches("-0\\.0*") ? text.substring(1) : text;
    }

    /** A difference, with its sign. */
    static String difference(double value) {
        return Double.isFinite(value)
                ? String.format(Locale.ROOT, "%+.3f", Math.abs(value) < 5e-4 ? 0 : value)
                        .replace('-', '−')
                : "–";
    }

    /** So many of a thing: 1 run, 2 runs. */
    static String count(long number, String one, String several) {
        return number + " " + (number == 1 ? one : several);
    }

    /** A whole number with thousands set apart. */
    static String whole(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%,.0f", value) : "–";
    }

    /** Three significant digits, whatever the size: a learning rate. */
    static String scientific(double value) {
        if (!Double.isFinite(value)) {
            return "–";
        }
        double size = Math.abs(value);
        if (size == 0 || (size >= 0.01 && size < 10_000)) {
            return String.format(Locale.ROOT, "%.3g", value);
        }
        return String.format(Locale.ROOT, "%.1e", value)
                .replaceFirst("e([+-])0", "e$1")
                .replace("e+", "e");
    }

    /** Seconds with one decimal. */
    static String seconds(double seconds) {
        return Double.isFinite(seconds) ? String.format(Locale.ROOT, "%.1f s", seconds) : "–";
    }

    /** 1:48 or 1:02:03. */
    static String clock(Duration duration) {
        long s = Math.max(0, duration.toSeconds());
        return s >= 3600
                ? String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60)
                : String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60);
    }

    /**
     * A curve in one line of block characters.
     *
     * @param values what to draw, oldest first; averaged into the cells where there are more values than cells
     * @param low the value of the lowest block
     * @param high the value of the highest
     * @param cells how many characters at most
     */
    static String sparkline(double[] values, double low, double high, int cells) {
        int count = Math.min(cells, values.length);
        var text = new StringBuilder();
        for (int cell = 0; cell < count; cell++) {
            int from = cell * values.length / count;
            int to = Math.max(from + 1, (cell + 1) * values.length / count);
            double sum = 0;
            for (int i = from; i < to; i++) {
                sum += values[i];
            }
            double height = (sum / (to - from) - low) / (high > low ? high - low : 1);
            int block = (int) Math.floor(height * BLOCKS.length);
            text.append(BLOCKS[Math.max(0, Math.min(BLOCKS.length - 1, block))]);
        }
        return text.toString();
    }
}
