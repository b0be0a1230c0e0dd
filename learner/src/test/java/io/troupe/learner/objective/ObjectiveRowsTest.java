package io.troupe.learner.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each row on single tokens and small batches, against numbers that were worked out by hand. Probabilities throughout. */
class ObjectiveRowsTest {

    @ParameterizedTest
    @CsvSource({"0, 0.7", "0.25, 0.775", "0.5, 0.85", "1, 1"})
    void advantageReweightingIsLinearInTheProbability(double p, double weight) {
        var objective = Objective.of(ObjectivePresets.named("advantage-reweighting"));
        assertThat(objective.tokenWeight().at(Math.log(p))).isCloseTo(weight, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({"0, 0.238406", "0.25, 0.641643", "0.4, 1", "0.5, 1.244919", "1, 1.905148"})
    void advantageReweightingByASigmoidHasItsKnownValues(double p, double weight) {
        var objective = Objective.of(ObjectivePresets.named("advantage-reweighting-sigmoid"));
        assertThat(objective.tokenWeight().at(Math.log(p))).isCloseTo(weight, within(5e-7));
    }

    @Test
    void advantageReweightingLooksAtTheSamplingPolicyAndScalesTheSurrogate() {
        var result = token("advantage-reweighting", 0.55, 0.5, 0.5, 1, Map.of());
        assertThat(-result.loss()).isCloseTo(0.85 * 1.1, within(1e-12));
        var negativeOnly = Map.of("weight.side", "negative");
        assertThat(-token("advantage-reweighting-sigmoid", 0.25, 0.25, 0.25, 1, negativeOnly)
                        .loss())
                .isCloseTo(1, within(1e-12));
        assertThat(-token("advantage-reweighting-sigmoid", 0.25, 0.25, 0.25, -1, negativeOnly)
                        .loss())
                .isCloseTo(-0.641643, within(5e-7));
    }

    @Test
    void dapoClipsHigherAbove() {
        assertThat(gradient("dapo", 0.63, 0.5, 1)).isCloseTo(1.26, within(1e-12));
        assertThat(gradient("dapo", 0.65, 0.5, 1)).isZero();
        assertThat(gradient("dapo", 0.39, 0.5, -1)).isZero();
    }

    @Test
    void gspoHasTheGeometricMeanOfTheRatios() {
        var objective = Objective.of(ObjectivePresets.named("gspo")
                .with(Map.of("trust-region.clip-low", 0.5, "trust-region.clip-high", 0.5)));
        var result = evaluate(
                objective,
                TokenBatch.builder(new int[] {0, 3}, new double[] {1})
                        .current(new double[] {-1, -1, -1})
                        .proximal(new double[] {-1.1, -0.95, -1.02})
                        .behaviour(new double[] {-1.1, -0.95, -1.02}));
        assertThat(-result.loss()).isCloseTo(1.023608, within(5e-7));
        for (double slope : result.gradient()) {
            assertThat(-slope).isCloseTo(1.023608 / 3, within(5e-7));
        }
    }

    @Test
    void gspoClipsWholeTrajectories() {
        var result = token("gspo", 0.5003, 0.5, 0.5, 1, Map.of());
        assertThat(result.diagnostics().clippedHigh()).isEqualTo(1);
        assertThat(-result.loss()).isCloseTo(1.0004, within(1e-12));
        assertThat(result.gradient()[0]).isZero();
        assertThat(gradient("gspo", 0.5001, 0.5, 1)).isCloseTo(1.0002, within(1e-9));
    }

    @Test
    void espoPenalisesTheSquaredDistanceOfTheWholeTrajectory() {
        var objective =
                Objective.of(ObjectivePresets.named("espo-sequence").with(Map.of("regulariser.kl-coefficient", 1)));
        var result = evaluate(
                objective,
                TokenBatch.builder(new int[] {0, 2}, new double[] {0})
                        .current(new double[] {-1, -1})
                        .proximal(new double[] {-1, -1})
                        .behaviour(new double[] {-1, -1})
                        .reference(new double[] {-1.5, -1.3}));
        assertThat(result.loss()).isCloseTo(0.8 * 0.8 / 2 / 2, within(1e-12));
        assertThat(result.gradient()).containsExactly(new double[] {0.4, 0.4}, within(1e-12));
    }

    /** The sums over the tokens are the evidence lower bounds; the ratio is that of GSPO's vector. */
    @Test
    void espoTakesTheRatioOfBoundsAndClipsIt() {
        var objective = Objective.of(ObjectivePresets.named("espo"));
        double[] bounds = {-1, -1, -1};
        double[] old = {-1.1, -0.95, -1.02};
        var good = evaluate(objective, bounds(1, bounds, old));
        assertThat(-good.loss()).isCloseTo(1.023608, within(5e-7));
        assertThat(good.gradient())
                .containsExactly(new double[] {-1.023608 / 3, -1.023608 / 3, -1.023608 / 3}, within(5e-7));
        var far = evaluate(objective, bounds(1, new double[] {-0.5, -0.9, -0.9}, old));
        assertThat(-far.loss()).isCloseTo(1.2, within(1e-12));
        assertThat(far.gradient()).containsExactly(new double[3], within(0.0));
        assertThat(evaluate(objective, bounds(-1, bounds, old)).loss()).isCloseTo(1.023608, within(5e-7));
    }

    private static TokenBatch.Builder bounds(double advantage, double[] current, double[] old) {
        return TokenBatch.builder(new int[] {0, 3}, new double[] {advantage})
                .current(current)
                .proximal(old)
                .behaviour(old)
                .reference(current);
    }

    @Test
    void cispoBoundsTheWeightButNeverTheGradient() {
        var above = token("cispo", 0.7, 0.1, 0.1, 1, Map.of());
        assertThat(-above.gradient()[0]).isCloseTo(6, within(1e-12));
        assertThat(-above.loss()).isCloseTo(6 * Math.log(0.7), within(1e-12));
        assertThat(above.diagnostics().ratioCappedFraction()).isEqualTo(1);
        assertThat(above.diagnostics().clipFraction()).isZero();
        assertThat(gradient("cispo", 0.01, 0.5, -1)).isCloseTo(-0.02, within(1e-12));
    }

    @Test
    void aspoTurnsTheRatioOfGoodTokensRound() {
        assertThat(gradient("aspo", 0.25, 0.5, 1)).isCloseTo(2, within(1e-12));
        assertThat(gradient("aspo", 0.1, 0.9, 1)).isCloseTo(3, within(1e-12));
        assertThat(token("aspo", 0.1, 0.9, 0.9, 1, Map.of()).loss()).isCloseTo(-3 * Math.log(0.1), within(1e-12));
        assertThat(gradient("aspo", 0.6 - 1e-9, 0.5, 1)).isCloseTo(0.8333, within(5e-5));
        assertThat(gradient("aspo", 0.7, 0.5, 1)).isZero();
        assertThat(gradient("aspo", 0.3, 0.5, -1)).isZero();
        assertThat(gradient("aspo", 0.7, 0.5, -1)).isCloseTo(-1.4, within(1e-12));
        assertThat(gradient("aspo", 0.8, 0.2, -1)).isCloseTo(-3, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({
        "0.01, 0.02, 0.01, 0.003119",
        "0.5, 0.6, 0.1, 0.020411",
        "0.9, 0.7, 0.2, 0.116322",
        "0.99, 0.8, 0.19, 0.181005"
    })
    void theDivergencesOfDppoHaveTheirKnownValues(double mu, double p, double variation, double kullbackLeibler) {
        var batch = batch(p, mu, mu, 1);
        assertThat(new Divergence.BinaryTotalVariation().at(batch, 0)).isCloseTo(variation, within(1e-12));
        assertThat(new Divergence.BinaryKullbackLeibler().at(batch, 0)).isCloseTo(kullbackLeibler, within(1e-6));
    }

    @Test
    void dppoKeepsWhatPpoClipsAndMasksWhatPpoKeeps() {
        for (String row : new String[] {"dppo-tv", "dppo-kl"}) {
            assertThat(gradient(row, 0.02, 0.01, 1)).isCloseTo(2.0 / 384, within(1e-12));
            assertThat(gradient(row, 0.6, 0.5, 1)).isCloseTo(1.2 / 384, within(1e-12));
            assertThat(gradient(row, 0.7, 0.9, -1)).isZero();
            assertThat(gradient(row, 0.8, 0.99, -1)).isZero();
            assertThat(gradient(row, 0.8, 0.99, 1)).isCloseTo(0.8 / 0.99 / 384, within(1e-12));
        }
        assertThat(gradient("grpo", 0.02, 0.01, 1)).isZero();
        assertThat(gradient("grpo", 0.8, 0.99, -1)).isCloseTo(-0.8 / 0.99, within(1e-12));
    }

    @Test
    void theDivergencesOverTheLikeliestTokensHaveOneMoreBucketForTheRest() {
        // (0.6, 0.3, rest 0.1) became (0.5, 0.2, rest 0.3)
        var batch = TokenBatch.builder(new int[] {0, 1}, new double[] {1})
                .current(new double[] {Math.log(0.2)})
                .behaviour(new double[] {Math.log(0.3)})
                .likeliest(
                        new double[][] {{Math.log(0.6), Math.log(0.3)}},
                        new double[][] {{Math.log(0.5), Math.log(0.2)}})
                .build();
        assertThat(new Divergence.TopKTotalVariation().at(batch, 0)).isCloseTo(0.2, within(1e-12));
        assertThat(new Divergence.TopKKullbackLeibler().at(batch, 0))
                .isCloseTo(0.6 * Math.log(1.2) + 0.3 * Math.log(1.5) + 0.1 * Math.log(1 / 3.0), within(1e-6));
    }

    @Test
    void dppoOverTheLikeliestTokensMasksWhatTheBinaryDivergenceKeeps() {
        // the token itself has hardly moved, but the others have changed places
        for (String row : new String[] {"dppo-top-k-tv", "dppo-top-k-kl"}) {
            assertThat(distribution(row, -1)).isZero();
            assertThat(distribution(row, 1)).isCloseTo(0.09 / 0.1 / 384, within(1e-12));
        }
        assertThat(gradient("dppo-tv", 0.09, 0.1, -1)).isCloseTo(-0.9 / 384, within(1e-12));
    }

    private static double distribution(String row, double advantage) {
        var builder = TokenBatch.builder(new int[] {0, 1}, new double[] {advantage})
                .current(new double[] {Math.log(0.09)})
                .behaviour(new double[] {Math.log(0.1)})
                .likeliest(
                        new double[][] {{Math.log(0.6), Math.log(0.2)}},
                        new double[][] {{Math.log(0.2), Math.log(0.6)}});
        return -evaluate(Objective.of(ObjectivePresets.named(row)), builder).gradient()[0];
    }

    @Test
    void dppoCutsRatios() {
        var result = token("dppo-tv", 0.05, 0.001, 0.001, 1, Map.of());
        assertThat(-result.gradient()[0]).isCloseTo(20.0 / 384, within(1e-12));
        assertThat(result.diagnostics().ratioCapped()).isEqualTo(1);
    }

    @Test
    void arealDoesNotCutTheOffPolicyWeightAndTisDoes() {
        assertThat(weighted("areal", 0.5, 0.1)).isCloseTo(5, within(1e-12));
        assertThat(weighted("tis", 0.5, 0.1)).isCloseTo(2, within(1e-12));
        assertThat(weighted("tis", 0.1, 0.5)).isCloseTo(0.2, within(1e-12));
    }

    @Test
    void icepopMasksTokensBeyondTheBand() {
        assertThat(weighted("icepop", 0.5, 0.11)).isCloseTo(0.5 / 0.11, within(1e-12));
        assertThat(weighted("icepop", 0.5, 0.09)).isZero();
        assertThat(weighted("icepop", 0.24, 0.5)).isZero();
        assertThat(token("icepop", 0.5, 0.5, 0.09, 1, Map.of()).diagnostics().offPolicyMaskedFraction())
                .isEqualTo(1);
    }

    @Test
    void theWeightOfASequenceIsTheProductOfItsTokens() {
        double[] weights = {1.2, 1.5, 0.8};
        assertThat(ofSequence("tis-sequence", weights)).isCloseTo(1.2 * 1.5 * 0.8, within(1e-12));
        assertThat(ofSequence("tis-sequence", 1.2, 1.5, 1.3)).isCloseTo(2, within(1e-12));
        assertThat(ofSequence("mis", weights)).isCloseTo(1.2 * 1.5 * 0.8, within(1e-12));
        assertThat(ofSequence("mis", 1.2, 1.5, 1.3)).isZero();
        assertThat(ofSequence("mis", 0.8, 0.8, 0.7)).isZero();
    }

    @Test
    void raftRaisesTheLikelihoodWithoutARatio() {
        var result = token("raft", 0.9, 0.1, 0.1, 1, Map.of());
        assertThat(result.loss()).isCloseTo(-Math.log(0.9), within(1e-12));
        assertThat(result.gradient()[0]).isEqualTo(-1);
        assertThat(gradient("raft-plus-plus", 0.9, 0.1, 1)).isZero();
        assertThat(gradient("reinforce-rej", 0.9, 0.1, -1)).isZero(); // the dual clip
    }

    @Test
    void tokensOutsideTheSelectionHaveNoLossButCount() {
        var objective = Objective.of(ObjectivePresets.named("s-grpo")
                .with(Map.of(
                        "regulariser.entropy-coefficient",
                        0.1,
                        "regulariser.kl-coefficient",
                        1,
                        "regulariser.reference",
                        "initial")));
        var result = evaluate(
                objective,
                TokenBatch.builder(new int[] {0, 2}, new double[] {1})
                        .current(new double[] {-1, -1})
                        .proximal(new double[] {-1, -1})
                        .behaviour(new double[] {-1, -1})
                        .reference(new double[] {-1, -2})
                        .entropy(new double[] {1, 5})
                        .selected(new boolean[] {true, false}));
        assertThat(result.loss()).isCloseTo(-(1 + 0.1) / 2, within(1e-12));
        assertThat(result.gradient()[1]).isZero();
        assertThat(result.entropyGradient()[1]).isZero();
        assertThat(result.diagnostics().tokens()).isEqualTo(1);
    }

    private static double ofSequence(String row, double... ratios) {
        double[] proximal = new double[ratios.length];
        double[] behaviour = new double[ratios.length];
        for (int t = 0; t < ratios.length; t++) {
            proximal[t] = Math.log(0.5);
            behaviour[t] = Math.log(0.5 / ratios[t]);
        }
        var result = evaluate(
                Objective.of(ObjectivePresets.named(row)),
                TokenBatch.builder(new int[] {0, ratios.length}, new double[] {1})
                        .current(proximal)
                        .proximal(proximal)
                        .behaviour(behaviour));
        for (double slope : result.gradient()) {
            assertThat(slope * ratios.length).isCloseTo(result.loss(), within(1e-12));
        }
        return -result.loss();
    }

    /** The off-policy weight of a token whose ratio is 1. */
    private static double weighted(String row, double proximal, double behaviour) {
        return -token(row, proximal, proximal, behaviour, 1, Map.of()).loss();
    }

    private static double gradient(String row, double p, double old, double advantage) {
        return -token(row, p, old, old, advantage, Map.of()).gradient()[0];
    }

    private static ObjectiveResult token(
            String row,
            double p,
            double proximal,
            double behaviour,
            double advantage,
            Map<String, ? extends @Nullable Object> changes) {
        var batch = batch(p, proximal, behaviour, advantage);
        return Objective.of(ObjectivePresets.named(row).with(changes)).evaluate(batch, Normalizer.of(batch));
    }

    private static TokenBatch batch(double p, double proximal, double behaviour, double advantage) {
        return TokenBatch.builder(new int[] {0, 1}, new double[] {advantage})
                .current(new double[] {Math.log(p)})
                .proximal(new double[] {Math.log(proximal)})
                .behaviour(new double[] {Math.log(behaviour)})
                .build();
    }

    private static ObjectiveResult evaluate(Objective objective, TokenBatch.Builder builder) {
        var batch = builder.build();
        return objective.evaluate(batch, Normalizer.of(batch));
    }
}
