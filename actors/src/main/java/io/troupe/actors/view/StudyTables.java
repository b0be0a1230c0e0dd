package io.troupe.actors.view;

import io.troupe.actors.study.Comparison;
import io.troupe.actors.study.Course;
import io.troupe.actors.study.Estimate;
import io.troupe.actors.study.StudyAnalysis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A study's tables in words and numbers. */
final class StudyTables {

    /** p values below are shown as less than this. */
    private static final double LEAST_P = 0.001;

    private static final int DECILES = 10;

    private StudyTables() {}

    /** A comparison of all variants by a measure. */
    static StudyTable comparison(Comparison comparison, String baseline) {
        boolean speed = comparison.measure().equals(Comparison.SPEED);
        var head = new ArrayList<>(List.of("variant", "seeds", speed ? "success in training" : "success after"));
        if (!speed) {
            head.add("rise");
        }
        head.addAll(List.of("difference to " + baseline, "Wilcoxon p", "Holm", "paired t p", "Holm"));
        List<List<String>> rows = comparison.rows().stream()
                .map(row -> {
                    var cells = new ArrayList<String>();
                    cells.add(row.variant());
                    cells.add(Integer.toString(row.value().seeds()));
                    cells.add(level(row.value()));
                    if (!speed) {
                        cells.add(change(row.rise()));
                    }
                    boolean isBaseline = row.variant().equals(baseline);
                    cells.add(isBaseline ? "baseline" : change(row.difference()));
                    cells.add(p(row.wilcoxon()));
                    cells.add(p(row.wilcoxonHolm()));
                    cells.add(p(row.t()));
                    cells.add(p(row.tHolm()));
                    return List.copyOf(cells);
                })
                .toList();
        return new StudyTable(title(comparison.measure()), "", head, rows);
    }

    private static String title(String measure) {
        return switch (measure) {
            case Comparison.OVERALL -> "Held-out success, mean of the families";
            case Comparison.SPEED -> "Success in training, mean over all updates (how early a variant learns)";
            default -> "Held-out success: " + measure;
        };
    }

    /** How the runs of one set of tasks went. */
    static StudyTable courses(List<Course> courses) {
        var head = List.of(
                "variant",
                "runs",
                "failed",
                "gradient norm",
                "entropy, nats",
                "clip fraction",
                "KL to the sampler",
                "staleness",
                "tokens sampled",
                "wall time");
        List<List<String>> rows = courses.stream()
                .map(course -> List.of(
                        course.variant(),
                        Integer.toString(course.seeds()),
                        Integer.toString(course.failed()),
                        average(course, "grad_norm"),
                        average(course, "entropy"),
                        average(course, "clip_fraction"),
                        average(course, "kl"),
                        average(course, "staleness"),
                        Figures.whole(course.tokensSampled()),
                        Double.isFinite(course.seconds())
                                ? Figures.clock(Duration.ofMillis((long) (1000 * course.seconds())))
                                : "–"))
                .toList();
        return new StudyTable("How the runs went", "Means over updates and seeds.", head, rows);
    }

    private static String average(Course course, String curve) {
        Course.Curve found = course.curves().get(curve);
        return found == null ? "–" : Figures.scientific(found.average());
    }

    /** Shares by decile of token probability. */
    static StudyTable deciles(List<Course> courses) {
        var head = new ArrayList<>(List.of("variant"));
        for (int i = 0; i < DECILES; i++) {
            head.add(DecileChart.interval(i, DECILES));
        }
        var rows = new ArrayList<List<String>>();
        for (Course course : courses) {
            if (course.gradientShares().length == DECILES) {
                rows.add(shares(course.variant(), course.gradientShares()));
            }
        }
        courses.stream()
                .filter(course -> course.tokenShares().length == DECILES)
                .findFirst()
                .ifPresent(course -> rows.add(shares("tokens (" + course.variant() + ")", course.tokenShares())));
        return new StudyTable(
                "Share of the gradient by token probability, %",
                "Of the sum of |∂loss/∂log p| · (1 − p) over the tokens of an update, mean over updates and seeds; the last row is the share of the tokens.",
                head,
                rows);
    }

    private static List<String> shares(String name, double[] shares) {
        var cells = new ArrayList<>(List.of(name));
        for (double share : shares) {
            cells.add(String.format(Locale.ROOT, "%.1f", 100 * share));
        }
        return cells;
    }

    /** Runs that failed, and why. */
    static StudyTable failures(StudyAnalysis analysis) {
        return new StudyTable(
                "Runs that failed",
                "They are in no other number of this page.",
                List.of("run", "attempts", "reason"),
                analysis.failures().stream()
                        .map(failure -> List.of(
                                failure.name(), Integer.toString(failure.attempts()), String.valueOf(failure.reason())))
                        .toList());
    }

    /** What can and can't be said from so many seeds; empty if nothing has to be. */
    static List<String> cautions(StudyAnalysis analysis) {
        var cautions = new ArrayList<String>();
        int pairs = analysis.fewestPairs();
        int others = analysis.settings().variants().size() - 1;
        double least = analysis.leastPossible(pairs);
        if (others > 0 && pairs < Estimate.FEWEST) {
            cautions.add("Too few seeds to say anything: a variant has only " + pairs
                    + " that the baseline has too. There are no intervals, and no difference here means anything.");
        } else if (others > 0 && least > 0.05) {
            cautions.add("Too few seeds for the signed-rank test: with " + pairs + " pairs and " + others
                    + " variants compared with the baseline, its least possible p after Holm's correction is "
                    + p(least) + ", so that it can't show any difference.");
        }
        if (analysis.missing() > 0) {
            cautions.add(Figures.count(analysis.missing(), "run has", "runs have") + " no result yet.");
        }
        if (analysis.foreign() > 0) {
            cautions.add(Figures.count(analysis.foreign(), "result is", "results are")
                    + " of runs that this configuration does not have, and left out.");
        }
        if (analysis.versions().size() > 1) {
            cautions.add("Not all was run by the same version: " + String.join(", ", analysis.versions()) + ".");
        }
        return cautions;
    }

    private static String level(Estimate estimate) {
        return estimate.hasInterval()
                ? Figures.three(estimate.mean()) + " [" + Figures.three(estimate.low()) + ", "
                        + Figures.three(estimate.high()) + "]"
                : Figures.three(estimate.mean());
    }

    private static String change(Estimate estimate) {
        return estimate.hasInterval()
                ? Figures.difference(estimate.mean()) + " [" + Figures.difference(estimate.low()) + ", "
                        + Figures.difference(estimate.high()) + "]"
                : Figures.difference(estimate.mean());
    }

    private static String p(double p) {
        if (!Double.isFinite(p)) {
            return "–";
        }
        return p < LEAST_P ? "< 0.001" : String.format(Locale.ROOT, "%.3f", p);
    }
}
