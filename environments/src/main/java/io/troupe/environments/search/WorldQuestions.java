package io.troupe.environments.search;

import io.troupe.environments.jsonl.QuestionFile.Question;
import io.troupe.verifier.ContentSplit;
import io.troupe.verifier.Levels;
import io.troupe.verifier.Split;

/**
 * Questions about a generated world; a level is the number of articles that must be read one after the other. The sides of the task space are divided by the
 * thing that a question names: whom evaluation asks about, training never does. Immutable, safe for any thread.
 */
final class WorldQuestions implements Questions {

    static final int MAX_HOPS = 4;

    private static final int TRIES = 10_000;
    static final Levels LEVELS = new Levels(
            1,
            MAX_HOPS,
            1,
            "how many articles must be read one after the other; with a corpus of one's own there is only level 1");

    private final World world;

    WorldQuestions(World world) {
        this.world = world;
    }

    @Override
    public Levels levels() {
        return LEVELS;
    }

    @Override
    public Question draw(Split split, long seed, long index, int level) {
        World.Walk walk = walk(split, seed, index, level);
        return new Question(walk.question(), walk.end().spellings());
    }

    World world() {
        return world;
    }

    /** What a task asks. */
    World.Walk walk(Split split, long seed, long index, int level) {
        LEVELS.require(level);
        var random = ContentSplit.randomOf(Search.ID, split, seed, index, level);
        return ContentSplit.draw(
                Search.ID,
                split,
                TRIES,
                () -> world.walk(level, random),
                walk -> walk.start().name());
    }
}
