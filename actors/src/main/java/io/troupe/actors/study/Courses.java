package io.troupe.actors.study;

import io.troupe.learner.objective.GradientByDecile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Means over the seeds of a variant. */
final class Courses {

    private Courses() {}

    /** The course of a variant from its results, of which some may have failed. */
    static Course of(String tasks, String variant, List<CellResult> results) {
        List<CellResult> done = results.stream().filter(CellResult::isDone).toList();
        var curves = new TreeMap<String, Course.Curve>();
        curves.put("reward", curve(done, CellSeries::reward));
        curves.put("success", curve(done, CellSeries::success));
        curves.put("grad_norm", curve(done, CellSeries::gradNorm));
        curves.put("entropy", curve(done, CellSeries::entropy));
        curves.put("clip_fraction", curve(done, CellSeries::clipFraction));
        curves.put("kl", curve(done, CellSeries::kl));
        curves.put("staleness", curve(done, CellSeries::staleness));
        var families = new TreeSet<String>();
        done.forEach(result -> families.addAll(result.series().familySuccess().keySet()));
        for (String family : families) {
            curves.put(
                    "success:" + family,
                    curve(done, series -> series.familySuccess().getOrDefault(family, new double[0])));
        }
        return new Course(
                tasks,
                variant,
                done.size(),
                results.size() - done.size(),
                curves,
                shares(done, CellSeries::gradientShareByDecile),
                shares(done, CellSeries::tokensByDecile),
                done.stream().mapToLong(CellResult::tokensSampled).average().orElse(Double.NaN),
                done.stream().mapToDouble(CellResult::seconds).average().orElse(Double.NaN));
    }

    private static Course.Curve curve(List<CellResult> done, Function<CellSeries, double[]> field) {
        var byStep = new TreeMap<Long, List<Double>>();
        for (CellResult result : done) {
            double[] values = field.apply(result.series());
            for (int i = 0; i < values.length; i++) {
                if (Double.isFinite(values[i])) {
                    byStep.computeIfAbsent(result.series().step()[i], step -> new ArrayList<>())
                            .add(values[i]);
                }
            }
        }
        double[] step = new double[byStep.size()];
        double[] mean = new double[step.length];
        double[] error = new double[step.length];
        int i = 0;
        for (var entry : byStep.entrySet()) {
            step[i] = entry.getKey();
            double[] values =
                    entry.getValue().stream().mapToDouble(Double::doubleValue).toArray();
            mean[i] = Arrays.stream(values).average().orElseThrow();
            error[i++] = standardError(values);
        }
        double[] low = new double[step.length];
        double[] high = new double[step.length];
        Arrays.setAll(low, j -> mean[j] - error[j]);
        Arrays.setAll(high, j -> mean[j] + error[j]);
        return new Course.Curve(step, mean, low, high);
    }

    /** Of the mean; 0 for a single value. */
    private static double standardError(double[] values) {
        if (values.length < 2) {
            return 0;
        }
        double mean = Arrays.stream(values).average().orElseThrow();
        double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
        return Math.sqrt(squares / (values.length - 1) / values.length);
    }

    /** Every update's array as shares of its sum, averaged over updates and then over seeds. */
    private static double[] shares(List<CellResult> done, Function<CellSeries, double[][]> field) {
        List<double[]> means = done.stream()
                .map(result -> mean(Arrays.stream(field.apply(result.series()))
                        .map(Courses::normalised)
                        .filter(Objects::nonNull)
                        .toList()))
                .filter(mean -> mean.length > 0)
                .toList();
        return mean(means);
    }

    private static double[] mean(List<double[]> rows) {
        if (rows.isEmpty()) {
            return new double[0];
        }
        double[] mean = new double[GradientByDecile.DECILES];
        for (double[] row : rows) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += row[i] / rows.size();
            }
        }
        return mean;
    }

    private static double @Nullable [] normalised(double[] row) {
        double sum = Arrays.stream(row).sum();
        return row.length == GradientByDecile.DECILES && sum > 0
                ? Arrays.stream(row).map(value -> value / sum).toArray()
                : null;
    }
}
