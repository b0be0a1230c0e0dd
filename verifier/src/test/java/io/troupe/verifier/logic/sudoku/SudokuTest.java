package io.troupe.verifier.logic.sudoku;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.verifier.Outcome;
import io.troupe.verifier.Split;
import io.troupe.verifier.Task;
import io.troupe.verifier.logic.GoldJson;
import io.troupe.verifier.logic.PuzzleFamily;
import io.troupe.verifier.logic.PuzzleFamilyConformance;
import net.jqwik.api.Example;

class SudokuTest extends PuzzleFamilyConformance {

    private final Sudoku family = new Sudoku();

    @Override
    protected PuzzleFamily<?> family() {
        return family;
    }

    @Override
    protected int sample() {
        return 30;
    }

    @Example
    void solvesAPublishedPuzzle() {
        var puzzle = new Grid("53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79");
        assertThat(GridSolver.count(puzzle, 9)).isEqualTo(1);
        assertThat(GridSolver.solution(puzzle).orElseThrow().cells())
                .isEqualTo("534678912672195348198342567859761423426853791713924856961537284287419635345286179");
        assertThat(GridSolver.count(puzzle.with(0, 0).with(1, 0), 9)).isGreaterThan(1);
    }

    @Example
    void hasAsManyBlanksAsItsLevelsSay() {
        int[][] blanks = {{3, 8}, {12, 20}, {22, 30}, {30, 40}, {40, 50}, {50, 55}};
        for (int level = 1; level <= 6; level++) {
            for (int index = 0; index < 20; index++) {
                Task task = family.task(Split.TRAIN, 2, index, level);
                GridGold gold = GoldJson.read(task.gold(), GridGold.class).orElseThrow();
                assertThat(gold.givens().blanks()).isBetween(blanks[level - 1][0], blanks[level - 1][1]);
                assertThat(task.prompt().get(1).content())
                        .isEqualTo(gold.givens().text())
                        .hasSize(161);
            }
        }
    }

    @Example
    void isStrictAboutTheSizeOfTheGrid() {
        Task task = family.task(Split.TRAIN, 2, 0, 1);
        assertThat(judge("strict", task.gold(), "1234\n3412\n2143\n4321").outcome())
                .isEqualTo(Outcome.UNPARSABLE_ANSWER);
        String mini = "{\"puzzle\":\".234341221434321\",\"solution\":\"1234341221434321\"}";
        assertThat(judge("strict", mini, "1234\n3412\n2143\n4321").outcome()).isEqualTo(Outcome.UNPARSABLE_GOLD);
    }
}
