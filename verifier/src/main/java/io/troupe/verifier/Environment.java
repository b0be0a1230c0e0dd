package io.troupe.verifier;

import java.util.List;

/**
 * Where a policy acts: the one concept that a plug-in implements. A task of a single turn is an environment of one step, see
 * {@link SingleTurnEnvironment}.
 *
 * <p>Life: {@link #reset} opens an episode, {@link #step} goes on until it answers {@link StepResult.Done} or {@link #truncated} ends it; then
 * {@code reset} may open the next. {@link #close} ends the environment. One episode at a time, used by one thread at a time. An exception means that
 * the environment failed: the episode is not rewarded.
 */
public interface Environment extends AutoCloseable {

    /**
     * Opens an episode, whatever state an earlier one was left in.
     *
     * @param task a task of this environment's family
     * @param seed the randomness of the environment itself: the same task, seed and actions give the same episode. An environment that is a family by
     *     itself makes its puzzle from it
     * @return the opening conversation
     * @throws IllegalArgumentException if the task is of another family
     */
    List<Message> reset(Task task, long seed);

    /**
     * Takes the policy's turn.
     *
     * @param action the turn as text, without the prompt's prefill and without the end-of-turn token
     * @return an observation, or the verdict
     * @throws IllegalStateException if no episode is open
     */
    StepResult step(String action);

    /**
     * Ends the episode from outside, because a limit on tokens or turns was reached.
     *
     * @param reason which limit
     * @return the judgement of what there is
     * @throws IllegalStateException if no episode is open
     */
    Verdict truncated(String reason);

    /**
     * What tells the open task apart from others, whatever words it is asked in: tasks of the same key are all on one side of the split between training
     * and evaluation. Asked for only where the environment makes its own tasks, see {@link EnvironmentDefinition}.
     *
     * @param opening what {@link #reset} just returned
     * @return the key; by default the opening itself
     */
    default String taskKey(List<Message> opening) {
        return opening.toString();
    }

    /**
     * The tools of the open episode that the policy's chat template is to describe, each a JSON object
     * {@code {"type": "function", "function": {"name", "description", "parameters"}}}. An environment that describes its tools in its own words has none here.
     */
    default List<String> tools() {
        return List.of();
    }

    /** Frees what the environment holds. */
    @Override
    void close();
}
