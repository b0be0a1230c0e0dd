package io.troupe.verifier.rubric;

import io.troupe.verifier.Verdict;

/**
 * Scores one aspect of a finished episode. A pure function; one that throws, or that gives no finite number, makes the verdict an error, never a reward.
 *
 * @param <E> what the environment kept of its episode
 */
@FunctionalInterface
public interface Score<E> {

    /**
     * Scores an episode.
     *
     * @param episode what happened
     * @param answered how the answer alone was judged; it carries a reward
     * @return a finite number, before any weight
     * @throws Exception if the aspect can't be scored
     */
    double of(E episode, Verdict answered) throws Exception;
}
