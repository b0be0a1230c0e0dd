package io.troupe.environments.search;

import io.troupe.environments.jsonl.QuestionFile.Question;
import io.troupe.verifier.Levels;
import io.troupe.verifier.Split;

/** Where the questions come from. Immutable, safe for any thread. */
interface Questions {

    /** The scale of difficulty. */
    Levels levels();

    /** Draws a question: a pure function of its arguments, see {@link io.troupe.verifier.TaskFamily#task}. */
    Question draw(Split split, long seed, long index, int level);
}
