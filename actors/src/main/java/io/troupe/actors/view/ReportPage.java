package io.troupe.actors.view;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.config.TroupeSettings;
import io.troupe.actors.view.TrajectorySamples.Sample;
import io.troupe.learner.objective.ObjectiveSettings.Weight;
import io.troupe.learner.objective.TokenWeight;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The report's page, section by section. Made for one page. */
final class ReportPage {

    private static final int EVENTS = 60;

    private final RunRecord run;
    private final TroupeSettings settings;
    private final TokenPieces.Decoding decoding;
    private final StringBuilder html = new StringBuilder();

    ReportPage(RunRecord run, TroupeSettings settings, TokenPieces.Decoding decoding) {
        this.run = run;
        this.settings = settings;
        this.decoding = decoding;
    }

    /**
     * The whole page.
     *
     * @param samples trajectories to show
     * @param problem why tokens can't be shown as text; empty if they can
     */
    String html(List<Sample> samples, String problem) throws IOException {
        String name = run.folder().toAbsolutePath().normalize().getFileName().toString();
        html.append(Html.head(name));
        head(name);
        heldOut();
        curves();
        trajectories(samples, problem);
        details();
        return html.append("</main>\n</body>\n</html>\n").toString();
    }

    private void head(String name) {
        html.append("<h1>").append(Html.escape(name)).append("</h1>\n<p class=\"lead\">");
        html.append(Html.escape(settings.objective().describe())).append(". Policy: ");
        html.append(Html.escape(settings.policy().path()))
                .append(", seed ")
                .append(settings.run().seed());
        html.append(".</p>\n<dl class=\"figures\">\n");
        JsonNode last =
                run.steps().isEmpty() ? null : run.steps().get(run.steps().size() - 1);
        long made = last == null ? 0 : last.path("step").asLong();
        figure("updates", made + " <small>of " + settings.train().steps() + "</small>");
        figure("time", Figures.clock(Duration.ofMillis((long) (1000 * seconds(last)))));
        figure(
                "tokens sampled",
                Figures.whole(last == null ? 0 : last.path("tokens_sampled").asDouble()));
        figure(
                "tokens trained",
                Figures.whole(last == null ? 0 : last.path("tokens_trained").asDouble()));
        figure("groups discarded", Long.toString(discarded(last)));
        figure("state", state());
        html.append("</dl>\n");
    }

    private double seconds(@Nullable JsonNode last) {
        JsonNode summary = run.summary();
        return summary != null
                ? summary.path("seconds").asDouble()
                : last == null ? 0 : last.path("seconds").asDouble();
    }

    private static long discarded(@Nullable JsonNode last) {
        long sum = 0;
        if (last != null) {
            for (JsonNode count : last.path("groups_discarded")) {
                sum += count.asLong();
            }
        }
        return sum;
    }

    private String state() {
        JsonNode summary = run.summary();
        if (summary == null) {
            return "goes on";
        }
        return switch (summary.path("ending").asText()) {
            case "TIME_LIMIT", "time_limit" -> "time limit";
            case "STOPPED", "stopped" -> "stopped";
            default -> "done";
        };
    }

    private void figure(String name, String value) {
        html.append("<div><dt>").append(name).append("</dt><dd>").append(value).append("</dd></div>\n");
    }

    private void heldOut() {
        var rows = new StringBuilder();
        for (String family : run.families()) {
            Optional<Double> before = run.heldOut("before", family);
            Optional<Double> after = run.heldOut("after", family);
            if (before.isPresent() || after.isPresent()) {
                rows.append("<tr><th scope=\"row\">")
                        .append(Html.escape(family))
                        .append("</th><td class=\"n\">");
                rows.append(before.map(Figures::three).orElse("–")).append("</td><td class=\"track\">");
                rows.append(track(before, after)).append("</td><td class=\"n\"><b>");
                rows.append(after.map(Figures::three).orElse("–")).append("</b></td><td class=\"n ");
                double change = before.isPresent() && after.isPresent() ? after.get() - before.get() : Double.NaN;
                rows.append(change > 0 ? "up" : change < 0 ? "down" : "").append("\">");
                rows.append(Figures.difference(change)).append("</td></tr>\n");
            }
        }
        if (rows.length() == 0) {
            return;
        }
        html.append("<section>\n<h2>Success on held-out tasks</h2>\n<table class=\"held\">\n<thead><tr><th></th>");
        html.append("<th class=\"n\">before</th><th></th><th class=\"n\">after</th><th class=\"n\">change</th>");
        html.append("</tr></thead>\n<tbody>\n").append(rows).append("</tbody>\n</table>\n");
        int tasks = run.evaluations().stream()
                .mapToInt(evaluation -> evaluation.path("tasks").asInt())
                .max()
                .orElse(0);
        if (tasks > 0) {
            html.append("<p class=\"note\">")
                    .append(tasks)
                    .append(" unseen tasks a family, one attempt each: a change of ");
            html.append(Figures.two(1.96 * Math.sqrt(0.5 / tasks))).append(" or less may be chance.</p>\n");
        }
        html.append("</section>\n");
    }

