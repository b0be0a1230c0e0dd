package io.troupe.verifier.logic.propositional;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Split;
import io.troupe.verifier.logic.GoldJson;
import io.troupe.verifier.logic.PuzzleFamily;
import io.troupe.verifier.logic.PuzzleFamilyConformance;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class PropositionalLogicTest extends PuzzleFamilyConformance {

    private static final String GOLD = GoldJson.write(
            new PropositionalGold(List.of("P", "Q", "R"), List.of("(P → Q)", "(Q → R)", "(P ∨ R)"), "R"));

    /** Answers to P → Q, Q → R, P ∨ R; reasoning-gym's score, as its own code gave it, and our strict outcome. */
    private static final String[][] SCORES = {
        {"R", "0.25", "CORRECT"},
        {"P → R", "1.0", "CORRECT"},
        {"(P → R)", "1.0", "CORRECT"},
        {"¬P ∨ R", "1.0", "CORRECT"},
        {"¬(P ∧ ¬R)", "1.0", "CORRECT"},
        {"(P) → (R)", "1.0", "CORRECT"},
        {"¬¬R", "1.0", "CORRECT"},
        {"R ∧ R", "1.0", "CORRECT"},
        {"P -> R", "0.05", "CORRECT"},
        {"Q ∨ R", "1.0", "CORRECT"},
        {"P → Q", "1.0", "WRONG"},
        {"P ∨ R", "1.0", "WRONG"},
        {"(P → Q) ∧ (Q → R)", "1.0", "WRONG"},
        {"P", "0.05", "WRONG"},
        {"Q", "0.05", "WRONG"},
        {"¬Q", "0.05", "WRONG"},
        {"P ∧ Q", "0.05", "WRONG"},
        {"P ∨ ¬P", "0.25", "WRONG"},
        {"R ∨ ¬R ∨ P", "0.25", "WRONG"},
        {"P ↔ P", "0.25", "WRONG"},
        {"P → Q → R", "1.0", "UNPARSABLE_ANSWER"},
        {"x ∨ R", "1.0", "UNPARSABLE_ANSWER"},
        {"R ∨ x ∨ y", "1.0", "UNPARSABLE_ANSWER"},
        {"R.", "0.05", "UNPARSABLE_ANSWER"},
        {"hello", "0.05", "UNPARSABLE_ANSWER"},
        {"P Q", "0.05", "UNPARSABLE_ANSWER"},
        {"(P", "0.05", "UNPARSABLE_ANSWER"},
        {"P)", "0.05", "UNPARSABLE_ANSWER"},
        {"P) ∧ (Q", "0.05", "UNPARSABLE_ANSWER"},
        {"Wrong", "0", "UNPARSABLE_ANSWER"},
        {"I do not know", "0", "UNPARSABLE_ANSWER"},
        {"S", "0", "UNPARSABLE_ANSWER"},
        {"()", "0", "UNPARSABLE_ANSWER"},
        {"¬", "0", "UNPARSABLE_ANSWER"},
        {"P ∧", "0", "UNPARSABLE_ANSWER"},
        {"", "0", "NO_ANSWER"},
    };

    private final PropositionalLogic family = new PropositionalLogic();

    @Override
    protected PuzzleFamily<?> family() {
        return family;
    }

    @Override
    protected int sample() {
        return 40;
    }

    @Example
    void givesReasoningGymsScoresAndIsStrictBesideThem() {
        for (String[] row : SCORES) {
            assertThat(judge("reasoning-gym", GOLD, row[0]).reward()).as(row[0]).isEqualTo(Double.parseDouble(row[1]));
            assertThat(judge("strict", GOLD, row[0]).outcome()).as(row[0]).isEqualTo(Outcome.valueOf(row[2]));
        }
    }

    /** Confirmed of reasoning-gym: echoing a premise earns 1. Here no disguise of an echo earns anything. */
    @Example
    void seesThroughTheDisguisesOfAnEcho() {
        for (String echo : List.of(
                "P → Q",
                "¬P ∨ Q",
                "¬Q → ¬P",
                "P → Q ∨ R",
                "(P → Q) ∧ (P ∨ R)",
                "¬(¬(P → Q) ∨ ¬(Q → R))",
                "(P → Q) ∧ R",
                "(Q → R) ∧ (P → R)",
                "((P → Q) ∧ (Q → R)) ∨ (P ∧ ¬P)",
                "((P → Q) ∧ (Q → R) ∧ (P ∨ R)) ∨ ¬P")) {
            assertThat(judge("reasoning-gym", GOLD, echo).reward()).as(echo).isEqualTo(1);
            assertThat(judge("strict", GOLD, echo).outcome()).as(echo).isEqualTo(Outcome.WRONG);
        }
    }

    @Example
    void echoingAnyPremiseOfAnyTaskEarnsNothing() {
        for (int level = 1; level <= 5; level++) {
            for (int index = 0; index < 60; index++) {
                String gold = family.task(Split.TRAIN, 8, index, level).gold();
                PropositionalGold read =
                        GoldJson.read(gold, PropositionalGold.class).orElseThrow();
                for (String premise : read.premises()) {
                    assertThat(judge("strict", gold, premise).reward()).as(gold).isZero();
                }
                String all = "(" + String.join(") ∧ (", read.premises()) + ")";
                assertThat(judge("strict", gold, all).reward()).as(gold).isZero();
                assertThat(judge("strict", gold, read.example()).reward())
                        .as(gold)
                        .isEqualTo(1);
            }
        }
    }

    @Example
    void blamesAGoldWhosePremisesCannotBeTrueTogether() {
        for (String gold : List.of(
                "{\"variables\":[\"P\"],\"premises\":[\"P\",\"¬P\"],\"example\":\"P\"}",
                "{\"variables\":[\"P\"],\"premises\":[\"P ∧\"],\"example\":\"P\"}",
                "{\"variables\":[\"P\"],\"premises\":[\"Q\"],\"example\":\"P\"}",
                "{\"variables\":[\"p\"],\"premises\":[\"p\"],\"example\":\"p\"}",
                "{\"variables\":[\"P\"],\"premises\":[],\"example\":\"P\"}")) {
            assertThat(judge("strict", gold, "P").outcome()).as(gold).isEqualTo(Outcome.UNPARSABLE_GOLD);
        }
    }

    @Example
    void bindsNegationTightestAndEquivalenceLoosest() {
        List<String> letters = List.of("P", "Q", "R");
        assertThat(parsed("¬P ∧ Q ∨ R → P ↔ Q", letters)).isEqualTo(parsed("((((¬P) ∧ Q) ∨ R) → P) ↔ Q", letters));
        assertThat(parsed("~P & Q | R -> P <-> Q", letters)).isEqualTo(parsed("¬P ∧ Q ∨ R → P ↔ Q", letters));
        assertThat(FormulaParser.parse("PQ", letters, new Fuel(100))).isEmpty();
        assertThat(FormulaParser.parse("P Q", letters, new Fuel(100))).isEmpty();
        assertThat(FormulaParser.parse("(".repeat(101) + "P" + ")".repeat(101), letters, new Fuel(10_000)))
                .isEmpty();
        assertThat(FormulaParser.parse("¬".repeat(101) + "P", letters, new Fuel(10_000)))
                .isEmpty();
    }

    private static Formula parsed(String text, List<String> letters) {
        return FormulaParser.parse(text, letters, new Fuel(1_000)).orElseThrow();
    }

    @Property(tries = 300, seed = "1")
    void readsBackWhatItWrites(@ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int depth) {
        List<String> letters = List.of("P", "Q", "R", "S", "T", "U");
        Formula drawn = Formula.draw(new SplittableRandom(seed), 6, depth);

        assertThat(parsed(drawn.text(letters), letters)).isEqualTo(drawn);
        assertThat(GymFormula.standing(
                        List.of(drawn.text(letters)),
                        GymFormula.parse(drawn.text(letters), new Fuel(100_000)).orElseThrow(),
                        new Fuel(100_000)))
                .isEqualTo(drawn.table() == -1L ? Premises.Standing.TAUTOLOGY : Premises.Standing.CONCLUSION);
    }

    @Example
    void listsTheAssignmentsBeforeItConcludes() {
        var premises = new Premises(
                2,
                List.of(
                        new Formula.Joined(
                                Formula.Connective.IMPLIES, new Formula.Variable(0), new Formula.Variable(1)),
                        new Formula.Variable(0)));
        var puzzle = new PropositionalPuzzle(premises);
        assertThat(puzzle.question()).isEqualTo("Premises:\n1. P → Q\n2. P\nWhat follows?");
        assertThat(puzzle.sound()).isEqualTo("All premises are true for:\nP=T Q=T\n<answer>Q</answer>");
        assertThat(premises.key())
                .isEqualTo(new Premises(
                                2,
                                List.of(
                                        new Formula.Variable(1),
                                        new Formula.Joined(
                                                Formula.Connective.OR,
                                                new Formula.Not(new Formula.Variable(1)),
                                                new Formula.Variable(0))))
                        .key());
    }
}
