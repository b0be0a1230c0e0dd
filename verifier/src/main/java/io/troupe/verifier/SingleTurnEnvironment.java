package io.troupe.verifier;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An environment of one step: the policy answers, a grader judges the prefill and the answer as one text. Used by one thread at a time. */
public final class SingleTurnEnvironment implements Environment {

    private final String family;
    private final long fuel;
    private final Grader grader;
    private @Nullable Task open;

    /**
     * An environment without an open episode.
     *
     * @param family the id of the only family whose tasks it takes
     * @param fuel the steps that a judgement may take
     * @param grader who judges
     */
    public SingleTurnEnvironment(String family, long fuel, Grader grader) {
        this.family = family;
        this.fuel = fuel;
        this.grader = grader;
    }

    @Override
    public List<Message> reset(Task task, long seed) {
        if (!task.family().equals(family)) {
            throw new IllegalArgumentException(
                    "an environment of %s can't open a task of %s".formatted(family, task.family()));
        }
        open = task;
        return task.prompt();
    }

    @Override
    public StepResult step(String action) {
        return new StepResult.Done(judge(action));
    }

    @Override
    public Verdict truncated(String reason) {
        return judge("");
    }

    @Override
    public void close() {
        open = null;
    }

    private Verdict judge(String action) {
        Task task = open;
        if (task == null) {
            throw new IllegalStateException("no episode of " + family + " is open: reset first");
        }
        open = null;
        return grader.judge(task.gold(), task.prefill() + action, fuel);
    }
}
