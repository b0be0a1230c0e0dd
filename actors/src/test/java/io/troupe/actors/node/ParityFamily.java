package io.troupe.actors.node;

import io.troupe.verifier.Environment;
import io.troupe.verifier.Levels;
import io.troupe.verifier.Message;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.RewardComponent;
import io.troupe.verifier.SingleTurnEnvironment;
import io.troupe.verifier.Split;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.Verdict;
import java.util.List;

/**
 * A plug-in for tests: any text is an answer, and those of even length are right, so that a policy that knows nothing is right
 * about half of the time and has something to learn.
 */
public final class ParityFamily implements TaskFamily {

    static final String ID = "test/parity";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String summary() {
        return "Say something of even length.";
    }

    @Override
    public Levels levels() {
        return new Levels(1, 1, 1, "there is but one");
    }

    @Override
    public Task task(Split split, long seed, long index, int level) {
        return new Task(
                ID,
                Task.idOf(split, seed, index, level),
                split,
                seed,
                index,
                level,
                List.of(new Message("user", "Say " + index % 7 + ".")),
                "");
    }

    @Override
    public Environment open() {
        return new SingleTurnEnvironment(ID, 1_000_000, (gold, text, fuel) -> judge(text));
    }

    static Verdict judge(String text) {
        boolean even = text.length() % 2 == 0;
        return Verdict.of(
                even ? Outcome.CORRECT : Outcome.WRONG,
                List.of(new RewardComponent("even", even ? 1 : 0)),
                text,
                "length " + text.length());
    }
}
