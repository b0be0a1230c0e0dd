package io.troupe.verifier.logic.sudoku;

import io.troupe.verifier.Levels;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.logic.ProfiledGraders;
import io.troupe.verifier.logic.PuzzleFamily;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** A grid of 9 by 9 digits with blanks. Every grid has exactly one solution. Grids that differ only in what the digits are called are one content. Stateless. */
public final class Sudoku extends PuzzleFamily<GridPuzzle> {

    private static final List<GridPuzzle.Blanks> BLANKS = List.of(
            new GridPuzzle.Blanks(3, 8),
            new GridPuzzle.Blanks(12, 20),
            new GridPuzzle.Blanks(22, 30),
            new GridPuzzle.Blanks(30, 40),
            new GridPuzzle.Blanks(40, 50),
            new GridPuzzle.Blanks(50, 55));
    private static final Levels LEVELS =
            new Levels(1, BLANKS.size(), 1, "empty cells: 3-8, 12-20, 22-30, 30-40, 40-50, 50-55 of 81");
    private static final String INSTRUCTION =
            "Fill the empty cells _ so that every row, every column and every 3x3 box holds"
                    + " each digit from 1 to 9 once. Give the whole grid inside <answer> </answer>: 9 lines of 9 digits with a blank between"
                    + " digits, and nothing else.";

    /** The family with strict scoring; found by the service loader. */
    public Sudoku() {
        this(ProfiledGraders.STRICT);
    }

    private Sudoku(String scoring) {
        super(new SudokuGraders(), scoring, LEVELS, INSTRUCTION);
    }

    @Override
    public String summary() {
        return "grids of 9 by 9 digits";
    }

    @Override
    protected TaskFamily scoredBy(String profile) {
        return new Sudoku(profile);
    }

    @Override
    protected Optional<GridPuzzle> draw(SplittableRandom random, int level) {
        return GridPuzzle.draw(SudokuGraders.SIDE, BLANKS.get(level - 1), random);
    }

    @Override
    protected String key(GridPuzzle content) {
        return content.givens().key();
    }

    @Override
    protected GridPuzzle pose(GridPuzzle content, SplittableRandom random) {
        return content;
    }
}
