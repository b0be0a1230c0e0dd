package io.troupe.verifier.logic.countdown;

import io.troupe.verifier.Levels;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.logic.ProfiledGraders;
import io.troupe.verifier.logic.PuzzleFamily;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Make a number out of all of the given ones. Two numbers up to 20 at first; three and four up to 99 as in TinyZero's data, then up to six that make at
 * least 100 as in reasoning-gym. Every target is the value of an expression that was drawn, so that there is a solution. Stateless.
 */
public final class Countdown extends PuzzleFamily<CountdownPuzzle> {

    private static final List<CountdownPuzzle.Shape> SHAPES = List.of(
            new CountdownPuzzle.Shape(2, 20, "+-*", 1, 400),
            new CountdownPuzzle.Shape(3, 10, "+-*", 1, 100),
            new CountdownPuzzle.Shape(3, 99, "+-*/", 1, 99),
            new CountdownPuzzle.Shape(4, 99, "+-*/", 1, 99),
            new CountdownPuzzle.Shape(5, 100, "+-*/", 100, 999),
            new CountdownPuzzle.Shape(6, 100, "+-*/", 100, 999));
    private static final Levels LEVELS = new Levels(
            1,
            SHAPES.size(),
            1,
            "1: two numbers up to 20; 2: three up to 10; 3, 4: three, four up to 99; 5, 6: five, six up to 100 that make 100 to 999");
    private static final String INSTRUCTION =
            "Make the target out of the numbers with + - * / and parentheses. Use every number exactly once. Give the"
                    + " expression alone, without =, inside <answer> </answer>, such as <answer>(1+2)*3</answer>.";

    /** The family with strict scoring; found by the service loader. */
    public Countdown() {
        this(ProfiledGraders.STRICT);
    }

    private Countdown(String scoring) {
        super(new CountdownGraders(), scoring, LEVELS, INSTRUCTION);
    }

    @Override
    public String summary() {
        return "make a number out of all of the given ones";
    }

    @Override
    protected TaskFamily scoredBy(String profile) {
        return new Countdown(profile);
    }

    @Override
    protected Optional<CountdownPuzzle> draw(SplittableRandom random, int level) {
        return CountdownPuzzle.draw(SHAPES.get(level - 1), random);
    }

    @Override
    protected String key(CountdownPuzzle content) {
        return content.key();
    }

    @Override
    protected CountdownPuzzle pose(CountdownPuzzle content, SplittableRandom random) {
        return content.shuffled(random);
    }
}
