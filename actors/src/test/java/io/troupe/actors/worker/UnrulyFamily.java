package io.troupe.actors.worker;

import io.troupe.verifier.Environment;
import io.troupe.verifier.GroupRubric;
import io.troupe.verifier.Levels;
import io.troupe.verifier.Message;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.RewardComponent;
import io.troupe.verifier.Split;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/** A family whose environments misbehave as their action tells them to. */
public final class UnrulyFamily implements TaskFamily {

    static final String ID = "test/unruly";
    static final Semaphore hanging = new Semaphore(0);
    static final Semaphore interrupted = new Semaphore(0);
    static final Semaphore closed = new Semaphore(0);

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String summary() {
        return "Misbehaves.";
    }

    @Override
    public Levels levels() {
        return new Levels(1, 1, 1, "there is but one");
    }

    @Override
    public Task task(Split split, long seed, long index, int level) {
        String id = Task.idOf(split, seed, index, level);
        return new Task(ID, id, split, seed, index, level, List.of(new Message("user", "go on")), "");
    }

    @Override
    public Optional<GroupRubric> groupRubric() {
        return Optional.of((task, members) -> {
            if (members.isEmpty()) {
                throw new IllegalStateException("nobody to judge");
            }
            return members.stream()
                    .map(member -> Verdict.of(
                            Outcome.CORRECT,
                            List.of(new RewardComponent("per token", 1.0 / member.tokens())),
                            null,
                            "as told"))
                    .toList();
        });
    }

    @Override
    public Environment open() {
        return new Unruly();
    }

    private static final class Unruly implements Environment {
        @Override
        public List<Message> reset(Task task, long seed) {
            return task.prompt();
        }

        @Override
        public StepResult step(String action) {
            return switch (action) {
                case "wait" -> new StepResult.Continue(List.of(new Message("user", "and then?")));
                case "throw" -> throw new IllegalStateException("as told");
                case "recurse" -> new StepResult.Done(recurse(0));
                case "hang" -> hang();
                default ->
                    new StepResult.Done(
                            Verdict.of(Outcome.CORRECT, List.of(new RewardComponent("answer", 1)), action, "as told"));
            };
        }

        @Override
        public Verdict truncated(String reason) {
            return Verdict.of(Outcome.NO_ANSWER, List.of(), null, reason);
        }

        @Override
        public void close() {
            closed.release();
        }

        private static Verdict recurse(int depth) {
            if (depth == Integer.MAX_VALUE) {
                return Verdict.of(Outcome.WRONG, List.of(), null, "there is no bottom");
            }
            return Verdict.of(recurse(depth + 1).outcome(), List.of(), null, "depth " + depth);
        }

        private static StepResult hang() {
            hanging.release();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.release();
            }
            throw new IllegalStateException("interrupted");
        }
    }
}
