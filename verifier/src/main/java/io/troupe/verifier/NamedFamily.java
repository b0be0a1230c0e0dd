package io.troupe.verifier;

import java.util.List;
import java.util.Optional;

/** A family under another name, so that a run can have it twice with different options. As thread-safe as the family. */
record NamedFamily(String id, TaskFamily family) implements TaskFamily {

    @Override
    public String summary() {
        return family.summary();
    }

    @Override
    public Levels levels() {
        return family.levels();
    }

    @Override
    public Task task(Split split, long seed, long index, int level) {
        return family.task(split, seed, index, level).ofFamily(id);
    }

    @Override
    public boolean waits() {
        return family.waits();
    }

    @Override
    public Environment open() {
        return new Renamed(this, family.open());
    }

    @Override
    public Optional<GroupRubric> groupRubric() {
        return family.groupRubric().map(rubric -> (task, members) -> rubric.judge(task.ofFamily(family.id()), members));
    }

    @Override
    public Optional<Demonstrator> demonstrator() {
        return family.demonstrator()
                .map(demonstrator -> (task, quality, random) ->
                        demonstrator.demonstrate(task.ofFamily(family.id()), quality, random));
    }

    /** The family's environment, to which tasks are given under the family's own id. */
    private record Renamed(NamedFamily named, Environment environment) implements Environment {
        @Override
        public List<Message> reset(Task task, long seed) {
            if (!task.family().equals(named.id())) {
                throw new IllegalArgumentException(
                        "an environment of %s can't open a task of %s".formatted(named.id(), task.family()));
            }
            return environment.reset(task.ofFamily(named.family().id()), seed);
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
