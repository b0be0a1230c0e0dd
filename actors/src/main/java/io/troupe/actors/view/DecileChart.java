package io.troupe.actors.view;

import java.util.Arrays;
import java.util.List;

/** Shares by decile of token probability as groups of bars, as SVG that is styled by the page. */
final class DecileChart {

    private static final int LEFT = 46;
    private static final int RIGHT = 14;
    private static final int TOP = 10;
    private static final int BOTTOM = 26;

    /** Of a group's width, what stays empty between two groups. */
    private static final double GAP = 0.22;

    private DecileChart() {}

    /**
     * One bar in every group.
     *
     * @param name as the legend calls it
     * @param shares in 0..1, {@code [deciles]}
     */
    record Bars(String name, double[] shares) {}

    /**
     * Draws.
     *
     * @param title for those who cannot see it
     * @param width in user units; the page scales
     * @param height in user units
     * @param bars the n-th has the class {@code c}n
     * @return the drawing
     */
    static String svg(String title, int width, int height, List<Bars> bars) {
        double most = Math.max(
                1e-3,
                bars.stream()
                        .flatMapToDouble(each -> Arrays.stream(each.shares()))
                        .max()
                        .orElse(1));
        int deciles = bars.get(0).shares().length;
        double group = (double) (width - LEFT - RIGHT) / deciles;
        double bar = group * (1 - GAP) / bars.size();
        double bottom = (double) height - BOTTOM;
        double scale = (bottom - TOP) / most;
        var svg = new StringBuilder("<svg viewBox=\"0 0 " + width + ' ' + height + "\" role=\"img\" aria-label=\"");
        svg.append(Html.escape(title)).append("\">\n");
        for (double tick : LineChart.ticks(0, most, 4)) {
            double y = bottom - tick * scale;
            svg.append("<line class=\"grid\" x1=\"" + LEFT + "\" x2=\"" + (width - RIGHT) + "\" y1=\"");
            svg.append(Html.number(y, 1))
                    .append("\" y2=\"")
                    .append(Html.number(y, 1))
                    .append("\"/>\n");
            text(svg, "y", LEFT - 6, y + 4, Html.number(100 * tick, 1) + "%");
        }
        for (int decile = 0; decile < deciles; decile++) {
            double from = LEFT + decile * group;
            for (int i = 0; i < bars.size(); i++) {
                double share = bars.get(i).shares()[decile];
                svg.append("<rect class=\"bar c").append(i % LineChart.COLOURS).append("\" x=\"");
                svg.append(Html.number(from + group * GAP / 2 + i * bar, 1)).append("\" y=\"");
                svg.append(Html.number(bottom - share * scale, 1)).append("\" width=\"");
                svg.append(Html.number(Math.max(1, bar - 1), 1)).append("\" height=\"");
                svg.append(Html.number(share * scale, 1)).append("\"><title>");
                svg.append(Html.escape(bars.get(i).name())).append(", p ").append(interval(decile, deciles));
                svg.append(": ").append(Html.number(100 * share, 2)).append("%</title></rect>\n");
            }
            text(svg, "x", from + group / 2, height - 8.0, interval(decile, deciles));
        }
        return svg.append("</svg>\n").toString();
    }

    /** The probabilities of a decile, such as 0.1–0.2. */
    static String interval(int decile, int deciles) {
        return Html.number((double) decile / deciles, 2) + "–" + Html.number((double) (decile + 1) / deciles, 2);
    }

    private static void text(StringBuilder svg, String style, double x, double y, String words) {
        svg.append("<text class=\"").append(style).append("\" x=\"").append(Html.number(x, 1));
        svg.append("\" y=\"")
                .append(Html.number(y, 1))
                .append("\">")
                .append(words)
                .append("</text>\n");
    }
}
