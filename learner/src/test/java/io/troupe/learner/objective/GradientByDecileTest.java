package io.troupe.learner.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class GradientByDecileTest {

    @Test
    void aTokenCountsInTheDecileOfItsProbability() {
        assertThat(GradientByDecile.of(0)).isZero();
        assertThat(GradientByDecile.of(0.0999)).isZero();
        assertThat(GradientByDecile.of(0.1)).isEqualTo(1);
        assertThat(GradientByDecile.of(0.95)).isEqualTo(9);
        assertThat(GradientByDecile.of(1)).isEqualTo(9);
        assertThat(GradientByDecile.of(1 + 1e-9)).isEqualTo(9);
    }

    @Test
    void anImprobableTokenHasTheGreaterShareOfTheGradientAtTheSameSlope() {
        var deciles = grpo(new double[] {0.05, 0.95}, new double[] {1, -1});

        assertThat(deciles.tokens()).containsExactly(1, 0, 0, 0, 0, 0, 0, 0, 0, 1);
        assertThat(deciles.slopeShares()[0]).isCloseTo(0.5, within(1e-12));
        assertThat(deciles.gradientShares()[0]).isCloseTo(0.95, within(1e-12));
        assertThat(deciles.gradientShares()[9]).isCloseTo(0.05, within(1e-12));
    }

    @Test
    void theWeightOfConfidentTokensShowsInTheirShare() {
        var weighed = evaluate(ObjectivePresets.named("tr-grpo"), new double[] {0.05, 0.95}, new double[] {1, 1});

        assertThat(weighed.slopeShares()[9]).isCloseTo(1.4 / 2.4, within(1e-12));
        assertThat(weighed.gradientShares()[9]).isCloseTo(1.4 * 0.05 / (1.4 * 0.05 + 0.95), within(1e-12));
    }

    @Test
    void withoutAGradientEveryShareIsNought() {
        var deciles = grpo(new double[] {0.05, 0.95}, new double[] {0, 0});

        assertThat(deciles.gradientShares()).containsOnly(0);
        assertThat(deciles.slopeShares()).containsOnly(0);
        assertThat(Arrays.stream(deciles.tokens()).sum()).isEqualTo(2);
    }

    @Property(tries = 100, seed = "1")
    void partsAddUpToTheWhole(
            @ForAll @DoubleRange(min = 0.01, max = 1) double p, @ForAll @DoubleRange(min = 0.01, max = 1) double q) {
        var whole = grpo(new double[] {p, q}, new double[] {1, 1});
        var one = new GradientByDecile.Tally();
        one.token(Math.log(p), 1);
        var other = new GradientByDecile.Tally();
        other.token(Math.log(q), 1);
        var sum = one.total().plus(other.total());

        assertThat(sum.tokens()).containsExactly(whole.tokens());
        for (int i = 0; i < GradientByDecile.DECILES; i++) {
            assertThat(sum.gradientShares()[i]).isCloseTo(whole.gradientShares()[i], within(1e-9));
        }
    }

    private static GradientByDecile grpo(double[] probabilities, double[] advantages) {
        return evaluate(ObjectivePresets.named("grpo").with(Map.of()), probabilities, advantages);
    }

    private static GradientByDecile evaluate(ObjectiveSettings settings, double[] probabilities, double[] advantages) {
        double[] logs = Arrays.stream(probabilities).map(Math::log).toArray();
        var batch = TokenBatch.builder(new int[] {0, 1, 2}, advantages)
                .current(logs)
                .behaviour(logs)
                .proximal(logs)
                .build();
        return Objective.of(settings)
                .evaluate(batch, Normalizer.of(batch))
                .diagnostics()
                .deciles();
    }
}
