package io.troupe.verifier.logic.syllogism;

import io.troupe.verifier.Levels;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.logic.ProfiledGraders;
import io.troupe.verifier.logic.PuzzleFamily;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Does the conclusion follow? Two premises about three kinds of people, up to five premises about six, half of the conclusions valid. The prompt says that
 * there is at least one of each kind, so that validity is that of the traditional syllogisms, and it is computed. Stateless.
 */
public final class Syllogism extends PuzzleFamily<Argument> {

    private static final int KINDS_ABOVE_LEVEL = 2;
    private static final Levels LEVELS =
            new Levels(1, 4, 1, "a level has two kinds more than its number, and one premise more");
    private static final String INSTRUCTION =
            "There is at least one of each kind. Say whether the last statement follows from"
                    + " those before it: <answer>Yes</answer> or <answer>No</answer>.";

    /** The family with strict scoring; found by the service loader. */
    public Syllogism() {
        this(ProfiledGraders.STRICT);
    }

    private Syllogism(String scoring) {
        super(new SyllogismGraders(), scoring, LEVELS, INSTRUCTION);
    }

    @Override
    public String summary() {
        return "whether a conclusion about all, some or none follows";
    }

    @Override
    protected TaskFamily scoredBy(String profile) {
        return new Syllogism(profile);
    }

    @Override
    protected Optional<Argument> draw(SplittableRandom random, int level) {
        return Argument.draw(level + KINDS_ABOVE_LEVEL, random);
    }

    @Override
    protected String key(Argument content) {
        return content.key();
    }

    @Override
    protected SyllogismPuzzle pose(Argument content, SplittableRandom random) {
        return SyllogismPuzzle.of(content, random);
    }
}
