package io.troupe.verifier.logic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.verifier.ContentSplit;
import io.troupe.verifier.Demonstrator.Quality;
import io.troupe.verifier.Environment;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Split;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamilies;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.Verdict;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PerturbationTest {

    private static final String ID = "logic/knights-and-knaves";

    private static TaskFamily family(Perturbation perturbation) {
        return new KnightsAndKnaves(new KnightsAndKnavesOptions(ScoringMode.STRICT, perturbation));
    }

    private static Quiz quiz(Perturbation perturbation, int index, int level) {
        return Quiz.of(ID, Split.TRAIN, 3, index, level, perturbation);
    }

    private static Set<String> sentences(Quiz quiz) {
        return new HashSet<>(Arrays.asList(quiz.text().split("(?<=\\.) ", -1)));
    }

    @ParameterizedTest
    @EnumSource(Perturbation.class)
    void keepsEveryPuzzleUniqueOnItsSideAndDemonstrable(Perturbation perturbation) {
        TaskFamily family = family(perturbation);
        for (Split split : Split.values()) {
            for (int level = 1; level <= 4; level++) {
                for (int index = 0; index < 25; index++) {
                    Quiz quiz = Quiz.of(ID, split, 9, index, level, perturbation);
                    assertThat(quiz.puzzle().solution()).contains(quiz.solution());
                    assertThat(ContentSplit.of(ID, quiz.puzzle().key())).isEqualTo(split);
                    Task task = family.task(split, 9, index, level);
                    assertThat(play(family, task, Quality.SOUND).reward())
                            .as(task.toString())
                            .isEqualTo(3);
                    assertThat(play(family, task, Quality.HASTY).outcome()).isEqualTo(Outcome.WRONG);
                }
            }
        }
    }

    @Test
    void changesOnlyWordsWhereItSaysSo() {
        for (int index = 0; index < 50; index++) {
            Quiz original = quiz(Perturbation.NONE, index, 3);
            for (Perturbation perturbation : List.of(
                    Perturbation.ROLE_SWAP,
                    Perturbation.FLIPPED_ROLES,
                    Perturbation.UNCOMMON_NAMES,
                    Perturbation.REORDERED_STATEMENTS)) {
                Quiz twin = quiz(perturbation, index, 3);
                assertThat(twin.puzzle()).isEqualTo(original.puzzle());
                assertThat(twin.text()).isNotEqualTo(original.text());
            }
            Quiz reordered = quiz(Perturbation.REORDERED_STATEMENTS, index, 3);
            assertThat(sentences(reordered)).isEqualTo(sentences(original));
        }
    }

    @Test
    void changesOneStatementOrOneClaimAndTheSolutionWithIt() {
        int twins = 0;
        for (int index = 0; index < 100; index++) {
            Quiz original = quiz(Perturbation.NONE, index, 3);
            for (Perturbation perturbation : List.of(Perturbation.STATEMENT, Perturbation.LEAF)) {
                Quiz twin = quiz(perturbation, index, 3);
                long changed = 0;
                for (int speaker = 0; speaker < 4; speaker++) {
                    Statement was = original.puzzle().statements().get(speaker);
                    Statement is = twin.puzzle().statements().get(speaker);
                    changed += was.equals(is) ? 0 : 1;
                }
                if (changed == 1) {
                    twins++;
                    assertThat(twin.solution()).isNotEqualTo(original.solution());
                }
            }
        }
        assertThat(twins)
                .as("the others' originals could not be changed and were replaced")
                .isGreaterThan(150);
    }

    @Test
    void saysWhatTheRolesMean() {
        assertThat(quiz(Perturbation.FLIPPED_ROLES, 0, 1).text())
                .startsWith("A very special island is inhabited only by knaves and knights."
                        + " Knaves always tell the truth, and knights always lie.")
                .endsWith("So who is a knave and who is a knight?");
        var heroes = new RolePair("a hero", "a villain");
        assertThat(heroes.plurals()).isEqualTo("heroes and villains");
        assertThat(heroes.rule()).isEqualTo("Heroes always tell the truth, and villains always lie.");
        Set<String> pairs = new HashSet<>();
        for (int index = 0; index < 60; index++) {
            pairs.add(quiz(Perturbation.ROLE_SWAP, index, 1).roles().plurals());
        }
        assertThat(pairs).hasSize(6);
    }

    @Test
    void readsTheArticleThatTheRolesTake() {
        String gold = "(1) Zoey is an angel\n(2) Oliver is a devil";
        var grader = new KnightsAndKnavesGraders().grader("strict");
        assertThat(grader.judge(gold, "<think></think><answer>Zoey is an angel, Oliver is a devil</answer>", 10_000)
                        .reward())
                .isEqualTo(3);
        assertThat(grader.judge(gold, "<think></think><answer>Zoey is a knight, Oliver is a knave</answer>", 10_000)
                        .outcome())
                .isEqualTo(Outcome.UNPARSABLE_ANSWER);
    }

    @Test
    void isChosenByOptions() {
        var families = TaskFamilies.load()
                .configured(List.of(new TaskFamilies.Entry(
                        "twins", ID, "{\"perturbation\": \"flipped-roles\", \"scoring\": \"reasoning-gym\"}")));
        Task task = families.get("twins").task(Split.TRAIN, 1, 0, 1);
        assertThat(task.prompt().get(1).content()).contains("Knaves always tell the truth");
        assertThat(play(families.get("twins"), task, Quality.SOUND).reward()).isEqualTo(1);
        assertThatThrownBy(() -> TaskFamilies.load()
                        .configured(List.of(new TaskFamilies.Entry("twins", ID, "{\"perturbation\": \"mirror\"}"))))
                .hasMessageContainingAll("twins", "perturbation", "mirror", "flipped-roles");
    }

    private static Verdict play(TaskFamily family, Task task, Quality quality) {
        String turn = family.demonstrator()
                .orElseThrow()
                .demonstrate(task, quality, new SplittableRandom(7))
                .get(0)
                .content();
        try (Environment environment = family.open()) {
            environment.reset(task, 1);
            return ((StepResult.Done) environment.step(turn)).verdict();
        }
    }
}
