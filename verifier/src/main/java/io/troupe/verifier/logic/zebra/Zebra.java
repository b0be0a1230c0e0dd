package io.troupe.verifier.logic.zebra;

import io.troupe.verifier.Levels;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.logic.ProfiledGraders;
import io.troupe.verifier.logic.PuzzleFamily;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Who lives in which house? Three houses and two categories up to seven of each, names among the categories. Exactly one arrangement fits the clues, and
 * no clue can be missed. Stateless.
 */
public final class Zebra extends PuzzleFamily<Clues> {

    private record Size(int houses, int categories) {}

    private static final List<Size> SIZES = List.of(
            new Size(3, 2),
            new Size(3, 3),
            new Size(4, 3),
            new Size(4, 4),
            new Size(5, 4),
            new Size(5, 5),
            new Size(6, 6),
            new Size(7, 7));
    private static final Levels LEVELS = new Levels(
            1, SIZES.size(), 1, "houses by categories, names among them: 3x2, 3x3, 4x3, 4x4, 5x4, 5x5, 6x6, 7x7");
    private static final String INSTRUCTION =
            "Work out from the clues who lives where. Give the name of the person who is"
                    + " asked for inside <answer> </answer>, and nothing but the name, such as <answer>Emma</answer>.";

    /** The family with strict scoring; found by the service loader. */
    public Zebra() {
        this(ProfiledGraders.STRICT);
    }

    private Zebra(String scoring) {
        super(new ZebraGraders(), scoring, LEVELS, INSTRUCTION);
    }

    @Override
    public String summary() {
        return "who lives in which of three to seven houses";
    }

    @Override
    protected TaskFamily scoredBy(String profile) {
        return new Zebra(profile);
    }

    @Override
    protected Optional<Clues> draw(SplittableRandom random, int level) {
        Size size = SIZES.get(level - 1);
        return Optional.of(Clues.draw(size.houses(), size.categories(), random));
    }

    @Override
    protected String key(Clues content) {
        return content.key();
    }

    @Override
    protected ZebraPuzzle pose(Clues content, SplittableRandom random) {
        return ZebraPuzzle.of(content, random);
    }
}
