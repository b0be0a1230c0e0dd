package io.troupe.actors.view;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Curves over the updates of a run, as SVG that is styled by the page. */
final class LineChart {

    /** How many colours the page has. */
    static final int COLOURS = 10;

    private static final int LEFT = 46;
    private static final int RIGHT = 14;
    private static final int TOP = 10;
    private static final int BOTTOM = 26;

    /** More points than this are averaged in buckets: the eye sees no more, and the page stays small. */
    private static final int POINTS = 240;

    /** Weight of the newest value in the smooth curve. */
    private static final double SMOOTHING = 0.15;

    /**
     * A curve.
     *
     * @param name as the legend calls it
     * @param x updates, rising
     * @param y as many values
     * @param band how far off they may be, or null
     */
    record Series(
            String name, double[] x, double[] y, @Nullable Band band) {
        Series(String name, double[] x, double[] y) {
            this(name, x, y, null);
        }
    }

    /**
     * A band around a curve, as many values each.
     *
     * @param low its lower edge
     * @param high its upper edge
     */
    record Band(double[] low, double[] high) {}

    private final String title;
    private final int width;
    private final int height;
    private final List<Series> series;
    private final boolean smooth;
    private double minX;
    private double maxX;
    private double minY;
    private double maxY;

    private LineChart(String title, int width, int height, List<Series> series, boolean smooth) {
        this.title = title;
        this.width = width;
        this.height = height;
        this.series = series.stream().map(LineChart::thinned).toList();
        this.smooth = smooth;
    }

    /**
     * Draws.
     *
     * @param title for those who cannot see it
     * @param width in user units; the page scales
     * @param height in user units
     * @param series the curves; the n-th has the class {@code c}n
     * @param smooth whether a moving average is drawn over the values
     * @param bounds the least range of the values, such as 0 to 1; NaN leaves an end to the values
     */
    static String svg(String title, int width, int height, List<Series> series, boolean smooth, double... bounds) {
        var chart = new LineChart(title, width, height, series, smooth);
        chart.scale(bounds);
        return chart.draw();
    }

    private void scale(double... bounds) {
        minX = min(series.stream().map(Series::x).toList(), Double.NaN);
        maxX = max(series.stream().map(Series::x).toList(), Double.NaN);
        minY = min(edges(Band::low), bounds.length > 0 ? bounds[0] : Double.NaN);
        maxY = max(edges(Band::high), bounds.length > 1 ? bounds[1] : Double.NaN);
        if (!(maxY > minY)) {
            double middle = Double.isFinite(minY) ? minY : 0;
            double half = Math.max(1e-3, Math.abs(middle) * 0.1);
            minY = middle - (middle == 0 ? 0 : half);
            maxY = middle + half;
        }
        if (!(maxX > minX)) {
            minX = Double.isFinite(minX) ? minX - 1 : 0;
            maxX = minX + 2;
        }
    }

    /** What has to fit in: the edges of the bands, or the curves where there is none. */
    private List<double[]> edges(Function<Band, double[]> edge) {
        return series.stream()
                .map(each -> each.band() == null ? each.y() : edge.apply(each.band()))
                .toList();
    }

    private String draw() {
        var svg = new StringBuilder();
        svg.append("<svg viewBox=\"0 0 ").append(width).append(' ').append(height);
        svg.append("\" role=\"img\" aria-label=\"").append(Html.escape(title)).append("\">\n");
        grid(svg);
        for (int i = 0; i < series.size(); i++) {
            band(svg, i, series.get(i));
        }
        for (int i = 0; i < series.size(); i++) {
            curve(svg, i, series.get(i));
        }
        hover(svg);
        return svg.append("</svg>\n").toString();
    }

    private void grid(StringBuilder svg) {
        for (double y : ticks(minY, maxY, 4)) {
            line(svg, "grid", LEFT, py(y), (double) width - RIGHT, py(y));
            text(svg, "y", LEFT - 6, py(y) + 4, label(y));
        }
        for (double x : ticks(minX, maxX, 6)) {
            if (x == Math.rint(x)) {
                text(svg, "x", px(x), height - 8.0, label(x));
            }
        }
        line(svg, "axis", LEFT, (double) height - BOTTOM, (double) width - RIGHT, (double) height - BOTTOM);
    }

    private void band(StringBuilder svg, int index, Series curve) {
        Band band = curve.band();
        if (band == null || curve.x().length < 2) {
            return;
        }
        svg.append("<path class=\"band c").append(index % COLOURS).append("\" d=\"");
        for (int i = 0; i < curve.x().length; i++) {
            point(svg, i == 0 ? 'M' : 'L', curve.x()[i], band.high()[i]);
        }
        for (int i = curve.x().length - 1; i >= 0; i--) {
            point(svg, 'L', curve.x()[i], band.low()[i]);
        }
        svg.append("Z\"/>\n");
    }

    private void point(StringBuilder svg, char command, double x, double y) {
        svg.append(command).append(Html.number(px(x), 1)).append(' ').append(Html.number(py(y), 1));
    }

    private void curve(StringBuilder svg, int index, Series curve) {
        String colour = "c" + index % COLOURS;
        if (curve.x().length == 1) {
            svg.append("<circle class=\"dot ").append(colour).append("\" r=\"3\" cx=\"");
            svg.append(Html.number(px(curve.x()[0]), 1)).append("\" cy=\"");
            svg.append(Html.number(py(curve.y()[0]), 1)).append("\"/>\n");
            return;
        }
        boolean both = smooth && curve.x().length > 8;
        path(svg, (both ? "raw " : "line ") + colour, curve.x(), curve.y());
        if (both) {
            path(svg, "line " + colour, curve.x(), smoothed(curve.y()));
        }
    }