    /** A line from 0 to 1 with a ring where it began and a dot where it ended. */
    private static String track(Optional<Double> before, Optional<Double> after) {
        var svg = new StringBuilder("<svg viewBox=\"0 0 600 20\" aria-hidden=\"true\"><line class=\"axis\" x1=\"6\" ");
        svg.append("y1=\"10\" x2=\"594\" y2=\"10\"/>");
        if (before.isPresent() && after.isPresent()) {
            svg.append("<line class=\"gain\" x1=\"").append(at(before.get())).append("\" y1=\"10\" x2=\"");
            svg.append(at(after.get())).append("\" y2=\"10\"/>");
        }
        before.ifPresent(share -> svg.append("<circle class=\"from\" r=\"4.5\" cy=\"10\" cx=\"")
                .append(at(share))
                .append("\"/>"));
        after.ifPresent(share -> svg.append("<circle class=\"to\" r=\"5.5\" cy=\"10\" cx=\"")
                .append(at(share))
                .append("\"/>"));
        return svg.append("</svg>").toString();
    }

    private static String at(double share) {
        return Html.number(6 + 588 * Math.max(0, Math.min(1, share)), 1);
    }

    private void curves() {
        html.append(
                "<section>\n<h2>Curves</h2>\n<p class=\"note\">By update. Thin: each batch; bold: smoothed. Rest the pointer on a curve for its numbers.</p>\n<div class=\"charts\">\n");
        chart("Success in training", true, families("success"), true, 0, 1);
        chart("Reward", false, families("reward"), true);
        for (String family : run.families()) {
            List<LineChart.Series> parts = run.namedSeries(family, "components");
            if (parts.size() > 1) {
                chart("Reward by component: " + family, false, parts, true);
            }
            chart("Also measured: " + family, false, run.namedSeries(family, "metrics"), true);
        }
        chart("Entropy, nats a token", false, List.of(run.series("entropy", "/entropy")), true, 0);
        chart("Gradient norm, before clipping", false, List.of(run.series("gradient norm", "/grad_norm")), true, 0);
        chart(
                "Where the time goes, seconds an update",
                false,
                List.of(
                        run.series("learner waits for a batch", "/trainer_wait_seconds"),
                        run.series("sampling pauses for weights", "/sampler_pause_seconds"),
                        run.series("update", "/update_seconds")),
                false,
                0);
        chart("Tokens sampled a second", false, List.of(run.series("tokens/s", "/tokens_per_second")), true, 0);
        chart(
                "Staleness, updates",
                false,
                List.of(run.series("mean", "/staleness_mean"), run.series("greatest", "/staleness_max")),
                false,
                0,
                1);
        deciles();
        html.append("</div>\n</section>\n");
    }

    private void deciles() {
        List<DecileChart.Bars> bars = Stream.of(
                        run.deciles("share of the gradient", "gradient_share_by_decile"),
                        run.deciles("share of the tokens", "tokens_by_decile"))
                .flatMap(Optional::stream)
                .toList();
        if (bars.isEmpty()) {
            return;
        }
        String title = "Gradient and tokens by token probability";
        html.append(ChartFigure.deciles(title, 200, bars));
    }

    private List<LineChart.Series> families(String field) {
        return run.families().stream()
                .map(family -> run.familySeries(family, field))
                .filter(series -> series.x().length > 0)
                .toList();
    }

