package io.troupe.verifier.agent.python;

import io.troupe.verifier.Environment;
import io.troupe.verifier.Fuel;
import io.troupe.verifier.FuelExhaustedException;
import io.troupe.verifier.Message;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.RewardComponent;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.TaggedBlock;
import io.troupe.verifier.Task;
import io.troupe.verifier.Verdict;
import io.troupe.verifier.math.WholeNumber;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A turn with a complete {@code <answer>} block ends the episode and is judged; else its last {@code <python>} block is run and what it printed, or its
 * error, is the observation; a turn with neither ends the episode without an answer, and so does a call beyond those allowed. Used by one thread at a
 * time.
 */
final class PythonEnvironment implements Environment {

    private static final long TURN_FUEL = 1_000_000;

    private final Supplier<PythonInterpreter> interpreter;
    private final int allowedCalls;
    private @Nullable Task open;
    private int calls;
    private int errors;

    PythonEnvironment(Supplier<PythonInterpreter> interpreter, int allowedCalls) {
        this.interpreter = interpreter;
        this.allowedCalls = allowedCalls;
    }

    @Override
    public List<Message> reset(Task task, long seed) {
        if (!task.family().equals(PythonProblems.ID)) {
            throw new IllegalArgumentException(
                    "an environment of %s can't open a task of %s".formatted(PythonProblems.ID, task.family()));
        }
        open = task;
        calls = 0;
        errors = 0;
        return task.prompt();
    }

    @Override
    public StepResult step(String action) {
        Task task = requireOpen();
        StepResult result = react(task, action);
        if (result instanceof StepResult.Done) {
            open = null;
        }
        return result;
    }

    @Override
    public Verdict truncated(String reason) {
        requireOpen();
        open = null;
        return measured(WholeNumber.rewarding(Outcome.NO_ANSWER, null, "ended without an <answer>: " + reason));
    }

    @Override
    public void close() {
        open = null;
    }

    private Task requireOpen() {
        if (open == null) {
            throw new IllegalStateException("no episode of " + PythonProblems.ID + " is open: reset first");
        }
        return open;
    }

    private StepResult react(Task task, String action) {
        var fuel = new Fuel(TURN_FUEL);
        try {
            String answer = TaggedBlock.last(action, "answer", fuel);
            if (answer != null) {
                return new StepResult.Done(measured(WholeNumber.judge(answer, task.gold(), fuel)));
            }
            String program = TaggedBlock.last(action, "python", fuel);
            if (program == null && !action.contains("<python>")) {
                return ended("a turn with neither <python> nor <answer>");
            }
            if (calls == allowedCalls) {
                return ended("no <answer> after " + allowedCalls + " calls");
            }
            calls++;
            return new StepResult.Continue(List.of(Message.tool(result(program))));
        } catch (FuelExhaustedException e) {
            return new StepResult.Done(Verdict.withoutReward(Outcome.UNDECIDED, e.getMessage()));
        }
    }

    private String result(@Nullable String program) {
        PythonInterpreter.Observation seen = program == null
                ? new PythonInterpreter.Observation("error: <python> without </python>", true)
                : interpreter.get().run(program);
        if (seen.failed()) {
            errors++;
        }
        return observation(seen.text());
    }

    /** What the policy sees of a run. */
    static String observation(String text) {
        return "<result>\n" + text + "\n</result>";
    }

    private StepResult ended(String why) {
        return new StepResult.Done(measured(WholeNumber.rewarding(Outcome.NO_ANSWER, null, why)));
    }

    private Verdict measured(Verdict verdict) {
        return verdict.withMetrics(
                List.of(new RewardComponent("tool_calls", calls), new RewardComponent("tool_errors", errors)));
    }
}
