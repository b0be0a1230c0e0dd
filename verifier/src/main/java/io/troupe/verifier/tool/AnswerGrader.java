package io.troupe.verifier.tool;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.Task;
import io.troupe.verifier.Verdict;
import org.jspecify.annotations.Nullable;

/** Judges the answer that an episode ended with. A pure function, safe for any thread. */
@FunctionalInterface
public interface AnswerGrader {

    /**
     * Judges an answer.
     *
     * @param task what was asked
     * @param answer what stood in the {@code <answer>} block; null if the episode ended without one
     * @param fuel pays for the work
     * @return the verdict
     * @throws io.troupe.verifier.FuelExhaustedException if the work needs more fuel
     */
    Verdict grade(Task task, @Nullable String answer, Fuel fuel);
}
