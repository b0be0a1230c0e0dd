package io.troupe.verifier.agent;

import io.troupe.verifier.Environment;
import io.troupe.verifier.Fuel;
import io.troupe.verifier.FuelExhaustedException;
import io.troupe.verifier.Message;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.TaggedBlock;
import io.troupe.verifier.Task;
import io.troupe.verifier.Verdict;
import io.troupe.verifier.math.Evaluation;
import io.troupe.verifier.math.ExpressionEvaluator;
import io.troupe.verifier.math.WholeNumber;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * At most four turns. A turn with a complete {@code <answer>} block ends the episode and is judged; else its last {@code <call>} block is computed and
 * the value, or an error that the policy can react to, is the observation; a turn with neither ends the episode without an answer, and so does a call
 * in the last turn. Used by one thread at a time.
 */
final class CalculatorEnvironment implements Environment {

    static final int MAX_TURNS = 4;

    private static final long TURN_FUEL = 1_000_000;
    private static final long CALL_FUEL = 10_000;
    private static final int MAX_VALUE_LENGTH = 100;

    private @Nullable Task open;
    private int turns;

    @Override
    public List<Message> reset(Task task, long seed) {
        if (!task.family().equals(Calculator.ID)) {
            throw new IllegalArgumentException(
                    "an environment of %s can't open a task of %s".formatted(Calculator.ID, task.family()));
        }
        open = task;
        turns = 0;
        return task.prompt();
    }

    @Override
    public StepResult step(String action) {
        Task task = requireOpen();
        turns++;
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
        return WholeNumber.rewarding(Outcome.NO_ANSWER, null, "ended without an <answer>: " + reason);
    }

    @Override
    public void close() {
        open = null;
    }

    private Task requireOpen() {
        if (open == null) {
            throw new IllegalStateException("no episode of " + Calculator.ID + " is open: reset first");
        }
        return open;
    }

    private StepResult react(Task task, String action) {
        var fuel = new Fuel(TURN_FUEL);
        try {
            String answer = TaggedBlock.last(action, "answer", fuel);
            if (answer != null) {
                return new StepResult.Done(WholeNumber.judge(answer, task.gold(), fuel));
            }
            if (!action.contains("<call>")) {
                return new StepResult.Done(
                        WholeNumber.rewarding(Outcome.NO_ANSWER, null, "a turn with neither <call> nor <answer>"));
            }
            if (turns == MAX_TURNS) {
                return new StepResult.Done(
                        WholeNumber.rewarding(Outcome.NO_ANSWER, null, "no <answer> in " + MAX_TURNS + " turns"));
            }
            String call = TaggedBlock.last(action, "call", fuel);
            String observation = call == null ? "error: <call> without </call>" : compute(call);
            return new StepResult.Continue(List.of(Message.tool(observation)));
        } catch (FuelExhaustedException e) {
            return new StepResult.Done(Verdict.withoutReward(Outcome.UNDECIDED, e.getMessage()));
        }
    }

    /** The tool: an expression's exact value, or {@code error: …} in a few words. */
    static String compute(String expression) {
        try {
            Evaluation evaluation = ExpressionEvaluator.evaluate(expression, new Fuel(CALL_FUEL));
            if (evaluation instanceof Evaluation.Failure failure) {
                return "error: " + failure.message();
            }
            String value = ((Evaluation.Value) evaluation).value().toString();
            return value.length() > MAX_VALUE_LENGTH ? "error: the value is too long" : value;
        } catch (FuelExhaustedException e) {
            return "error: the expression is too big";
        }
    }
}
