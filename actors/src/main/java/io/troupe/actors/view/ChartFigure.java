package io.troupe.actors.view;

import java.util.List;

/** A drawing with its title and its legend, as HTML. */
final class ChartFigure {

    private static final int WIDE = 1120;
    private static final int HALF = 548;

    private ChartFigure() {}

    /** Curves, as wide as the page or half of it. */
    static String curves(String title, boolean wide, List<LineChart.Series> series, boolean smooth, double... bounds) {
        List<String> names = series.stream().map(LineChart.Series::name).toList();
        return figure(
                title, wide, names, LineChart.svg(title, wide ? WIDE : HALF, wide ? 260 : 200, series, smooth, bounds));
    }

    /** Shares by decile of token probability, as wide as the page. */
    static String deciles(String title, int height, List<DecileChart.Bars> bars) {
        List<String> names = bars.stream().map(DecileChart.Bars::name).toList();
        return figure(title, true, names, DecileChart.svg(title, WIDE, height, bars));
    }

    private static String figure(String title, boolean wide, List<String> names, String drawing) {
        var html = new StringBuilder("<figure").append(wide ? " class=\"wide\"" : "");
        html.append("><figcaption><b>").append(Html.escape(title)).append("</b>");
        for (int i = 0; i < names.size() && names.size() > 1; i++) {
            html.append("<span class=\"key c").append(i % LineChart.COLOURS).append("\">");
            html.append(Html.escape(names.get(i))).append("</span>");
        }
        return html.append("</figcaption>\n")
                .append(drawing)
                .append("</figure>\n")
                .toString();
    }
}
