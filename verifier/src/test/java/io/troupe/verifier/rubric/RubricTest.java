package io.troupe.verifier.rubric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.GroupMember;
import io.troupe.verifier.Message;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.RewardComponent;
import io.troupe.verifier.Split;
import io.troupe.verifier.Task;
import io.troupe.verifier.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class RubricTest {

    private static final Task TASK =
            new Task("some/family", "t", Split.TRAIN, 1, 0, 1, List.of(Message.user("2+2?")), "4");
    private static final Verdict RIGHT =
            Verdict.of(Outcome.CORRECT, List.of(new RewardComponent("answer", 1)), "4", "the same number");

    /** As Logic-RL counts: a turn in a bad format is worth -1, and its answer -2 whatever it is. */
    private static final Rubric<String> LOGIC_RL = Rubric.<String>empty()
            .gate("format", 1, (text, answered) -> text.startsWith("<think>") ? 1 : -1, 0)
            .component("answer", 2, (text, answered) -> answered.reward(), -2)
            .metric("length", (text, answered) -> text.length());

    private static Verdict judged(Outcome outcome, double reward) {
        return Verdict.of(outcome, List.of(new RewardComponent("answer", reward)), null, "by hand");
    }

    private static GroupMember member(Verdict verdict, int tokens) {
        return new GroupMember(TASK.prompt(), verdict, tokens);
    }

    @Test
    void addsUpWeightedComponents() {
        Verdict verdict = LOGIC_RL.judge("<think>4", RIGHT);

        assertThat(verdict.reward()).isEqualTo(3);
        assertThat(verdict.components())
                .containsExactly(new RewardComponent("format", 1), new RewardComponent("answer", 2));
        assertThat(verdict.outcome()).isEqualTo(Outcome.CORRECT);
        assertThat(verdict.extracted()).isEqualTo("4");
        assertThat(verdict.rule()).isEqualTo("the same number");
    }

    @Test
    void givesWhatFollowsAShutGateItsFixedValueWithoutScoringIt() {
        Rubric<String> rubric = LOGIC_RL.component("style", 1, (text, answered) -> {
            throw new IllegalStateException("scored behind a shut gate");
        });

        Verdict verdict = rubric.judge("4", RIGHT);

        assertThat(verdict.reward()).isEqualTo(-3);
        assertThat(verdict.components())
                .containsExactly(
                        new RewardComponent("format", -1),
                        new RewardComponent("answer", -2),
                        new RewardComponent("style", 0));
    }

    @Test
    void logsMetricsWhateverTheGatesSayAndPaysNothingForThem() {
        assertThat(LOGIC_RL.judge("4", RIGHT).metrics()).containsExactly(new RewardComponent("length", 1));
    }

    @Test
    void makesAScoreThatThrowsAnErrorAndNeverAReward() {
        Verdict verdict = LOGIC_RL.component("judge", 1, (text, answered) -> {
                    throw new java.io.IOException("the judge is down");
                })
                .judge("<think>4", RIGHT);

        assertThat(verdict.outcome()).isEqualTo(Outcome.ERROR);
        assertThat(verdict.components()).isEmpty();
        assertThat(verdict.rule()).contains("judge").contains("the judge is down");
    }

    @Test
    void makesAScoreThatIsNoNumberAnErrorAlsoInAMetric() {
        assertThat(LOGIC_RL.metric("ratio", (text, answered) -> 0.0 / 0)
                        .judge("<think>4", RIGHT)
                        .outcome())
                .isEqualTo(Outcome.ERROR);
        assertThat(Rubric.<String>empty()
                        .component("huge", 10, (text, answered) -> Double.MAX_VALUE)
                        .judge("", RIGHT)
                        .outcome())
                .isEqualTo(Outcome.ERROR);
    }

    @Test
    void leavesAScoreThatRunsOutOfFuelUndecided() {
        Verdict verdict = LOGIC_RL.component("deep", 1, (text, answered) -> {
                    new Fuel(1).spend(2);
                    return 1;
                })
                .judge("<think>4", RIGHT);

        assertThat(verdict.outcome()).isEqualTo(Outcome.UNDECIDED);
    }

    @Test
    void letsAFailureOfTheAnswersGraderStand() {
        Verdict failure = Verdict.withoutReward(Outcome.UNPARSABLE_GOLD, "the gold 'four'");

        assertThat(LOGIC_RL.judge("<think>4", failure)).isSameAs(failure);
    }

    @Test
    void refusesTheSameNameTwiceAndWeightsThatAreNoNumbers() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LOGIC_RL.metric("format", (text, answered) -> 0))
                .withMessageContaining("format");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LOGIC_RL.component("x", Double.NaN, (text, answered) -> 0))
                .withMessageContaining("x");
    }

    @Test
    void isNotChangedByWhatIsBuiltFromIt() {
        LOGIC_RL.component("more", 100, (text, answered) -> 1);

        assertThat(LOGIC_RL.judge("<think>4", RIGHT).reward()).isEqualTo(3);
    }

    @Test
    void paysTheShortestRightAnswerOfAGroupOnTopOfWhatItWasWorth() {
        Verdict right = judged(Outcome.CORRECT, 1).withMetrics(List.of(new RewardComponent("length", 7)));
        var group = Rubric.<String>empty()
                .group("brevity", 0.5, GroupScore.shortestCorrect())
                .groupRubric()
                .orElseThrow();

        List<Verdict> verdicts =
                group.judge(TASK, List.of(member(right, 30), member(right, 20), member(judged(Outcome.WRONG, 0), 5)));

        assertThat(verdicts).extracting(Verdict::reward).containsExactly(1.0, 1.5, 0.0);
        assertThat(verdicts.get(1).components())
                .containsExactly(new RewardComponent("answer", 1), new RewardComponent("brevity", 0.5));
        assertThat(verdicts.get(1).metrics()).isEqualTo(right.metrics());
    }

    @Test
    void logsAGroupScoreOfWeightZeroAsAMetric() {
        var group = Rubric.<String>empty()
                .group("rank", 0, (task, members) -> List.of(1.0, 2.0))
                .groupRubric()
                .orElseThrow();

        List<Verdict> verdicts = group.judge(TASK, List.of(member(RIGHT, 1), member(RIGHT, 2)));

        assertThat(verdicts).extracting(Verdict::reward).containsExactly(1.0, 1.0);
        assertThat(verdicts.get(1).metrics()).containsExactly(new RewardComponent("rank", 2));
    }

    @Test
    void failsTheWholeGroupWhenAGroupScoreFailsOrForgetsAMember() {
        List<GroupMember> members = List.of(member(RIGHT, 1), member(RIGHT, 2));
        Rubric<String> throwing = Rubric.<String>empty().group("compare", 1, (task, all) -> {
            throw new IllegalStateException("no referee");
        });
        Rubric<String> forgetful = Rubric.<String>empty().group("compare", 1, (task, all) -> List.of(1.0));

        for (Rubric<String> rubric : List.of(throwing, forgetful)) {
            assertThat(rubric.groupRubric().orElseThrow().judge(TASK, members))
                    .hasSize(2)
                    .allSatisfy(verdict -> assertThat(verdict.outcome()).isEqualTo(Outcome.ERROR));
        }
        assertThat(LOGIC_RL.groupRubric()).isEmpty();
    }
}
