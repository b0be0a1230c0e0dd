package io.troupe.actors.worker;

import io.troupe.verifier.Environment;
import io.troupe.verifier.Levels;
import io.troupe.verifier.Message;
import io.troupe.verifier.Split;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.Verdict;
import java.util.List;

/** A family that is as unruly, but says that it waits for others. */
public final class WaitingFamily implements TaskFamily {

    static final String ID = "test/waiting";

    private final UnrulyFamily unruly = new UnrulyFamily();

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String summary() {
        return unruly.summary();
    }

    @Override
    public Levels levels() {
        return unruly.levels();
    }

    @Override
    public Task task(Split split, long seed, long index, int level) {
        return unruly.task(split, seed, index, level).ofFamily(ID);
    }

    @Override
    public boolean waits() {
        return true;
    }

    @Override
    public Environment open() {
        Environment environment = unruly.open();
        return new Environment() {
            @Override
            public List<Message> reset(Task task, long seed) {
                return environment.reset(task.ofFamily(UnrulyFamily.ID), seed);
            }

            @Override
            public StepResult step(String action) {
                return environment.step(action);
            }

            @Override
            public Verdict truncated(String reason) {
                return environment.truncated(reason);
            }

            @Override
            public void close() {
                environment.close();
            }
        };
    }
}
