package io.troupe.environments.search;

import io.troupe.verifier.Levels;
import io.troupe.verifier.Split;
import java.util.List;

/** Where the questions come from. Immutable, safe for any thread. */
interface Questions {

    /**
     * A question.
     *
     * @param text the question
     * @param golds the answers that are right, at least one
     */
    record Question(String text, List<String> golds) {
        public Question {
            golds = List.copyOf(golds);
        }
    }

    /** The scale of difficulty. */
    Levels levels();

    /** Draws a question: a pure function of its arguments, see {@link io.troupe.verifier.TaskFamily#task}. */
    Question draw(Split split, long seed, long index, int level);
}
