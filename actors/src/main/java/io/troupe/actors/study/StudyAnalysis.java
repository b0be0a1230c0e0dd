package io.troupe.actors.study;

import io.troupe.actors.config.StudySettings;
import io.troupe.actors.node.RunSummary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the results of a study say. Immutable.
 *
 * @param settings what was compared
 * @param comparisons tables, by set of tasks: overall, every family, speed
 * @param courses how the runs went, by set of tasks and variant
 * @param failures results of runs that failed
 * @param missing how many runs have no result yet
 * @param foreign how many results are of runs that the configuration does not have, and are left out
 * @param versions the versions of Troupe that ran it
 */
public record StudyAnalysis(
        StudySettings settings,
        List<Comparison> comparisons,
        List<Course> courses,
        List<CellResult> failures,
        int missing,
        int foreign,
        SortedSet<String> versions) {

    /**
     * Analyses.
     *
     * @param plan what was to be run
     * @param all the results that there are
     */
    public static StudyAnalysis of(StudyPlan plan, Collection<CellResult> all) {
        var names = new TreeSet<String>();
        plan.cells().forEach(cell -> names.add(cell.name()));
        List<CellResult> results =
                all.stream().filter(result -> names.contains(result.name())).toList();
        var comparisons = new ArrayList<Comparison>();
        var courses = new ArrayList<Course>();
        for (StudySettings.Layer tasks : plan.settings().tasks()) {
            List<CellResult> done = results.stream()
                    .filter(result -> result.isDone() && result.tasks().equals(tasks.name()))
                    .toList();
            comparisons.addAll(new Tables(plan.settings(), tasks.name(), done).all());
            for (StudySettings.Layer variant : plan.settings().variants()) {
                courses.add(Courses.of(
                        tasks.name(),
                        variant.name(),
                        results.stream()
                                .filter(result -> result.tasks().equals(tasks.name())
                                        && result.variant().equals(variant.name()))
                                .toList()));
            }
        }
        var versions = new TreeSet<String>();
        results.forEach(result -> versions.add(result.troupe()));
        return new StudyAnalysis(
                plan.settings(),
                List.copyOf(comparisons),
                List.copyOf(courses),
                results.stream().filter(result -> !result.isDone()).toList(),
                plan.cells().size() - results.size(),
                all.size() - results.size(),
                versions);
    }

    /** How many pairs of runs the comparison with the fewest has, baselines aside; 0 if there is none. */
    public int fewestPairs() {
        return comparisons.stream()
                .flatMap(comparison -> comparison.rows().stream())
                .filter(row -> !row.variant().equals(settings.baseline()))
                .mapToInt(row -> row.difference().seeds())
                .min()
                .orElse(0);
    }

    /** The least p, corrected, that the signed-rank test can give for one variant among these at that many pairs. */
    public double leastPossible(int pairs) {
        return Math.min(1, Math.max(1, settings.variants().size() - 1) * Math.pow(2, 1.0 - pairs));
    }

    /** The tables of one set of tasks. */
    private record Tables(StudySettings settings, String tasks, List<CellResult> done) {

        List<Comparison> all() {
            var families = new TreeSet<String>();
            done.forEach(result -> families.addAll(result.families().keySet()));
            var tables = new ArrayList<Comparison>();
            if (families.size() != 1) {
                tables.add(table(Comparison.OVERALL, Tables::meanAfter, Tables::meanBefore));
            }
            for (String family : families) {
                tables.add(table(family, r -> after(r, family), r -> before(r, family)));
            }
            tables.add(
                    table(Comparison.SPEED, result -> finiteMean(result.series().success()), result -> Double.NaN));
            return tables;
        }

        private Comparison table(
                String measure, ToDoubleFunction<CellResult> value, ToDoubleFunction<CellResult> before) {
            SortedMap<Long, Double> baseline = bySeed(settings.baseline(), value);
            List<String> variants =
                    settings.variants().stream().map(StudySettings.Layer::name).toList();
            double[] wilcoxon = new double[variants.size()];
            double[] t = new double[variants.size()];
            var differences = new ArrayList<double[]>();
            for (int i = 0; i < variants.size(); i++) {
                boolean isBaseline = variants.get(i).equals(settings.baseline());
                double[] paired = isBaseline ? new double[0] : differences(bySeed(variants.get(i), value), baseline);
                differences.add(paired);
                wilcoxon[i] = PairedTests.wilcoxon(paired);
                t[i] = PairedTests.t(paired);
            }
            double[] wilcoxonHolm = PairedTests.holm(wilcoxon);
            double[] tHolm = PairedTests.holm(t);
            List<Comparison.Row> rows = IntStream.range(0, variants.size())
                    .mapToObj(i -> new Comparison.Row(
                            variants.get(i),
                            estimate(values(bySeed(variants.get(i), value))),
                            estimate(values(
                                    bySeed(variants.get(i), r -> value.applyAsDouble(r) - before.applyAsDouble(r)))),
                            estimate(differences.get(i)),
                            wilcoxon[i],
                            wilcoxonHolm[i],
                            t[i],
                            tHolm[i]))
                    .toList();
            return new Comparison(tasks, measure, rows);
        }

        private SortedMap<Long, Double> bySeed(String variant, ToDoubleFunction<CellResult> value) {
            var values = new TreeMap<Long, Double>();
            for (CellResult result : done) {
                double number = value.applyAsDouble(result);
                if (result.variant().equals(variant) && Double.isFinite(number)) {
                    values.put(result.seed(), number);
                }
            }
            return values;
        }

        private static double[] differences(SortedMap<Long, Double> values, SortedMap<Long, Double> baseline) {
            return values.entrySet().stream()
                    .filter(entry -> baseline.containsKey(entry.getKey()))
                    .mapToDouble(
                            entry -> snapped(entry.getValue() - Objects.requireNonNull(baseline.get(entry.getKey()))))
                    .toArray();
        }

        /** Without the noise of rounding, which would tell apart what is equal: the signed-rank test looks at ties and noughts. */
        private static double snapped(double difference) {
            return Math.rint(difference * 1e9) / 1e9;
        }

        private static double[] values(SortedMap<Long, Double> values) {
            return values.values().stream().mapToDouble(Double::doubleValue).toArray();
        }

        private static Estimate estimate(double[] values) {
            return Estimate.of(values, Bootstrap.OF_STUDIES);
        }

        private static double after(CellResult result, String family) {
            return number(result.families().get(family), false);
        }

        private static double before(CellResult result, String family) {
            return number(result.families().get(family), true);
        }

        private static double meanAfter(CellResult result) {
            return result.families().values().stream()
                    .mapToDouble(family -> number(family, false))
                    .average()
                    .orElse(Double.NaN);
        }

        private static double meanBefore(CellResult result) {
            return result.families().values().stream()
                    .mapToDouble(family -> number(family, true))
                    .average()
                    .orElse(Double.NaN);
        }

        private static double number(RunSummary.@Nullable Family family, boolean before) {
            Double number = family == null ? null : before ? family.before() : family.after();
            return number == null ? Double.NaN : number;
        }

        private static double finiteMean(double[] values) {
            return Arrays.stream(values).filter(Double::isFinite).average().orElse(Double.NaN);
        }
    }
}
