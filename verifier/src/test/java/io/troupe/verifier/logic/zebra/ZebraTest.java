package io.troupe.verifier.logic.zebra;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.verifier.Outcome;
import io.troupe.verifier.Split;
import io.troupe.verifier.Task;
import io.troupe.verifier.logic.PuzzleFamily;
import io.troupe.verifier.logic.PuzzleFamilyConformance;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Example;

class ZebraTest extends PuzzleFamilyConformance {

    private static final String GOLD = "{\"answer\":\"Emma\",\"names\":[\"Felix\",\"Emma\",\"Nora\"]}";

    private final Zebra family = new Zebra();

    @Override
    protected PuzzleFamily<?> family() {
        return family;
    }

    @Override
    protected int sample() {
        return 15;
    }

    private Outcome strict(String answer) {
        return judge("strict", GOLD, answer).outcome();
    }

    private double peer(String answer) {
        return judge("reasoning-gym", GOLD, answer).reward();
    }

    @Example
    void givesReasoningGymsScores() {
        assertThat(peer("Emma")).isEqualTo(1);
        assertThat(peer(" eMMa\n")).isEqualTo(1);
        assertThat(peer("Em\nma")).isEqualTo(1);
        assertThat(peer("Emma.")).isZero();
        assertThat(peer("It is Emma")).isZero();
        assertThat(peer("Felix")).isZero();
        assertThat(peer("")).isZero();
    }

    @Example
    void wantsOneNameAlone() {
        assertThat(strict("Emma")).isEqualTo(Outcome.CORRECT);
        assertThat(strict("emma.")).isEqualTo(Outcome.CORRECT);
        assertThat(strict("Felix")).isEqualTo(Outcome.WRONG);
        assertThat(strict("Emma or Felix")).isEqualTo(Outcome.UNPARSABLE_ANSWER);
        assertThat(strict("not Emma")).isEqualTo(Outcome.UNPARSABLE_ANSWER);
        assertThat(strict("Em\nma")).isEqualTo(Outcome.UNPARSABLE_ANSWER);
        assertThat(strict("Oscar")).isEqualTo(Outcome.UNPARSABLE_ANSWER);
        assertThat(judge("strict", "{\"answer\":\"Emma\",\"names\":[\"Felix\"]}", "Emma")
                        .outcome())
                .isEqualTo(Outcome.UNPARSABLE_GOLD);
    }

    @Example
    void hasCluesOfWhichNoneCanBeMissed() {
        var random = new SplittableRandom(3);
        for (int i = 0; i < 50; i++) {
            Clues clues = Clues.draw(4, 4, random);
            assertThat(ZebraSolver.count(4, 4, clues.clues(), 3)).isEqualTo(1);
            for (Clue clue : clues.clues()) {
                List<Clue> fewer = new ArrayList<>(clues.clues());
                fewer.remove(clue);
                assertThat(ZebraSolver.count(4, 4, fewer, 3)).isGreaterThan(1);
            }
        }
    }

    @Example
    void countsEveryArrangement() {
        assertThat(ZebraSolver.count(3, 2, List.of(), 1_000)).isEqualTo(36);
        assertThat(ZebraSolver.count(3, 2, List.of(new Clue(Clue.Kind.SAME, 0, 1, 1, 1)), 1_000))
                .isEqualTo(12);
        assertThat(ZebraSolver.count(3, 1, List.of(new Clue(Clue.Kind.LEFT, 0, 0, 0, 1)), 1_000))
                .isEqualTo(2);
        assertThat(ZebraSolver.count(3, 1, List.of(new Clue(Clue.Kind.BESIDE, 0, 0, 0, 1)), 1_000))
                .isEqualTo(4);
    }

    @Example
    void callsPuzzlesOneContentThatDifferInTheOrderOfTheirCategories() {
        var one = new Clues(3, 3, List.of(Clue.found(1, 2), new Clue(Clue.Kind.BESIDE, 2, 0, 0, 1)));
        var other = new Clues(3, 3, List.of(new Clue(Clue.Kind.BESIDE, 0, 1, 1, 0), Clue.found(2, 2)));
        assertThat(one.key()).isEqualTo(other.key());
        assertThat(one.key()).isNotEqualTo(new Clues(3, 3, List.of(Clue.found(0, 2))).key());
    }

    @Example
    void asksQuestionsThatHaveExactlyOneAnswerAsAReaderOfTheTextFinds() {
        for (int level = 1; level <= 5; level++) {
            for (int index = 0; index < 20; index++) {
                Task task = family.task(Split.TRAIN, 6, index, level);
                ZebraReader reader = ZebraReader.read(task.prompt().get(1).content());
                assertThat(reader.answers()).as(task.toString()).hasSize(1);
                assertThat(judge("strict", task.gold(), reader.answers().get(0)).outcome())
                        .isEqualTo(Outcome.CORRECT);
            }
        }
    }
}
