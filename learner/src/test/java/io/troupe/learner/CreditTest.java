package io.troupe.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.learner.objective.ObjectivePresets;
import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Outcome;
import io.troupe.proto.v1.Trajectory;
import io.troupe.proto.v1.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CreditTest {

    @Test
    void dapoPenalisesWhatIsTooLongBeforeItCompares() {
        var credit = new Credit(ObjectivePresets.named("dapo")
                .with(Map.of(
                        "advantage.estimator", "dr-grpo",
                        "advantage.overlong-length", 10,
                        "advantage.overlong-cache", 4))
                .advantage());
        Group group = group(1, 1, 1, 0);
        var advantages = credit.advantages(group, List.of(sampled(6), sampled(8), sampled(10), sampled(12)), 0.5);
        // rewards 1, 1/2, 0, -1: their mean is 1/8
        assertThat(firsts(advantages)).containsExactly(new double[] {0.875, 0.375, -0.125, -1.125}, within(1e-12));
    }

    @Test
    void onlySampledTokensCountAsLengthAndOnlyTheyHaveAdvantages() {
        var credit = new Credit(ObjectivePresets.named("dapo")
                .with(Map.of(
                        "advantage.estimator", "dr-grpo",
                        "advantage.overlong-length", 4,
                        "advantage.overlong-cache", 2))
                .advantage());
        var withObservation =
                new ScoredSequence(new int[] {1}, new int[] {2, 3, 4, 5}, new boolean[] {true, false, false, true});
        var advantages = credit.advantages(group(1, 1), List.of(withObservation, sampled(3)), 1);
        assertThat(advantages.get(0)).containsExactly(new double[] {0.25, 0.25}, within(1e-12));
        assertThat(advantages.get(1)).containsExactly(new double[] {-0.25, -0.25, -0.25}, within(1e-12));
    }

    @Test
    void haDwMultipliesTheAdvantagesByTheBeliefFromBeforeTheBatch() {
        var credit = new Credit(ObjectivePresets.named("ha-dw")
                .with(Map.of("advantage.belief", "hard", "advantage.estimator", "dr-grpo"))
                .advantage());
        credit.belief().observe(0.4);
        Group group = group(1, 0, 0, 0, 0, 0, 0, 0);
        var sequences = new ArrayList<ScoredSequence>();
        for (int i = 0; i < 8; i++) {
            sequences.add(sampled(2));
        }
        double[] advantages = firsts(credit.advantages(group, sequences, 0.9));
        assertThat(advantages[0]).isCloseTo(1.711490 * 0.875, within(1e-6));
        assertThat(advantages[1]).isCloseTo(0.987444 * -0.125, within(1e-6));
    }

    @Test
    void tSpmoSpeaksOfTheTokensWhereTheGroupParts() {
        var credit = new Credit(ObjectivePresets.named("t-spmo").advantage());
        var advantages = credit.advantages(
                group(1, 0),
                List.of(
                        new ScoredSequence(new int[] {9}, new int[] {1, 2}, new boolean[] {true, true}),
                        new ScoredSequence(new int[] {9}, new int[] {1, 3}, new boolean[] {true, true})),
                0.5);
        assertThat(advantages.get(0)).containsExactly(0, 0.5);
        assertThat(advantages.get(1)).containsExactly(0, -0.5);
    }

    @Test
    void accuracyIsOfTheBatchNotTheMeanOfItsGroups() {
        assertThat(Credit.accuracy(List.of(group(1), group(1, 0, 0)))).isEqualTo(0.5);
    }

    private static double[] firsts(List<double[]> advantages) {
        return advantages.stream().mapToDouble(ofTokens -> ofTokens[0]).toArray();
    }

    private static ScoredSequence sampled(int tokens) {
        var scored = new boolean[tokens];
        Arrays.fill(scored, true);
        return new ScoredSequence(new int[] {1}, new int[tokens], scored);
    }

    private static Group group(double... rewards) {
        var group = Group.newBuilder();
        for (double reward : rewards) {
            group.addTrajectories(Trajectory.newBuilder()
                    .setVerdict(Verdict.newBuilder()
                            .setReward(reward)
                            .setOutcome(reward > 0 ? Outcome.OUTCOME_CORRECT : Outcome.OUTCOME_WRONG)));
        }
        return group.build();
    }
}
