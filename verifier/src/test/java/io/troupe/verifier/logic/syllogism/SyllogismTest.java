package io.troupe.verifier.logic.syllogism;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.verifier.Outcome;
import io.troupe.verifier.Split;
import io.troupe.verifier.Task;
import io.troupe.verifier.logic.PuzzleFamily;
import io.troupe.verifier.logic.PuzzleFamilyConformance;
import io.troupe.verifier.logic.syllogism.Categorical.Quantifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import net.jqwik.api.Example;

class SyllogismTest extends PuzzleFamilyConformance {

    private final Syllogism family = new Syllogism();

    @Override
    protected PuzzleFamily<?> family() {
        return family;
    }

    @Override
    protected int sample() {
        return 50;
    }

    private Outcome strict(String gold, String answer) {
        return judge("strict", gold, answer).outcome();
    }

    @Example
    void givesReasoningGymsScoresWithItsPayForHedging() {
        assertThat(judge("reasoning-gym", "Yes", "Yes").reward()).isEqualTo(1);
        assertThat(judge("reasoning-gym", "Yes", "yes").reward()).isZero();
        assertThat(judge("reasoning-gym", "Yes", "Yes.").reward()).isEqualTo(0.75);
        assertThat(judge("reasoning-gym", "No", "Yes No").reward()).isEqualTo(2 / 6.0);
        assertThat(judge("reasoning-gym", "No", "I do not know, No").reward()).isEqualTo(2 / 17.0);
        assertThat(judge("reasoning-gym", "No", "Yes").reward()).isZero();
        assertThat(judge("reasoning-gym", "No", "").reward()).isZero();
    }

    @Example
    void paysForNoHedging() {
        assertThat(strict("No", "No")).isEqualTo(Outcome.CORRECT);
        assertThat(strict("No", " no. ")).isEqualTo(Outcome.CORRECT);
        assertThat(strict("No", "Yes")).isEqualTo(Outcome.WRONG);
        for (String hedge : List.of("Yes No", "No, Yes", "Yes/No", "Not", "No No", "No!", "maybe", "N")) {
            assertThat(strict("No", hedge)).as(hedge).isEqualTo(Outcome.UNPARSABLE_ANSWER);
        }
        assertThat(strict("no", "No")).isEqualTo(Outcome.UNPARSABLE_GOLD);
    }

    /** Tradition knows 24 valid moods of 256 when there is at least one of each kind. */
    @Example
    void findsTheTwentyFourValidMoods() {
        int valid = 0;
        for (int figure = 0; figure < 4; figure++) {
            for (Quantifier major : Quantifier.values()) {
                for (Quantifier minor : Quantifier.values()) {
                    for (Quantifier concluded : Quantifier.values()) {
                        List<Categorical> premises = List.of(
                                figure % 2 == 0 ? new Categorical(major, 1, 2) : new Categorical(major, 2, 1),
                                figure < 2 ? new Categorical(minor, 0, 1) : new Categorical(minor, 1, 0));
                        var conclusion = new Categorical(concluded, 0, 2);
                        boolean follows = new Reasoner(3, premises).follows(conclusion);
                        assertThat(follows)
                                .as(premises + " " + conclusion)
                                .isEqualTo(Venn.follows(3, premises, conclusion));
                        valid += follows ? 1 : 0;
                    }
                }
            }
        }
        assertThat(valid).isEqualTo(24);
    }

    @Example
    void agreesWithVennsDiagramsOnLongerChainsAndRefutesWhatDoesNotFollow() {
        var random = new SplittableRandom(5);
        int refuted = 0;
        for (int i = 0; i < 2_000; i++) {
            int kinds = 3 + i % 4;
            Optional<Argument> drawn = Argument.draw(kinds, random);
            Argument argument = drawn.orElseThrow();
            assertThat(Venn.follows(kinds, argument.premises(), argument.conclusion()))
                    .as(argument.toString())
                    .isEqualTo(argument.valid());
            if (!argument.valid()) {
                refuted++;
                List<Integer> people = argument.reasoner().counterexample(argument.conclusion());
                argument.premises()
                        .forEach(premise -> assertThat(Venn.holds(premise, people))
                                .as(argument + " " + people)
                                .isTrue());
                assertThat(Venn.holds(argument.conclusion(), people))
                        .as(argument + " " + people)
                        .isFalse();
                for (int kind = 0; kind < kinds; kind++) {
                    int one = kind;
                    assertThat(people).anyMatch(person -> ((person >> one) & 1) == 1);
                }
            }
        }
        assertThat(refuted).isBetween(900, 1_100);
    }

    @Example
    void asksForBothAnswersAboutEquallyOften() {
        for (int level = 1; level <= 4; level++) {
            int yes = 0;
            for (int index = 0; index < 400; index++) {
                yes += family.task(Split.EVALUATION, 3, index, level).gold().equals("Yes") ? 1 : 0;
            }
            assertThat(yes).isBetween(120, 280);
        }
    }

    @Example
    void asksWhatAReaderOfTheTextCanDecide() {
        for (int level = 1; level <= 4; level++) {
            for (int index = 0; index < 100; index++) {
                Task task = family.task(Split.TRAIN, 2, index, level);
                assertThat(Venn.answer(task.prompt().get(1).content()))
                        .as(task.toString())
                        .isEqualTo(task.gold());
            }
        }
    }

    @Example
    void showsTheChainOrThePeopleThatRefute() {
        List<String> words = List.of("bakers", "sailors", "poets");
        List<Categorical> premises =
                new ArrayList<>(List.of(new Categorical(Quantifier.ALL, 0, 1), new Categorical(Quantifier.NO, 2, 1)));
        var valid = new Argument(3, premises, new Categorical(Quantifier.NO, 0, 2), true);
        assertThat(new SyllogismPuzzle(valid, words).question())
                .isEqualTo("All bakers are sailors.\nNo poets are sailors.\nDoes it follow? No bakers are poets.");
        assertThat(new SyllogismPuzzle(valid, words).sound())
                .isEqualTo("bakers -> sailors -> not poets\n<answer>Yes</answer>");
        var invalid = new Argument(3, premises, new Categorical(Quantifier.ALL, 1, 0), false);
        assertThat(new SyllogismPuzzle(invalid, words).sound())
                .isEqualTo("there could be only bakers+sailors, sailors, poets\n<answer>No</answer>");
        var some = new Argument(3, premises, new Categorical(Quantifier.SOME_NOT, 1, 2), true);
        assertThat(new SyllogismPuzzle(some, words).sound())
                .isEqualTo("there are bakers, bakers -> sailors, bakers -> sailors -> not poets\n<answer>Yes</answer>");
    }
}
