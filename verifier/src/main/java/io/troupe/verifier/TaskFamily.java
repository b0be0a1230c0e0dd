package io.troupe.verifier;

import java.util.List;
import java.util.Optional;

/**
 * A stream of tasks and the environment that judges them. Found by {@link java.util.ServiceLoader}: an implementation has a public constructor
 * without parameters and is named in {@code META-INF/services/io.troupe.verifier.TaskFamily}. Safe for any thread.
 */
public interface TaskFamily {

    /** The family's id, such as {@code math/arithmetic}. */
    String id();

    /** One sentence for people. */
    String summary();

    /** The scale of difficulty. */
    Levels levels();

    /**
     * Draws a task: a pure function of its arguments. A content belongs to one split for all seeds, indices and levels.
     *
     * @param split the side of the task space to draw from
     * @param seed the stream
     * @param index the place in the stream, from 0
     * @param level the difficulty
     * @return the task
     * @throws IllegalArgumentException if the level is not on the scale or the index is negative
     * @throws TaskGenerationException if no task was found within the bound on tries
     */
    Task task(Split split, long seed, long index, int level);

    /**
     * The record that holds this family's options: its components are the keys of {@code tasks[].options} in the configuration, see {@link Options}.
     */
    default Class<? extends Record> optionsType() {
        return NoOptions.class;
    }

    /**
     * This family as options want it.
     *
     * @param options a record of {@link #optionsType()}
     * @return the family; this one if it has no options
     * @throws OptionsException if they can't be met, such as a file that is missing
     */
    default TaskFamily configured(Record options) {
        if (options instanceof NoOptions) {
            return this;
        }
        throw new OptionsException(id() + " has no options");
    }

    /**
     * This family as options in the configuration's own words want it. A family whose options record lives elsewhere, such as in another process,
     * overrides it.
     *
     * @param json a JSON object; empty text means that none are given
     * @return the family
     * @throws OptionsException if they don't fit or can't be met
     */
    default TaskFamily configuredFrom(String json) {
        return configured(Options.bind(optionsType(), json));
    }

    /** The keys of this family's options, in their order. */
    default List<String> optionKeys() {
        return Options.keys(optionsType());
    }

    /**
     * Whether a call of its environments may wait for something outside of its thread, such as a process or a server. A host gives each session of such a
     * family a thread of its own, so that no other session waits with it.
     */
    default boolean waits() {
        return false;
    }

    /** Opens an environment for this family's tasks. */
    Environment open();

    /** Who judges the trajectories of a group beside each other, if anyone. */
    default Optional<GroupRubric> groupRubric() {
        return Optional.empty();
    }

    /** Who shows how the tasks are done, if anyone. */
    default Optional<Demonstrator> demonstrator() {
        return Optional.empty();
    }
}
