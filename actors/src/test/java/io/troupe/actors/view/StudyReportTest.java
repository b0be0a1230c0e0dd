package io.troupe.actors.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.config.LoadedStudy;
import io.troupe.actors.node.RunSummary;
import io.troupe.actors.study.Cell;
import io.troupe.actors.study.CellResult;
import io.troupe.actors.study.CellSeries;
import io.troupe.actors.study.StudyPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyReportTest {

    private static final int UPDATES = 40;

    @TempDir
    Path folder;

    private final SplittableRandom random = new SplittableRandom(5);

    @Test
    void aSampleIsLeftToLookAt() throws IOException {
        var plan = plan(10, 7);
        Path page = StudyReport.write(plan, results(plan));

        Path sample = Path.of("target", "sample-study.html");
        Files.writeString(sample, Files.readString(page));
        Files.writeString(
                Path.of("target", "sample-study.md"),
                Files.readString(plan.directory().resolve("study.md")));
        assertThat(sample).isNotEmptyFile();
    }

    @Test
    void comparesEveryVariantByFamilyAndOverall() throws IOException {
        var plan = plan(10, 2);
        var results = results(plan);
        String text = markdown(plan, results);

        assertThat(text)
                .contains("### Held-out success, mean of the families", "### Held-out success: math/arithmetic")
                .contains("### Success in training", "### How the runs went", "### Share of the gradient")
                .contains(
                        "| variant | seeds | success after | rise | difference to v0 | Wilcoxon p | Holm | paired t p | Holm |")
                .doesNotContain("NaN")
                .doesNotContain("Too few seeds");
        // variant 1 is 0.1 better at every seed: ten of ten, the least p there is
        assertThat(text.lines()
                        .filter(line -> line.startsWith("| v1 | 10 | 0."))
                        .findFirst())
                .hasValueSatisfying(line -> assertThat(line).contains("+0.100 [+0.100, +0.100] | 0.002 | 0.002 |"));
        assertThat(text.lines().filter(line -> line.startsWith("| v0 | 10 |")).findFirst())
                .hasValueSatisfying(line -> assertThat(line).contains("| baseline | – | – | – | – |"));
    }

    @Test
    void fewSeedsAreCalledFew() throws IOException {
        var two = plan(2, 2);
        assertThat(markdown(two, results(two)))
                .contains("Too few seeds to say anything: a variant has only 2")
                .doesNotContain("[+");

        var five = plan(5, 3);
        assertThat(markdown(five, results(five)))
                .contains("Too few seeds for the signed-rank test: with 5 pairs and 2 variants")
                .contains("0.125");
    }

    @Test
    void whatIsMissingOrFailedIsSaid() throws IOException {
        var plan = plan(4, 2);
        var results = results(plan);
        results.remove(results.size() - 1);
        CellResult failed = results.remove(0);
        results.add(new CellResult(
                failed.tasks(),
                failed.variant(),
                failed.seed(),
                CellResult.State.FAILED,
                "out of | memory",
                2,
                new TreeMap<>(),
                0,
                0,
                0,
                0,
                new TreeMap<>(),
                null,
                "",
                "",
                "another version",
                "",
                failed.series()));
        String text = markdown(plan, results);

        assertThat(text)
                .contains("1 run has no result yet")
                .contains("| default/v0/seed-1 | 2 | out of \\| memory |")
                .contains("Not all was run by the same version: another version, troupe 1.")
                .contains("Too few seeds to say anything: a variant has only 2");
        assertThat(Files.readString(plan.directory().resolve("study.html"))).contains("out of | memory");
    }

    @Test
    void thePageNeedsNothingButItself() throws IOException {
        var plan = plan(4, 3);

        assertThat(Files.readString(StudyReport.write(plan, results(plan))))
                .startsWith("<!DOCTYPE html>")
                .contains("Gradient norm", "Entropy", "Clip fraction", "class=\"band c2\"", "class=\"bar c2\"")
                .doesNotContain("<script", "http://", "https://", "src=", "url(", "NaN", "Infinity");
    }

    @Test
    void writingTwiceGivesTheSame() throws IOException {
        var plan = plan(6, 3);
        var results = results(plan);

        assertThat(markdown(plan, results)).isEqualTo(markdown(plan, results));
    }

    private String markdown(StudyPlan plan, List<CellResult> results) throws IOException {
        StudyReport.write(plan, results);
        return Files.readString(plan.directory().resolve("study.md"));
    }

    private StudyPlan plan(int seeds, int variants) throws IOException {
        Path directory = Files.createDirectories(folder.resolve("sample"));
        var names = IntStream.range(0, variants)
                .mapToObj(i -> "{ name = v" + i + " }")
                .toList();
        var numbers =
                IntStream.rangeClosed(1, seeds).mapToObj(Integer::toString).toList();
        Path file = Files.writeString(
                folder.resolve("study.conf"),
                "study { dir = \"" + directory + "\", baseline = v0, seeds = [" + String.join(",", numbers)
                        + "], variants = [" + String.join(",", names) + "] }");
        return StudyPlan.of(LoadedStudy.read(file, List.of()));
    }

    private List<CellResult> results(StudyPlan plan) {
        var results = new ArrayList<CellResult>();
        for (Cell cell : plan.cells()) {
            double luck = cell.seed() * 0.01;
            int variant = Integer.parseInt(cell.variant().substring(1));
            double gain = variant == 1 ? 0.1 : variant * 0.02 * (cell.seed() % 3 - 1);
            results.add(new CellResult(
                    cell.tasks(),
                    cell.variant(),
                    cell.seed(),
                    CellResult.State.DONE,
                    null,
                    1,
                    new TreeMap<>(Map.of(
                            "math/arithmetic",
                            new RunSummary.Family(0.2, 0.6 + luck + gain),
                            "agent/calculator",
                            new RunSummary.Family(0.1, 0.7 - luck + gain))),
                    UPDATES,
                    60 + variant,
                    200_000,
                    190_000,
                    new TreeMap<>(),
                    "ab",
                    "cd",
                    "",
                    "troupe 1",
                    "1970-01-01T00:00:00Z",
                    series(variant)));
        }
        return results;
    }

    private CellSeries series(int variant) {
        double pace = 8 - variant;
        double[] success = noisy(i -> 0.9 - 0.7 * Math.exp(-i / pace), 0.05);
        double[][] shares = new double[UPDATES][];
        double[][] tokens = new double[UPDATES][];
        for (int i = 0; i < UPDATES; i++) {
            shares[i] = new double[] {0.3 - 0.02 * variant, 0.2, 0.1, 0.1, 0.08, 0.06, 0.06, 0.05, 0.03, 0.02};
            tokens[i] = new double[] {10, 10, 10, 10, 10, 10, 10, 10, 20, 900};
        }
        return new CellSeries(
                IntStream.rangeClosed(1, UPDATES).asLongStream().toArray(),
                success,
                success,
                noisy(i -> 0.3 + Math.exp(-i / pace), 0.1),
                noisy(i -> 0.03 + 0.3 * Math.exp(-i / pace), 0.01),
                noisy(i -> 0, 0),
                noisy(i -> 0.001, 0.0005),
                noisy(i -> 1.2, 0.2),
                noisy(i -> i, 0),
                noisy(i -> 5000.0 * i, 0),
                new TreeMap<>(Map.of("math/arithmetic", success, "agent/calculator", success)),
                shares,
                shares,
                tokens);
    }

    private double[] noisy(IntToDoubleFunction value, double noise) {
        double[] values = new double[UPDATES];
        Arrays.setAll(values, i -> Math.max(0, value.applyAsDouble(i) + noise * random.nextGaussian()));
        return values;
    }
}
