package io.troupe.actors.view;

import io.troupe.actors.journal.StepMetrics;
import io.troupe.actors.node.RunSummary;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** A run as plain lines: one an update, and what is being waited for when nothing has happened for a while. */
public final class PlainView implements RunView {

    private static final Duration QUIET = Duration.ofSeconds(10);

    /** Wide enough that nothing is cut. */
    private static final int WIDTH = 400;

    private final PrintStream out;
    private final Clock clock;
    private final TrainingProgress progress;
    private Instant lastLine;

    /**
     * A view.
     *
     * @param out where the lines go
     * @param clock the time
     * @param steps updates to make in all
     * @param timeLimit training ends after this, or null
     */
    public PlainView(PrintStream out, Clock clock, long steps, @Nullable Duration timeLimit) {
        this.out = out;
        this.clock = clock;
        progress = new TrainingProgress(new TrainingProgress.Outline(steps, timeLimit), clock);
        lastLine = clock.instant();
    }

    @Override
    public void onStep(StepMetrics step) {
        progress.add(step);
        var line = new StringJoiner("  ");
        line.add("update " + step.step() + "/" + progress.outline().steps());
        line.add("reward " + Figures.two(step.reward()));
        line.add("success " + Figures.two(step.success()));
        for (Map.Entry<String, StepMetrics.Family> family : step.families().entrySet()) {
            line.add(family.getKey() + " " + Figures.two(family.getValue().success()));
        }
        line.add(Figures.whole(step.tokensPerSecond()) + " tokens/s");
        line.add("staleness " + Figures.two(step.stalenessMean()) + " (max " + step.stalenessMax() + ")");
        line.add("learner waited " + Figures.seconds(step.trainerWaitSeconds()));
        line.add("sampling paused " + Figures.seconds(step.samplerPauseSeconds()));
        progress.left().ifPresent(left -> line.add(Figures.clock(left) + " left"));
        print(line.toString());
    }

    @Override
    public void onEvaluation(EvaluationMetrics evaluation) {
        progress.add(evaluation);
        var line = new StringJoiner("  ");
        line.add("held-out success " + evaluation.when() + " training:");
        evaluation.families().forEach((family, success) -> line.add(family + " " + Figures.three(success)));
        print(line.toString());
    }

    @Override
    public void onEvaluationProgress(String when, int done, int total) {
        if (Duration.between(lastLine, clock.instant()).compareTo(QUIET) >= 0) {
            print("evaluating " + when + " training: " + done + " of " + total + " tasks");
        }
    }

    @Override
    public void onWaiting(List<String> lines) {
        if (!lines.isEmpty() && Duration.between(lastLine, clock.instant()).compareTo(QUIET) >= 0) {
            print("waiting: " + String.join("; ", lines));
        }
    }

    @Override
    public void finish(RunSummary summary) {
        new HeldOutTable(WIDTH, false).lines(summary).forEach(this::print);
    }

    @Override
    public void close() {
        out.flush();
    }

    private void print(String line) {
        lastLine = clock.instant();
        out.println(line);
    }
}
