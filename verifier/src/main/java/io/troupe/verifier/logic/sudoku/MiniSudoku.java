package io.troupe.verifier.logic.sudoku;

import io.troupe.verifier.Levels;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.logic.ProfiledGraders;
import io.troupe.verifier.logic.PuzzleFamily;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** A grid of 4 by 4 digits with blanks. Every grid has exactly one solution. Grids that differ only in what the digits are called are one content. Stateless. */
public final class MiniSudoku extends PuzzleFamily<GridPuzzle> {

    private static final List<GridPuzzle.Blanks> BLANKS = List.of(
            new GridPuzzle.Blanks(1, 2),
            new GridPuzzle.Blanks(3, 5),
            new GridPuzzle.Blanks(6, 8),
            new GridPuzzle.Blanks(8, 10),
            new GridPuzzle.Blanks(10, 12));
    private static final Levels LEVELS =
            new Levels(1, BLANKS.size(), 1, "empty cells: 1-2, 3-5, 6-8, 8-10, 10-12 of 16");
    private static final String INSTRUCTION =
            "Fill the empty cells _ so that every row, every column and every 2x2 box holds"
                    + " each digit from 1 to 4 once. Give the whole grid inside <answer> </answer>: 4 lines of 4 digits with a blank between"
                    + " digits, and nothing else.";

    /** The family with strict scoring; found by the service loader. */
    public MiniSudoku() {
        this(ProfiledGraders.STRICT);
    }

    private MiniSudoku(String scoring) {
        super(new MiniSudokuGraders(), scoring, LEVELS, INSTRUCTION);
    }

    @Override
    public String summary() {
        return "grids of 4 by 4 digits";
    }

    @Override
    protected TaskFamily scoredBy(String profile) {
        return new MiniSudoku(profile);
    }

    @Override
    protected Optional<GridPuzzle> draw(SplittableRandom random, int level) {
        return GridPuzzle.draw(MiniSudokuGraders.SIDE, BLANKS.get(level - 1), random);
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
