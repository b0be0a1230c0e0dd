package io.troupe.verifier;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Tasks of environments that make their puzzle from a seed and nothing else: task {@code i} is the first of a row of derived seeds whose opening lies on the
 * wanted side of the split. The seed travels in the task's gold. Immutable, safe for any thread if the supplier is.
 *
 * @param family the family's id
 * @param levels its scale
 * @param environments makes an environment for each episode
 */
public record SeededTasks(String family, Levels levels, Supplier<Environment> environments) {

    private static final int TRIES = 200;

    /**
     * Draws a task, see {@link TaskFamily#task}.
     *
     * @throws TaskGenerationException if no seed gives an opening on the wanted side: openings vary too little
     */
    public Task task(Split split, long seed, long index, int level) {
        levels.require(level);
        SplittableRandom random = ContentSplit.randomOf(family, split, seed, index, level);
        String name = Task.idOf(split, seed, index, level);
        try (Environment environment = environments.get()) {
            for (int i = 0; i < TRIES; i++) {
                long own = random.nextLong();
                List<Message> none = List.of(Message.user(""));
                var blank = new Task(family, name, split, seed, index, level, none, Long.toString(own));
                List<Message> opening = environment.reset(blank, own);
                if (ContentSplit.of(family, environment.taskKey(opening)) == split) {
                    return new Task(family, name, split, seed, index, level, opening, Long.toString(own));
                }
            }
        }
        throw new TaskGenerationException(
                "none of " + TRIES + " seeds gave " + family + " a task for the split " + split
                        + " at level " + level
                        + ": what its opening says varies too little with the seed. Let reset make more of it"
                        + " vary, or override taskKey to say what tells its tasks apart");
    }

    /** An environment to which every trajectory of a group gives the task's own seed. */
    public Environment open() {
        return new Seeded(family, environments.get());
    }

    private record Seeded(String family, Environment environment) implements Environment {
        @Override
        public List<Message> reset(Task task, long seed) {
            if (!task.family().equals(family)) {
                throw new IllegalArgumentException(
                        "an environment of %s can't open a task of %s".formatted(family, task.family()));
            }
            long own;
            try {
                own = Long.parseLong(task.gold());
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "task " + task.id() + " of " + family + " has no seed as its gold, but '" + task.gold() + "'",
                        e);
            }
            return environment.reset(task, own);
        }

        @Override
        public List<String> tools() {
            return environment.tools();
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
    }
}