    private void chart(String title, boolean wide, List<LineChart.Series> all, boolean smooth, double... bounds) {
        var series = new ArrayList<>(all);
        series.removeIf(each -> each.x().length == 0);
        if (series.isEmpty()) {
            return;
        }
        html.append(ChartFigure.curves(title, wide, series, smooth, bounds));
    }

    private void trajectories(List<Sample> samples, String problem) {
        if (samples.isEmpty()) {
            return;
        }
        html.append("<section class=\"trajectories\">\n<h2>Trajectories</h2>\n");
        html.append("<input type=\"radio\" name=\"by\" id=\"by-p\" checked><label for=\"by-p\">probability</label>");
        html.append("<input type=\"radio\" name=\"by\" id=\"by-w\"><label for=\"by-w\">TR weight</label>\n");
        legend();
        if (!problem.isEmpty()) {
            html.append("<p class=\"note\">Tokens are shown by their numbers: ").append(Html.escape(problem));
            html.append("</p>\n");
        }
        for (String family :
                samples.stream().map(Sample::family).distinct().sorted().toList()) {
            html.append("<h3>").append(Html.escape(family)).append("</h3>\n<div class=\"pair\">\n");
            column(samples, family, false);
            column(samples, family, true);
            html.append("</div>\n");
        }
        html.append("</section>\n");
    }

    private void column(List<Sample> samples, String family, boolean late) {
        List<Sample> chosen = samples.stream()
                .filter(sample -> sample.family().equals(family) && sample.late() == late)
                .sorted((a, b) -> Boolean.compare(b.correct(), a.correct()))
                .toList();
        html.append("<div><h4>").append(late ? "late" : "early").append("</h4>\n");
        chosen.forEach(sample -> html.append(
                TrajectoryCard.html(sample, decoding, settings.objective().weight())));
        html.append("</div>\n");
    }

    private void legend() {
        Weight weight = settings.objective().weight();
        html.append(
                "<div class=\"legend by-p\">Each token that the policy sampled, by the probability with which it was sampled: ");
        html.append("<span class=\"ramp p\"></span> from 0 (a surprise) to 1 (certain).</div>\n");
        html.append(
                "<div class=\"legend by-w\">Each token that the policy sampled, by its weight w in the objective: ");
        html.append("<span class=\"ramp w\"></span> from ")
                .append(Html.number(weight.lower(), 2))
                .append(" to ");
        html.append(Html.number(weight.upper(), 2))
                .append(". w by probability: ")
                .append(weightCurve(weight));
        html.append(
                "</div>\n<div class=\"legend\">Prompt, environment and template carry no loss and have no colour.</div>\n");
    }

    private static String weightCurve(Weight settings) {
        TokenWeight weight = TokenWeight.of(settings);
        double range = Math.max(1e-9, settings.upper() - settings.lower());
        var path = new StringBuilder();
        for (int i = 0; i <= 60; i++) {
            double w = weight.at(Math.log(i / 60.0));
            double height = (w - settings.lower()) / range;
            path.append(i == 0 ? 'M' : 'L').append(2 + i).append(' ');
            path.append(Html.number(18 - 16 * Math.max(0, Math.min(1, height)), 1));
        }
        return "<svg class=\"w\" viewBox=\"0 0 64 20\" aria-hidden=\"true\"><path class=\"line\" d=\"" + path
                + "\"/></svg>";
    }

    private void details() {
        html.append("<section>\n<h2>Record</h2>\n");
        if (run.unreadable() > 0) {
            html.append("<p class=\"note\">").append(run.unreadable());
            html.append(" lines of metrics.jsonl could not be read.</p>\n");
        }
        List<JsonNode> events = run.events();
        html.append("<details><summary>Events (")
                .append(events.size())
                .append(")</summary>\n<table class=\"events\">\n");
        for (JsonNode event : events.subList(Math.max(0, events.size() - EVENTS), events.size())) {
            html.append("<tr><td>")
                    .append(Html.escape(event.path("time").asText()))
                    .append("</td><td>");
            html.append(Html.escape(event.path("name").asText())).append("</td><td>");
            html.append(Html.escape(event.path("message").asText())).append("</td></tr>\n");
        }
        html.append("</table>\n</details>\n<details><summary>Configuration</summary>\n<pre>");
        html.append(Html.escape(run.configuration())).append("</pre>\n</details>\n</section>\n");
    }
}