    /** Invisible strips that tell the numbers of an update to a pointer that rests on them. */
    private void hover(StringBuilder svg) {
        if (series.isEmpty() || series.get(0).x().length == 0) {
            return;
        }
        double[] x = series.get(0).x();
        for (int i = 0; i < x.length; i++) {
            double from = i == 0 ? LEFT : (px(x[i - 1]) + px(x[i])) / 2;
            double to = i == x.length - 1 ? width - RIGHT : (px(x[i]) + px(x[i + 1])) / 2;
            svg.append("<rect class=\"hit\" x=\"")
                    .append(Html.number(from, 1))
                    .append("\" y=\"")
                    .append(TOP);
            svg.append("\" width=\"").append(Html.number(to - from, 1)).append("\" height=\"");
            svg.append(height - TOP - BOTTOM).append("\"><title>update ").append(label(x[i]));
            for (Series curve : series) {
                if (i < curve.x().length && curve.x()[i] == x[i]) {
                    svg.append('\n').append(Html.escape(curve.name())).append(": ");
                    svg.append(Html.number(curve.y()[i], 4));
                }
            }
            svg.append("</title></rect>\n");
        }
    }

    private void path(StringBuilder svg, String style, double[] x, double[] y) {
        svg.append("<path class=\"").append(style).append("\" d=\"");
        for (int i = 0; i < x.length; i++) {
            point(svg, i == 0 ? 'M' : 'L', x[i], y[i]);
        }
        svg.append("\"/>\n");
    }

    private static void line(StringBuilder svg, String style, double x1, double y1, double x2, double y2) {
        svg.append("<line class=\"").append(style).append("\" x1=\"").append(Html.number(x1, 1));
        svg.append("\" y1=\"").append(Html.number(y1, 1)).append("\" x2=\"").append(Html.number(x2, 1));
        svg.append("\" y2=\"").append(Html.number(y2, 1)).append("\"/>\n");
    }

    private static void text(StringBuilder svg, String style, double x, double y, String words) {
        svg.append("<text class=\"").append(style).append("\" x=\"").append(Html.number(x, 1));
        svg.append("\" y=\"")
                .append(Html.number(y, 1))
                .append("\">")
                .append(words)
                .append("</text>\n");
    }

    private double px(double x) {
        return LEFT + (x - minX) / (maxX - minX) * (width - LEFT - RIGHT);
    }

    private double py(double y) {
        return height - BOTTOM - (y - minY) / (maxY - minY) * (height - TOP - BOTTOM);
    }

    /** Round numbers within a range: multiples of 1, 2 or 5 times a power of ten. */
    static List<Double> ticks(double low, double high, int about) {
        double raw = (high - low) / about;
        double power = Math.pow(10, Math.floor(Math.log10(raw)));
        double ratio = raw / power;
        double step = (ratio < 1.5 ? 1 : ratio < 3.5 ? 2 : ratio < 7.5 ? 5 : 10) * power;
        var ticks = new ArrayList<Double>();
        for (long i = (long) Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
            ticks.add(i * step);
        }
        return ticks;
    }

    private static String label(double value) {
        double size = Math.abs(value);
        if (size >= 10_000) {
            return Html.number(value / 1000, 1) + "k";
        }
        return size != 0 && size < 1e-3 ? Figures.scientific(value) : Html.number(value, 3);
    }

    private static Series thinned(Series full) {
        int n = full.x().length;
        if (n <= POINTS) {
            return full;
        }
        Band band = full.band();
        return new Series(
                full.name(),
                lastOfBuckets(full.x()),
                meansOfBuckets(full.y()),
                band == null ? null : new Band(meansOfBuckets(band.low()), meansOfBuckets(band.high())));
    }

    private static double[] lastOfBuckets(double[] values) {
        var last = new double[POINTS];
        for (int bucket = 0; bucket < POINTS; bucket++) {
            last[bucket] = values[(int) ((long) (bucket + 1) * values.length / POINTS) - 1];
        }
        return last;
    }

    private static double[] meansOfBuckets(double[] values) {
        int n = values.length;
        var means = new double[POINTS];
        for (int bucket = 0; bucket < POINTS; bucket++) {
            int from = (int) ((long) bucket * n / POINTS);
            int to = (int) ((long) (bucket + 1) * n / POINTS);
            double sum = 0;
            for (int i = from; i < to; i++) {
                sum += values[i];
            }
            means[bucket] = sum / (to - from);
        }
        return means;
    }

    /** Exponential moving average, corrected for its start. */
    private static double[] smoothed(double[] values) {
        var smooth = new double[values.length];
        double sum = 0;
        double weight = 0;
        for (int i = 0; i < values.length; i++) {
            sum = (1 - SMOOTHING) * sum + SMOOTHING * values[i];
            weight = (1 - SMOOTHING) * weight + SMOOTHING;
            smooth[i] = sum / weight;
        }
        return smooth;
    }

    private static double min(List<double[]> all, double start) {
        double least = start;
        for (double[] values : all) {
            for (double value : values) {
                least = Double.isNaN(least) ? value : Math.min(least, value);
            }
        }
        return least;
    }

    private static double max(List<double[]> all, double start) {
        double most = start;
        for (double[] values : all) {
            for (double value : values) {
                most = Double.isNaN(most) ? value : Math.max(most, value);
            }
        }
        return most;
    }
}
