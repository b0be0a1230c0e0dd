package io.troupe.verifier.logic.propositional;

import io.troupe.verifier.Levels;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.logic.ProfiledGraders;
import io.troupe.verifier.logic.PuzzleFamily;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What follows from the premises? Any conclusion counts that needs more than one of them, see {@link Premises}. The premises can always be true together,
 * and always have such a conclusion. Stateless.
 */
public final class PropositionalLogic extends PuzzleFamily<Premises> {

    private record Size(int variables, int fewest, int most, int depth) {}

    private static final List<Size> SIZES = List.of(
            new Size(3, 2, 3, 2),
            new Size(3, 3, 3, 3),
            new Size(4, 3, 4, 3),
            new Size(5, 4, 5, 3),
            new Size(6, 5, 6, 4));
    private static final Levels LEVELS = new Levels(
            1,
            SIZES.size(),
            1,
            "variables, premises, depth: 3, 2-3, 2; 3, 3, 3; 4, 3-4, 3 (reasoning-gym's largest); 5, 4-5, 3; 6, 5-6, 4");
    private static final String INSTRUCTION =
            "Give a formula that follows from the premises together and not from one of them"
                    + " alone: no premise, no part of one, no premises joined. Use ¬ ∧ ∨ → ↔ and parentheses. Give the formula alone inside"
                    + " <answer> </answer>, such as <answer>¬P ∨ Q</answer>.";

    /** The family with strict scoring; found by the service loader. */
    public PropositionalLogic() {
        this(ProfiledGraders.STRICT);
    }

    private PropositionalLogic(String scoring) {
        super(new PropositionalGraders(), scoring, LEVELS, INSTRUCTION);
    }

    @Override
    public String summary() {
        return "a formula that follows from several premises together";
    }

    @Override
    protected TaskFamily scoredBy(String profile) {
        return new PropositionalLogic(profile);
    }

    @Override
    protected Optional<Premises> draw(SplittableRandom random, int level) {
        Size size = SIZES.get(level - 1);
        return Premises.draw(size.variables(), size.fewest(), size.most(), size.depth(), random);
    }

    @Override
    protected String key(Premises content) {
        return content.key();
    }

    @Override
    protected PropositionalPuzzle pose(Premises content, SplittableRandom random) {
        return new PropositionalPuzzle(content);
    }
}
