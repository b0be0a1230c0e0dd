package io.troupe.verifier.logic.countdown;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Split;
import io.troupe.verifier.Verdict;
import io.troupe.verifier.logic.GoldJson;
import io.troupe.verifier.logic.PuzzleFamily;
import io.troupe.verifier.logic.PuzzleFamilyConformance;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;

class CountdownTest extends PuzzleFamilyConformance {

    private static final String GOLD = gold(16, 3, 5, 2);

    /** Answers for 3, 5, 2 and 16; TinyZero's score, reasoning-gym's score, both as its own code gave them, and our strict outcome. */
    private static final String[][] SCORES = {
        {"(3+5)*2", "1.0", "1.0", "CORRECT"},
        {"2*(5+3)", "1.0", "1.0", "CORRECT"},
        {"(3 + 5) * 2", "1.0", "1.0", "CORRECT"},
        {"+(3+5)*2", "1.0", "1.0", "CORRECT"},
        {"--(3+5)*2", "1.0", "1.0", "CORRECT"},
        {"(3+5)×2", "0.1", "0.01", "CORRECT"},
        {"3+5+2", "0.1", "0.05", "WRONG"},
        {"(3+5)", "0.1", "0.05", "WRONG"},
        {"16", "0.1", "0.05", "WRONG"},
        {"3*5+2/2", "0.1", "0.05", "WRONG"},
        {"3+5*2", "0.1", "0.05", "WRONG"},
        {"5*3+2", "0.1", "0.05", "WRONG"},
        {"3-5-(2)", "0.1", "0.05", "WRONG"},
        {"(5+3)/(1/2)", "0.1", "0.05", "WRONG"},
        {"5**2-3*3", "0.1", "0.05", "UNPARSABLE_ANSWER"},
        {"2**(5-3)*4", "0.1", "0.05", "UNPARSABLE_ANSWER"},
        {"(3+5)*2.0", "0.1", "0.05", "UNPARSABLE_ANSWER"},
        {"3+5**2", "0.1", "0.05", "UNPARSABLE_ANSWER"},
        {"(3+5)//(1/2)", "0.1", "0.05", "UNPARSABLE_ANSWER"},
        {"(3+5)*2 # ok", "0.1", "1.0", "UNPARSABLE_ANSWER"},
        {"((3+5)*2", "0.1", "0.01", "UNPARSABLE_ANSWER"},
        {"(3+5)*2=16", "0.1", "0.01", "UNPARSABLE_ANSWER"},
        {"(3+5)(2)", "0.1", "0.01", "UNPARSABLE_ANSWER"},
        {"1/0", "0.1", "0.01", "UNPARSABLE_ANSWER"},
        {"2/(3-5+2)", "0.1", "0.01", "UNPARSABLE_ANSWER"},
        {"x", "0.1", "0.01", "UNPARSABLE_ANSWER"},
        {"a wrong solution", "0.1", "0.01", "UNPARSABLE_ANSWER"},
        {"", "0.1", "0.01", "NO_ANSWER"},
    };

    private final Countdown family = new Countdown();

    @Override
    protected PuzzleFamily<?> family() {
        return family;
    }

    private static String gold(int target, Integer... numbers) {
        return GoldJson.write(new CountdownGold(Arrays.asList(numbers), target, ""));
    }

    @Example
    void givesThePeersScoresAndIsStrictBesideThem() {
        for (String[] row : SCORES) {
            assertThat(judge("tinyzero", GOLD, row[0]).reward()).as(row[0]).isEqualTo(Double.parseDouble(row[1]));
            assertThat(judge("reasoning-gym", GOLD, row[0]).reward()).as(row[0]).isEqualTo(Double.parseDouble(row[2]));
            Verdict strict = judge("strict", GOLD, row[0]);
            assertThat(strict.outcome()).as(row[0]).isEqualTo(Outcome.valueOf(row[3]));
            assertThat(strict.reward()).isEqualTo(strict.outcome() == Outcome.CORRECT ? 1 : 0);
        }
    }

    @Example
    void acceptsWhatTinyZerosPythonComputesAndStrictDoesNot() {
        Map<String, String> accepted = Map.ofEntries(
                Map.entry("5**2", gold(25, 5, 2)),
                Map.entry("7//2", gold(3, 7, 2)),
                Map.entry("1.5*4", gold(6, 1, 5, 4)),
                Map.entry("-7//2+8", gold(4, 7, 2, 8)),
                Map.entry("2**-1*4", gold(2, 1, 2, 4)),
                Map.entry("-2**2+8", gold(4, 2, 2, 8)),
                Map.entry("2**3**2", gold(512, 2, 3, 2)),
                Map.entry("8**(1/3)", gold(2, 8, 1, 3)),
                Map.entry(".5*4", gold(2, 5, 4)),
                Map.entry("5.*4", gold(20, 5, 4)));
        accepted.forEach((answer, gold) -> {
            assertThat(judge("tinyzero", gold, answer).reward()).as(answer).isEqualTo(1);
            assertThat(judge("strict", gold, answer).reward()).as(answer).isZero();
        });
        assertThat(judge("tinyzero", gold(3, 1, 3, 9), "1/3*9").reward()).isEqualTo(1);
        assertThat(judge("strict", gold(3, 1, 3, 9), "1/3*9").reward()).isEqualTo(1);
        assertThat(judge("tinyzero", gold(2, 1, 2), "(1)(2)").reward()).isEqualTo(0.1);
        assertThat(judge("tinyzero", gold(7, 7), "007").reward()).isEqualTo(0.1);
    }

