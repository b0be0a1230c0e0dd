package io.troupe.verifier.logic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.verifier.Demonstrator.Quality;
import io.troupe.verifier.Environment;
import io.troupe.verifier.GraderProvider;
import io.troupe.verifier.Graders;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Split;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamilies;
import io.troupe.verifier.TaskFamilyConformance;
import io.troupe.verifier.Verdict;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What every puzzle family promises beyond what every family does. */
public abstract class PuzzleFamilyConformance extends TaskFamilyConformance {

    @Override
    protected abstract PuzzleFamily<?> family();

    @Override
    protected String content(Task task) {
        return family().content(task);
    }

    /** A profile's verdict on an answer. */
    protected Verdict judge(String profile, String gold, String answer) {
        return judgeText(profile, gold, "<answer>" + answer + "</answer>");
    }

    /** A profile's verdict on a text. */
    protected Verdict judgeText(String profile, String gold, String text) {
        GraderProvider graders = graders();
        return graders.grader(profile).judge(gold, text, graders.budget());
    }

    private GraderProvider graders() {
        return Graders.load().get(family().id());
    }

    @Example
    void isJudgedByTheGraderThatBearsItsName() {
        assertThat(graders().profiles().get(0)).isEqualTo("strict");
        for (int level = family().levels().min(); level <= hardestDemonstratedLevel(); level++) {
            Task task = family().task(Split.EVALUATION, 5, 2, level);
            String sound = turn(task, Quality.SOUND);
            for (String profile : graders().profiles()) {
                Verdict verdict = judgeText(profile, task.gold(), sound);
                assertThat(verdict.outcome()).as(profile + " " + task).isEqualTo(Outcome.CORRECT);
                assertThat(verdict.reward()).isGreaterThan(0);
                assertThat(judgeText(profile, task.gold(), turn(task, Quality.HASTY))
                                .reward())
                        .isLessThan(verdict.reward());
                assertThat(judgeText(profile, "no gold", sound).outcome()).isEqualTo(Outcome.UNPARSABLE_GOLD);
            }
        }
    }

    @Example
    void isScoredByTheProfileThatItsOptionsName() {
        for (String profile : graders().profiles()) {
            var configured = family().configured(new ScoringOptions(profile));
            Task task = configured.task(Split.TRAIN, 1, 0, family().levels().initial());
            assertThat(task).isEqualTo(family().task(Split.TRAIN, 1, 0, task.level()));
            String hasty = turn(task, Quality.HASTY);
            try (Environment environment = configured.open()) {
                environment.reset(task, 1);
                assertThat(((StepResult.Done) environment.step(hasty)).verdict())
                        .isEqualTo(judgeText(profile, task.gold(), hasty));
            }
        }
        assertThatThrownBy(() -> TaskFamilies.load()
                        .configured(List.of(new TaskFamilies.Entry("p", family().id(), "{\"scoring\": \"lenient\"}"))))
                .hasMessageContainingAll("p", "scoring", "lenient", "strict");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> graders().grader("lenient"))
                .withMessageContainingAll("lenient", "strict");
    }

    @Property(tries = 300, seed = "1")
    void everyProfileAnswersToAnyTextWithoutFailing(@ForAll String noise) {
        String gold =
                family().task(Split.TRAIN, 1, 0, family().levels().initial()).gold();
        for (String profile : graders().profiles()) {
            for (String text : List.of(noise, "<answer>" + noise + "</answer>", noise + "<answer>Yes " + noise)) {
                Verdict verdict = judgeText(profile, gold, text);
                assertThat(verdict.outcome()).isNotIn(Outcome.ERROR, Outcome.UNPARSABLE_GOLD);
                assertThat(judgeText(profile, gold, text)).isEqualTo(verdict);
            }
        }
    }

    @Example
    void everyProfileStaysTotalOnHugeTexts() {
        String gold =
                family().task(Split.TRAIN, 1, 0, family().levels().initial()).gold();
        for (String part : List.of("(", "¬", "9", "9**", "1-", "-", "<answer>", "P∧", "x∧", "Yes ", "1 2 3 4\n")) {
            String noise = part.repeat(400_000 / part.length());
            for (String profile : graders().profiles()) {
                assertThat(judge(profile, gold, noise).outcome()).isNotIn(Outcome.CORRECT, Outcome.ERROR);
            }
        }
    }

    private String turn(Task task, Quality quality) {
        return family().demonstrator()
                .orElseThrow()
                .demonstrate(task, quality, new SplittableRandom(3))
                .get(0)
                .content();
    }
}
