package io.troupe.environments.search;

import io.troupe.environments.jsonl.QuestionFile;
import io.troupe.verifier.Levels;
import io.troupe.verifier.Split;

/**
 * Questions of one's own, all on one level. Immutable, safe for any thread.
 *
 * @param file where they stand
 */
record FileQuestions(QuestionFile file) implements Questions {

    static final Levels LEVELS = new Levels(1, 1, 1, "the questions of the file, all on one level");

    @Override
    public Levels levels() {
        return LEVELS;
    }

    @Override
    public QuestionFile.Question draw(Split split, long seed, long index, int level) {
        return file.draw(split, seed, index, LEVELS.require(level));
    }
}
