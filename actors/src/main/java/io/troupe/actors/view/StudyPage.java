package io.troupe.actors.view;

import io.troupe.actors.study.Comparison;
import io.troupe.actors.study.Course;
import io.troupe.actors.study.StudyAnalysis;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/** A study's page, section by section. Made for one page. */
final class StudyPage {

    private static final String FAMILY = "success:";

    private final StudyAnalysis analysis;
    private final StringBuilder html = new StringBuilder();

    private StudyPage(StudyAnalysis analysis) {
        this.analysis = analysis;
    }

    /** The whole page. */
    static String html(String name, StudyAnalysis analysis) throws IOException {
        var page = new StudyPage(analysis);
        page.html.append(Html.head(name));
        page.head(name);
        for (String tasks : StudyReport.taskSets(analysis)) {
            page.tasks(tasks);
        }
        if (!analysis.failures().isEmpty()) {
            page.html
                    .append("<section>\n")
                    .append(StudyTables.failures(analysis).html());
            page.html.append("</section>\n");
        }
        return page.html.append("</main>\n</body>\n</html>\n").toString();
    }

    private void head(String name) {
        html.append("<h1>Study ").append(Html.escape(name)).append("</h1>\n<p class=\"lead\">");
        html.append(Html.escape(StudyReport.outline(analysis))).append("</p>\n");
        StudyTables.cautions(analysis)
                .forEach(caution -> html.append("<p class=\"caution\">")
                        .append(Html.escape(caution))
                        .append("</p>\n"));
        html.append("<p class=\"note\">")
                .append(Html.escape(StudyReport.METHOD))
                .append("</p>\n");
    }

    private void tasks(String tasks) {
        List<Course> courses = StudyReport.courses(analysis, tasks);
        html.append("<section>\n<h2>Tasks: ").append(Html.escape(tasks)).append("</h2>\n");
        for (Comparison comparison : analysis.comparisons()) {
            if (comparison.tasks().equals(tasks)) {
                String baseline = analysis.settings().baseline();
                html.append(StudyTables.comparison(comparison, baseline).html());
                html.append(IntervalChart.html(comparison, baseline));
            }
        }
        html.append(StudyTables.courses(courses).html());
        // the same variants in every chart, so that they have the same colours
        curves(courses.stream().filter(course -> course.seeds() > 0).toList());
        StudyTable deciles = StudyTables.deciles(courses);
        html.append(deciles.rows().isEmpty() ? "" : deciles.html()).append("</section>\n");
    }

    private void curves(List<Course> courses) {
        if (courses.isEmpty()) {
            return;
        }
        html.append(
                "<h3>Curves</h3>\n<p class=\"note\">By update: means over seeds, with a band of one standard error to each side.</p>\n<div class=\"charts\">\n");
        chart("Success in training, all tasks", true, courses, "success", 0, 1);
        courses.stream()
                .flatMap(course -> course.curves().keySet().stream())
                .filter(curve -> curve.startsWith(FAMILY))
                .distinct()
                .sorted()
                .forEach(curve -> chart("Success: " + curve.substring(FAMILY.length()), false, courses, curve, 0, 1));
        chart("Reward", false, courses, "reward");
        chart("Gradient norm, before clipping", true, courses, "grad_norm", 0);
        chart("Entropy, nats a token", false, courses, "entropy", 0);
        chart("Clip fraction", false, courses, "clip_fraction", 0);
        chart("Divergence from the sampler, nats a token", false, courses, "kl", 0);
        chart("Staleness, updates", false, courses, "staleness", 0);
        List<DecileChart.Bars> bars = courses.stream()
                .filter(course -> course.gradientShares().length > 0)
                .map(course -> new DecileChart.Bars(course.variant(), course.gradientShares()))
                .toList();
        if (!bars.isEmpty()) {
            html.append(ChartFigure.deciles("Share of the gradient by token probability", 260, bars));
        }
        html.append("</div>\n");
    }

    private void chart(String title, boolean wide, List<Course> courses, String curve, double... bounds) {
        List<LineChart.Series> series = courses.stream()
                .filter(course -> course.curves().containsKey(curve))
                .map(course -> series(
                        course.variant(), Objects.requireNonNull(course.curves().get(curve))))
                .toList();
        if (series.stream().anyMatch(each -> each.x().length > 0)) {
            html.append(ChartFigure.curves(title, wide, series, false, bounds));
        }
    }

    private static LineChart.Series series(String name, Course.Curve curve) {
        return new LineChart.Series(name, curve.step(), curve.mean(), new LineChart.Band(curve.low(), curve.high()));
    }
}
