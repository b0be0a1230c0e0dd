package io.troupe.actors.node;

import io.troupe.verifier.Environment;
import io.troupe.verifier.Levels;
import io.troupe.verifier.SingleTurnEnvironment;
import io.troupe.verifier.Split;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamily;

/** A plug-in for tests like {@link ParityFamily}, whose environment never answers to some of its tasks. */
public final class LoopingFamily implements TaskFamily {

    static final String ID = "test/looping";

    private static final String LOOP = "loop";

    private final ParityFamily parity = new ParityFamily();

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String summary() {
        return parity.summary();
    }

    @Override
    public Levels levels() {
        return parity.levels();
    }

    @Override
    public Task task(Split split, long seed, long index, int level) {
        Task task = parity.task(split, seed, index, level);
        String gold = index % 4 == 1 ? LOOP : "";
        return new Task(ID, task.id(), split, seed, index, level, task.prompt(), gold);
    }

    @Override
    public Environment open() {
        return new SingleTurnEnvironment(ID, 1_000_000, (gold, text, fuel) -> {
            while (gold.equals(LOOP)) {
                Thread.onSpinWait();
            }
            return ParityFamily.judge(text);
        });
    }
}
