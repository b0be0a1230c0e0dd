package io.troupe.verifier.logic.sudoku;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.verifier.Outcome;
import io.troupe.verifier.logic.PuzzleFamily;
import io.troupe.verifier.logic.PuzzleFamilyConformance;
import java.util.List;
import net.jqwik.api.Example;

class MiniSudokuTest extends PuzzleFamilyConformance {

    private static final String GOLD = "{\"puzzle\":\".23434122.434321\",\"solution\":\"1234341221434321\"}";
    private static final String RIGHT = "1 2 3 4\n3 4 1 2\n2 1 4 3\n4 3 2 1";

    private final MiniSudoku family = new MiniSudoku();

    @Override
    protected PuzzleFamily<?> family() {
        return family;
    }

    private double peer(String answer) {
        return judge("reasoning-gym", GOLD, answer).reward();
    }

    private Outcome strict(String answer) {
        return judge("strict", GOLD, answer).outcome();
    }

    @Example
    void givesReasoningGymsPartialCredit() {
        assertThat(peer(RIGHT)).isEqualTo(1);
        assertThat(peer("1 2 3 4 \n3 4 1 2\t\n2 1 4 3\n4 3 2 1")).isEqualTo(31 / 33.0);
        assertThat(peer("1234\n3412\n2143\n4321")).isEqualTo(0.9);
        assertThat(peer("1 2 3 4\n3 4 1 2\n2 1 4 3\n4 3 1 2")).isEqualTo(0.9 * 14 / 16);
        assertThat(peer("1 2 3 4")).isEqualTo(0.9 * 4 / 16);
        assertThat(peer("row one:\n" + RIGHT)).isEqualTo(0.9 * 31 / 40);
        assertThat(peer("1 2 3 4 5\n" + RIGHT)).isEqualTo(0.9 * 31 / 41);
        assertThat(peer("2 2 2 2\n2 2 2 2\n2 2 2 2\n2 2 2 2")).isEqualTo(0.9 * 4 / 16);
        assertThat(peer("I do not know")).isZero();
        assertThat(peer("")).isZero();
        assertThat(judgeText("reasoning-gym", GOLD, RIGHT).outcome()).isEqualTo(Outcome.NO_ANSWER);
    }

    @Example
    void isStrictAboutEveryCell() {
        assertThat(strict(RIGHT)).isEqualTo(Outcome.CORRECT);
        assertThat(strict("\n1234\n3412\n\n2143\n4321\n")).isEqualTo(Outcome.CORRECT);
        assertThat(strict("1 2 3 4\n3 4 1 2\n2 1 4 3\n4 3 1 2")).isEqualTo(Outcome.WRONG);
        for (String text : List.of(
                "1 2 3 4",
                "row one:\n" + RIGHT,
                RIGHT + "\n" + RIGHT,
                "1 2 3\n3 4 1\n2 1 4\n4 3 2",
                "_ 2 3 4\n3 4 1 2\n2 1 4 3\n4 3 2 1",
                ". 2 3 4\n3 4 1 2\n2 1 4 3\n4 3 2 1",
                "5 2 3 4\n3 4 1 2\n2 1 4 3\n4 3 2 1",
                "1 2 3 4, 3 4 1 2, 2 1 4 3, 4 3 2 1",
                "1 2 3 4 3 4 1 2 2 1 4 3 4 3 2 1")) {
            assertThat(strict(text)).as(text).isEqualTo(Outcome.UNPARSABLE_ANSWER);
        }
        assertThat(strict(" ")).isEqualTo(Outcome.NO_ANSWER);
    }

    @Example
    void saysSoWhenAGivenWasChanged() {
        var verdict = judge("strict", GOLD, "2 1 3 4\n3 4 1 2\n1 2 4 3\n4 3 2 1");
        assertThat(verdict.outcome()).isEqualTo(Outcome.WRONG);
        assertThat(verdict.rule()).contains("given");
    }

    @Example
    void blamesAGoldThatSolvesNothing() {
        for (String gold : List.of(
                "{\"puzzle\":\".23434122.434321\",\"solution\":\"1234341221434312\"}",
                "{\"puzzle\":\".23434122.434321\",\"solution\":\".234341221434321\"}",
                "{\"puzzle\":\"4...............\",\"solution\":\"1234341221434321\"}",
                "{\"puzzle\":\".23434122.434321\"}",
                "{\"puzzle\":\"....\",\"solution\":\"1234\"}")) {
            assertThat(judge("strict", gold, RIGHT).outcome()).as(gold).isEqualTo(Outcome.UNPARSABLE_GOLD);
            assertThat(judge("reasoning-gym", gold, RIGHT).outcome()).isEqualTo(Outcome.UNPARSABLE_GOLD);
        }
    }

    @Example
    void knowsHowManyGridsThereAre() {
        assertThat(GridSolver.count(new Grid(".".repeat(16)), 1_000)).isEqualTo(288);
        assertThat(GridSolver.count(new Grid("11" + ".".repeat(14)), 2)).isZero();
        assertThat(GridSolver.solution(new Grid("1..............."))).isEmpty();
        assertThat(GridSolver.solution(new Grid(".23434122.434321"))).contains(new Grid("1234341221434321"));
    }

    @Example
    void callsGridsOneContentThatDifferOnlyInTheNamesOfTheirDigits() {
        assertThat(new Grid(".23434122.434321").key()).isEqualTo(new Grid(".42121344.121243").key());
        assertThat(new Grid(".23434122.434321").key()).isNotEqualTo(new Grid("1.3434121.434321").key());
    }

    @Example
    void fillsCellByCellWhatHasOneCandidateLeft() {
        var puzzle = new GridPuzzle(new Grid(".23434122.434321"), new Grid("1234341221434321"));
        assertThat(puzzle.sound())
                .isEqualTo("row 1 column 1 is 1\nrow 3 column 2 is 1\n<answer>\n" + RIGHT + "\n</answer>");
    }
}
