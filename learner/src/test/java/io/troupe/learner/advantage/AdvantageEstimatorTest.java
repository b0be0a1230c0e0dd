package io.troupe.learner.advantage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.troupe.learner.advantage.AdvantageSettings.Deviation;
import io.troupe.learner.advantage.AdvantageSettings.Estimator;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdvantageEstimatorTest {

    private static final AdvantageEstimator GRPO = estimator(Estimator.GRPO, Deviation.SAMPLE);
    private static final AdvantageEstimator GRPO_POPULATION = estimator(Estimator.GRPO, Deviation.POPULATION);
    private static final AdvantageEstimator DR_GRPO = estimator(Estimator.DR_GRPO, Deviation.SAMPLE);
    private static final AdvantageEstimator LEAVE_ONE_OUT = estimator(Estimator.LEAVE_ONE_OUT, Deviation.SAMPLE);

    @Test
    void grpoDividesByTheSampleDeviationAndDelta() {
        assertVector(GRPO.advantages(1, 0, 0, 1), 0.866024, -0.866024, -0.866024, 0.866024);
        assertVector(GRPO.advantages(1, 0, 0, 0), 1.499997, -0.499999, -0.499999, -0.499999);
    }

    @Test
    void grpoDividesByThePopulationDeviationIfAsked() {
        assertVector(GRPO_POPULATION.advantages(1, 0, 0, 1), 0.999998, -0.999998, -0.999998, 0.999998);
        assertVector(GRPO_POPULATION.advantages(1, 0, 0, 0), 1.732047, -0.577349, -0.577349, -0.577349);
    }

    @Test
    void drGrpoOnlySubtractsTheMean() {
        assertVector(DR_GRPO.advantages(1, 0, 0, 0), 0.75, -0.25, -0.25, -0.25);
    }

    @Test
    void leaveOneOutSubtractsTheMeanOfTheOthers() {
        assertVector(LEAVE_ONE_OUT.advantages(1, 0, 0, 0), 1, -1 / 3.0, -1 / 3.0, -1 / 3.0);
        assertVector(LEAVE_ONE_OUT.advantages(3, -0.5), 3.5, -3.5);
    }

    /** HA-DW, arXiv 2601.08521: of groups that teach something, hard tasks look easier than they are and easy ones harder. */
    @ParameterizedTest
    @CsvSource({"0.25, 0.277800", "0.5, 0.5", "0.1, 0.175583"})
    void theAccuracyOfGroupsThatTeachIsBiased(double success, double accuracy) {
        int size = 8;
        double sum = 0;
        double mass = 0;
        for (int outcome = 0; outcome < 1 << size; outcome++) {
            var rewards = new double[size];
            for (int i = 0; i < size; i++) {
                rewards[i] = outcome >> i & 1;
            }
            if (Arrays.stream(GRPO.advantages(rewards)).anyMatch(advantage -> advantage != 0)) {
                int right = Integer.bitCount(outcome);
                double probability = Math.pow(success, right) * Math.pow(1 - success, size - right);
                mass += probability;
                sum += probability * right / size;
            }
        }
        assertThat(sum / mass).isCloseTo(accuracy, within(5e-7));
    }

    @Test
    void aGroupOfOneAndAGroupOfEqualRewardsTeachNothing() {
        for (var estimator : new AdvantageEstimator[] {GRPO, GRPO_POPULATION, DR_GRPO, LEAVE_ONE_OUT}) {
            assertThat(estimator.advantages(3)).containsExactly(0);
            assertThat(estimator.advantages(0.1, 0.1, 0.1)).containsExactly(0, 0, 0);
        }
    }

    @Test
    void raftLearnsFromEveryGoodAnswerAndFromNoBadOne() {
        var raft = estimator(Estimator.POSITIVE_REWARD, Deviation.SAMPLE);
        assertThat(raft.advantages(1, 0, -3, 2.5)).containsExactly(1, 0, 0, 2.5);
        assertThat(raft.advantages(1, 1, 1)).containsExactly(1, 1, 1);
        assertThat(raft.advantages(2)).containsExactly(2);
    }

    @Test
    void reinforceRejDropsGroupsThatAreAllRightOrAllWrong() {
        var rejecting = estimator(Estimator.MIXED_REWARD, Deviation.SAMPLE);
        assertThat(rejecting.advantages(1, 0, -0.5, 1)).containsExactly(1, 0, -0.5, 1);
        assertThat(rejecting.advantages(1, 1, 1)).containsExactly(0, 0, 0);
        assertThat(rejecting.advantages(-3, -3)).containsExactly(0, 0);
        assertThat(rejecting.advantages(1)).containsExactly(0);
    }

    @Test
    void aRewardThatIsNoNumberIsRefusedByItsPlace() {
        assertThatThrownBy(() -> GRPO.advantages(1, Double.NaN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("trajectory 1")
                .hasMessageContaining("NaN");
        assertThatThrownBy(GRPO::advantages).isInstanceOf(IllegalArgumentException.class);
    }

    @Property(seed = "1")
    void aConstantAddedToAllRewardsChangesNothing(
            @ForAll @Size(min = 1, max = 16) List<@IntRange(min = -6, max = 6) Integer> halves,
            @ForAll @DoubleRange(min = -10, max = 10) double shift) {
        double[] rewards = halves.stream().mapToDouble(half -> half / 2.0).toArray();
        double[] shifted = Arrays.stream(rewards).map(reward -> reward + shift).toArray();
        for (var estimator : new AdvantageEstimator[] {GRPO, GRPO_POPULATION, DR_GRPO, LEAVE_ONE_OUT}) {
            assertThat(estimator.advantages(shifted)).containsExactly(estimator.advantages(rewards), within(1e-9));
        }
    }

    @Property(seed = "1")
    void advantagesOfAGroupSumToZero(
            @ForAll @Size(min = 1, max = 16) List<@DoubleRange(min = -3, max = 3) Double> rewards) {
        for (var estimator : new AdvantageEstimator[] {GRPO, GRPO_POPULATION, DR_GRPO, LEAVE_ONE_OUT}) {
            double[] advantages =
                    estimator.advantages(rewards.stream().mapToDouble(x -> x).toArray());
            assertThat(Arrays.stream(advantages).sum()).isCloseTo(0, within(1e-9));
        }
    }

    private static AdvantageEstimator estimator(Estimator estimator, Deviation deviation) {
        return AdvantageEstimator.of(new AdvantageSettings(estimator, deviation, 1e-6));
    }

    private static void assertVector(double[] actual, double... expected) {
        assertThat(actual).containsExactly(expected, within(5e-7));
    }
}
