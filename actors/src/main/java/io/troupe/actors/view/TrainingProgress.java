package io.troupe.actors.view;

import io.troupe.actors.journal.RunObserver.EvaluationMetrics;
import io.troupe.actors.journal.StepMetrics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a view remembers of a run, and the forecast of its end. Not thread-safe. */
final class TrainingProgress {

    /** Updates over which the forecast averages. */
    private static final int FORECAST = 20;

    /**
     * What is known before the run begins.
     *
     * @param steps updates to make in all
     * @param timeLimit training ends after this; null for no limit
     */
    record Outline(long steps, @Nullable Duration timeLimit) {}

    private final Outline outline;
    private final Clock clock;
    private final Instant start;
    private final List<StepMetrics> steps = new ArrayList<>();
    private final List<Instant> ends = new ArrayList<>();
    private final SortedMap<String, Double> before = new TreeMap<>();

    TrainingProgress(Outline outline, Clock clock) {
        this.outline = outline;
        this.clock = clock;
        start = clock.instant();
    }

    Outline outline() {
        return outline;
    }

    void add(StepMetrics step) {
        steps.add(step);
        ends.add(clock.instant());
    }

    void add(EvaluationMetrics evaluation) {
        if (evaluation.when().equals("before")) {
            before.putAll(evaluation.families());
        }
    }

    Optional<StepMetrics> last() {
        return steps.isEmpty() ? Optional.empty() : Optional.of(steps.get(steps.size() - 1));
    }

    Duration elapsed() {
        return Duration.between(start, clock.instant());
    }

    /** How long since the last update, or since the start if there was none. */
    Duration sinceLastStep() {
        return Duration.between(ends.isEmpty() ? start : ends.get(ends.size() - 1), clock.instant());
    }

    /** Held-out success before training, if it was measured. */
    Optional<Double> before(String family) {
        return Optional.ofNullable(before.get(family));
    }

    /** A family's success in training, by update, of the updates that had it. */
    double[] success(String family) {
        return steps.stream()
                .map(step -> step.families().get(family))
                .filter(Objects::nonNull)
                .mapToDouble(StepMetrics.Family::success)
                .toArray();
    }

    /** How long until the end, from the pace of the last updates; empty until there is a pace. */
    Optional<Duration> left() {
        int known = ends.size();
        if (known < 2) {
            return Optional.empty();
        }
        int from = Math.max(0, known - 1 - FORECAST);
        Duration pace = Duration.between(ends.get(from), ends.get(known - 1)).dividedBy(known - 1 - from);
        long remaining = outline.steps() - steps.get(known - 1).step();
        Duration bySteps = pace.multipliedBy(Math.max(0, remaining)).minus(sinceLastStep());
        Duration left = bySteps.isNegative() ? Duration.ZERO : bySteps;
        Duration limit = outline.timeLimit();
        if (limit != null) {
            Duration byTime = limit.minus(elapsed());
            left = byTime.compareTo(left) < 0 ? byTime : left;
        }
        return Optional.of(left.isNegative() ? Duration.ZERO : left);
    }
}
