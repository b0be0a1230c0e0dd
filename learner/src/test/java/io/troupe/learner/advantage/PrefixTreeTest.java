package io.troupe.learner.advantage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.learner.advantage.AdvantageSettings.Deviation;
import io.troupe.learner.advantage.AdvantageSettings.Estimator;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class PrefixTreeTest {

    @Test
    void twoAnswersThatPartAfterTheirFirstTokenDifferInTheSecond() {
        var advantages = PrefixTree.advantages(new double[] {1, 0}, List.of(new int[] {7, 1}, new int[] {7, 2}));
        assertThat(advantages.get(0)).containsExactly(0, 0.5);
        assertThat(advantages.get(1)).containsExactly(0, -0.5);
    }

    @Test
    void aPrefixAndTokenCountOnceInAGroup() {
        var advantages = PrefixTree.advantages(
                new double[] {1, 0, 1}, List.of(new int[] {7, 1, 5}, new int[] {7, 1, 6}, new int[] {7, 2}));
        assertThat(advantages.get(0)).containsExactly(new double[] {0, 0.5 - 2 / 3.0, 0.5}, within(1e-15));
        assertThat(advantages.get(1)).containsExactly(new double[] {0, 0, -0.5}, within(1e-15));
        assertThat(advantages.get(2)).containsExactly(new double[] {0, 1 - 2 / 3.0}, within(1e-15));
    }

    @Test
    void anAnswerThatEndsWhereOthersGoOnIsABranchToo() {
        var advantages = PrefixTree.advantages(new double[] {1, 0}, List.of(new int[] {7}, new int[] {7, 1}));
        assertThat(advantages.get(0)).containsExactly(0);
        assertThat(advantages.get(1)).containsExactly(0, -0.5);
    }

    @Test
    void theSameAnswerTwiceTeachesNothing() {
        var advantages = PrefixTree.advantages(new double[] {1, 0}, List.of(new int[] {7, 1}, new int[] {7, 1}));
        assertThat(advantages).allSatisfy(ofTokens -> assertThat(ofTokens).containsOnly(0));
    }

    @Property(tries = 300, seed = "1")
    void aConstantAddedToAllRewardsChangesNothing(
            @ForAll long seed, @ForAll @DoubleRange(min = -10, max = 10) double shift) {
        var estimator = AdvantageEstimator.of(new AdvantageSettings(Estimator.PREFIX_TREE, Deviation.SAMPLE, 1e-6));
        var random = new SplittableRandom(seed);
        var sequences = new ArrayList<int[]>();
        int size = 1 + random.nextInt(6);
        double[] rewards = new double[size];
        double[] shifted = new double[size];
        for (int i = 0; i < size; i++) {
            sequences.add(random.ints(random.nextInt(6), 0, 3).toArray());
            rewards[i] = random.nextInt(4) / 2.0;
            shifted[i] = rewards[i] + shift;
        }
        var plain = estimator.advantages(rewards, sequences);
        var moved = estimator.advantages(shifted, sequences);
        for (int i = 0; i < size; i++) {
            assertThat(moved.get(i)).containsExactly(plain.get(i), within(1e-9));
        }
    }
}
