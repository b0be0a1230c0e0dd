package io.troupe.actors.view;

import io.troupe.actors.journal.RunObserver.EvaluationMetrics;
import io.troupe.actors.journal.StepMetrics;
import io.troupe.actors.node.RunSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Metrics such as a run of three families writes them: success rises along a curve, with noise. */
final class SampleRun {

    static final List<String> FAMILIES = List.of("agent/calculator", "logic/knights-and-knaves", "math/arithmetic");
    static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

    private SampleRun() {}

    static StepMetrics step(long step) {
        var random = new SplittableRandom(step);
        var families = new TreeMap<String, StepMetrics.Family>();
        double rewards = 0;
        double successes = 0;
        for (int i = 0; i < FAMILIES.size(); i++) {
            double learned = 1 / (1 + Math.exp(-(step - 40.0 - 8 * i) / 14));
            double success = Math.min(1, Math.max(0, 0.25 + 0.08 * i + 0.5 * learned + random.nextGaussian() * 0.04));
            double reward = FAMILIES.get(i).startsWith("logic") ? -0.5 + 3.5 * success : success;
            families.put(
                    FAMILIES.get(i),
                    new StepMetrics.Family(
                            reward,
                            success,
                            8,
                            new TreeMap<>(Map.of("answer", reward - 0.1, "format", 0.1)),
                            new TreeMap<>(Map.of("turns", 2.0 + i))));
            rewards += reward / FAMILIES.size();
            successes += success / FAMILIES.size();
        }
        return new StepMetrics(
                step,
                step,
                START.plus(Duration.ofMillis(1800 * step)),
                1.8 * step,
                rewards,
                successes,
                families,
                -0.02 + random.nextGaussian() * 0.01,
                0.4 + 0.5 * Math.exp(-step / 20.0) + random.nextDouble() * 0.1,
                0.3 + 0.6 * Math.exp(-step / 50.0) + random.nextDouble() * 0.02,
                0.01 + random.nextDouble() * 0.02,
                0.002 * random.nextDouble(),
                1e-3 * Math.min(1, step / 5.0),
                step * 12_000,
                step * 11_500,
                6400 + random.nextDouble() * 900,
                1.1 + random.nextDouble() * 0.5,
                2,
                0.3 + random.nextDouble() * 0.3,
                0.02 + random.nextDouble() * 0.03,
                0.7,
                discarded(step),
                List.of(0.28, 0.16, 0.12, 0.1, 0.09, 0.08, 0.07, 0.05, 0.04, 0.01),
                List.of(0.16, 0.1, 0.08, 0.07, 0.07, 0.07, 0.08, 0.08, 0.09, 0.2),
                List.of(120L, 90L, 80L, 80L, 90L, 100L, 130L, 180L, 400L, 3_900L),
                new TreeMap<>());
    }

    static EvaluationMetrics evaluation(String when, double offset) {
        var success = new TreeMap<String, Double>();
        for (int i = 0; i < FAMILIES.size(); i++) {
            success.put(FAMILIES.get(i), 0.25 + 0.08 * i + offset);
        }
        return new EvaluationMetrics(START, when, 0, 256, success, 0, 12.5);
    }

    static RunSummary summary() {
        var families = new TreeMap<String, RunSummary.Family>();
        var before = evaluation("before", 0).families();
        evaluation("after", 0.44)
                .families()
                .forEach((family, after) -> families.put(family, new RunSummary.Family(before.get(family), after)));
        return new RunSummary(
                "sample", RunSummary.Ending.STEPS, families, 120, 240, 1_440_000, 1_380_000, new TreeMap<>(), "ab12");
    }

    private static SortedMap<String, Long> discarded(long step) {
        var reasons = new TreeMap<String, Long>();
        if (step > 60) {
            reasons.put("environment-failed", 2L);
        }
        return reasons;
    }
}
