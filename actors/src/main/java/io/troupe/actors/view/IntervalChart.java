package io.troupe.actors.view;

import io.troupe.actors.study.Comparison;
import io.troupe.actors.study.Estimate;
import java.util.List;

/** Differences to the baseline with their intervals, a line a variant, as SVG that is styled by the page. */
final class IntervalChart {

    private static final int WIDTH = 1120;
    private static final int LEFT = 200;
    private static final int RIGHT = 24;
    private static final int ROW = 22;
    private static final int BOTTOM = 24;

    private IntervalChart() {}

    /** The figure; empty if no variant has an interval. */
    static String html(Comparison comparison, String baseline) {
        List<Comparison.Row> rows = comparison.rows().stream()
                .filter(row ->
                        !row.variant().equals(baseline) && row.difference().hasInterval())
                .toList();
        if (rows.isEmpty()) {
            return "";
        }
        double low = Math.min(
                -0.01,
                rows.stream().mapToDouble(r -> r.difference().low()).min().orElse(0));
        double high = Math.max(
                0.01,
                rows.stream().mapToDouble(r -> r.difference().high()).max().orElse(0));
        int bottom = rows.size() * ROW + 8;
        var svg =
                new StringBuilder("<figure class=\"intervals\"><svg viewBox=\"0 0 " + WIDTH + ' ' + (bottom + BOTTOM));
        svg.append("\" role=\"img\" aria-label=\"Differences to ")
                .append(Html.escape(baseline))
                .append("\">\n");
        for (double tick : LineChart.ticks(low, high, 8)) {
            boolean zero = Math.abs(tick) < 1e-12;
            double x = x(tick, low, high);
            line(svg, zero ? "axis" : "grid", x, 4, x, bottom);
            text(svg, "x", x, bottom + 16.0, zero ? "0" : Figures.difference(tick));
        }
        for (int i = 0; i < rows.size(); i++) {
            Estimate difference = rows.get(i).difference();
            double y = 8 + (i + 0.5) * ROW;
            text(svg, "y", LEFT - 12.0, y + 4, Html.escape(rows.get(i).variant()));
            line(svg, "interval", x(difference.low(), low, high), y, x(difference.high(), low, high), y);
            svg.append("<circle class=\"dot c0\" r=\"4\" cx=\"")
                    .append(Html.number(x(difference.mean(), low, high), 1));
            svg.append("\" cy=\"").append(Html.number(y, 1)).append("\"/>\n");
        }
        return svg.append("</svg></figure>\n").toString();
    }

    private static double x(double value, double low, double high) {
        return LEFT + (value - low) / (high - low) * (WIDTH - LEFT - RIGHT);
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
}