    @Example
    void looksForTinyZerosAnswerOnTheLastLine() {
        assertThat(judgeText("tinyzero", GOLD, "<answer>(3+5)*2</answer>\n").reward())
                .isZero();
        assertThat(judgeText("tinyzero", GOLD, "<answer>(3+5)*2").reward()).isZero();
        assertThat(judgeText("tinyzero", GOLD, "hm\n<answer>1</answer><answer>(3+5)*2</answer>")
                        .reward())
                .isEqualTo(1);
        assertThat(judgeText("strict", GOLD, "<answer>(3+5)*2</answer>\n").reward())
                .isEqualTo(1);
    }

    @Example
    void givesTheScoresOfReasoningGymsEdgeCases() {
        assertThat(judge("reasoning-gym", gold(81, 1, 1, 1, 81), "1*81").reward())
                .isEqualTo(0.05);
        assertThat(judge("reasoning-gym", gold(17, 6, 34, 1, 11), "6*34/11-1").reward())
                .isEqualTo(0.05);
        assertThat(judge("reasoning-gym", gold(50, 1, 45, 2, 3), "45+2+3").reward())
                .isEqualTo(0.05);
        assertThat(judge("reasoning-gym", gold(999_999, 9, 9), "9**9").reward()).isEqualTo(0.05);
        assertThat(judge("reasoning-gym", gold(7, 7, 3, 3), "7/3*3").reward()).isEqualTo(1);
    }

    @Example
    void isExactWhereAPeersToleranceIsNot() {
        String gold = gold(100, 1000, 10, 1, 2000);
        assertThat(judge("reasoning-gym", gold, "1000/10+1/2000").reward()).isEqualTo(1);
        assertThat(judge("strict", gold, "1000/10+1/2000").outcome()).isEqualTo(Outcome.WRONG);
    }

    /** Confirmed of reasoning-gym: this runs code there, and earns 1. */
    @Example
    void neverRunsWhatThePeerWouldRun() {
        String code = "Integer(len('aaaaaaaaaaaaaaaa'))+Mul(3,5,2)*S.Zero";
        assertThat(judge("strict", GOLD, code).outcome()).isEqualTo(Outcome.UNPARSABLE_ANSWER);
        assertThat(judge("reasoning-gym", GOLD, code).reward()).isEqualTo(0.01);
        assertThat(judge("tinyzero", GOLD, code).reward()).isEqualTo(0.1);
    }

    @Example
    void checksTheNumbersThatPuzzle24Forgets() {
        assertThat(judge("strict", gold(24, 8, 5, 10, 6), "6*4*1*1").outcome()).isEqualTo(Outcome.WRONG);
    }

    @Example
    void computesNoTowerOfPowers() {
        for (String answer :
                List.of("9**9**9**9", "2**99999999999", "(".repeat(500) + "1", "1.5**99999", "10**10**3")) {
            assertThat(judge("tinyzero", GOLD, answer).reward()).as(answer).isEqualTo(0.1);
        }
        assertThat(PythonArithmetic.distance("(-1)**99999999999999", -1, new Fuel(1_000)))
                .contains(0.0);
        assertThat(PythonArithmetic.distance("0**0", 1, new Fuel(1_000))).contains(0.0);
        assertThat(PythonArithmetic.distance("0**-1", 1, new Fuel(1_000))).isEmpty();
        assertThat(PythonArithmetic.distance("(-8)**(1/3)", -2, new Fuel(1_000)))
                .isEmpty();
        assertThat(PythonArithmetic.distance("2**1000/2**999", 2, new Fuel(10_000)))
                .contains(0.0);
    }

    @Example
    void posesWhatItSolves() {
        for (int level = 1; level <= 6; level++) {
            for (int index = 0; index < 200; index++) {
                String gold = family.task(Split.TRAIN, 4, index, level).gold();
                CountdownGold read = GoldJson.read(gold, CountdownGold.class).orElseThrow();
                assertThat(judge("strict", gold, read.solution()).outcome())
                        .as(gold)
                        .isEqualTo(Outcome.CORRECT);
                if (level <= 4) {
                    assertThat(CountdownSearch.solvable(read.numbers(), read.target()))
                            .as(gold)
                            .isTrue();
                }
            }
        }
        assertThat(CountdownSearch.solvable(List.of(2, 2), 5)).isFalse();
        assertThat(CountdownSearch.solvable(List.of(3, 3, 8, 8), 24)).isTrue();
    }

    @Example
    void showsItsSteps() {
        var puzzle = new CountdownPuzzle(List.of(5, 2, 3), 16, "(3+5)*2");
        assertThat(puzzle.question()).isEqualTo("Numbers: 5, 2, 3. Target: 16.");
        assertThat(puzzle.sound()).isEqualTo("3+5=8, 8*2=16\n<answer>(3+5)*2</answer>");
        assertThat(puzzle.key()).isEqualTo("2,3,5=16");
    }
}
