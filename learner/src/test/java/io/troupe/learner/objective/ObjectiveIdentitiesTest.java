package io.troupe.learner.objective;

import static io.troupe.learner.objective.ObjectiveRow.changes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** Where one row must be another. */
class ObjectiveIdentitiesTest {

    @Property(tries = 200, seed = "1")
    void gspoOnSingleTokensIsGrpoWithItsRadii(@ForAll long seed) {
        var batch =
                ReferenceSample.draw(new SplittableRandom(seed), 1, 1, 1, 1, 1).batch();
        assertSameBits(
                evaluate(batch, "gspo", "aggregation.kind", "token-mean"),
                evaluate(batch, "grpo", "trust-region.clip-low", 3e-4, "trust-region.clip-high", 4e-4));
    }

    @Property(tries = 200, seed = "1")
    void cispoOnPolicyIsThePlainPolicyGradient(@ForAll long seed) {
        var batch = onPolicy(seed);
        double[] gradient = evaluate(batch, "cispo").gradient();
        for (int t = 0; t < gradient.length; t++) {
            assertThat(gradient[t]).isCloseTo(-batch.advantage(t) / batch.tokens(), within(1e-12));
        }
    }

    @Property(tries = 100, seed = "1")
    void onPolicyEveryRowWithoutAWeightOrASelectionHasThePlainGradient(@ForAll long seed) {
        var batch = onPolicy(seed);
        double[] plain = evaluate(batch, "cispo").gradient();
        for (String row : new String[] {
            "grpo",
            "dapo",
            "gspo",
            "aspo",
            "dppo-tv",
            "dppo-kl",
            "areal",
            "tis",
            "tis-sequence",
            "icepop",
            "mis",
            "raft",
            "raft-plus-plus",
            "reinforce-rej",
            "rloo",
            "ha-dw",
            "dr-grpo",
            "lopti"
        }) {
            var changes = changes("aggregation.kind", "token-mean");
            assertThat(Objective.of(ObjectivePresets.named(row).with(changes))
                            .evaluate(batch, Normalizer.of(batch))
                            .gradient())
                    .as(row)
                    .containsExactly(plain, within(1e-12));
        }
    }

    @Property(tries = 200, seed = "1")
    void dppoWithHugeBoundsIsTheImportanceWeightedGradient(@ForAll long seed) {
        var batch = random(seed);
        double[] wide = evaluate(
                        batch,
                        "dppo-tv",
                        "trust-region.divergence-low",
                        2,
                        "trust-region.divergence-high",
                        2,
                        "trust-region.ratio-cap",
                        null,
                        "aggregation.kind",
                        "token-mean")
                .gradient();
        double[] weighted = evaluate(batch, "grpo", "trust-region.kind", "none", "off-policy.kind", "none")
                .gradient();
        assertThat(wide).containsExactly(weighted, within(1e-12));
    }

    @Property(tries = 200, seed = "1")
    void cispoWithoutBoundsIsTheImportanceWeightedGradient(@ForAll long seed) {
        var batch = random(seed);
        assertThat(evaluate(batch, "cispo", "trust-region.clip-high", 1e9).gradient())
                .containsExactly(
                        evaluate(batch, "grpo", "trust-region.kind", "none", "off-policy.kind", "none")
                                .gradient(),
                        within(1e-12));
    }

    @Property(tries = 200, seed = "1")
    void theDecoupledObjectiveOfFreshTokensIsTheUncorrectedOne(@ForAll long seed) {
        var fresh = fresh(seed);
        assertSameBits(evaluate(fresh, "areal"), evaluate(fresh, "grpo", "off-policy.kind", "none"));
    }

    @Property(tries = 200, seed = "1")
    void masksWithoutEffectChangeNothing(@ForAll long seed) {
        var batch = random(seed);
        assertSameBits(
                evaluate(batch, "areal"), evaluate(batch, "icepop", "off-policy.cap", 1e9, "off-policy.floor", 1e-9));
        var single = ReferenceSample.draw(new SplittableRandom(seed), 1, 1, 1).batch();
        assertSameBits(evaluate(single, "tis"), evaluate(single, "tis-sequence"));
    }

    @Property(tries = 200, seed = "1")
    void advantageReweightingWithAlphaZeroIsItsBaseline(@ForAll long seed) {
        var batch = random(seed);
        assertSameBits(
                evaluate(batch, "advantage-reweighting", "weight.alpha", 1e-300),
                evaluate(batch, "grpo", "trust-region.clip-high", 0.24, "trust-region.dual-clip", 10));
    }

    @Property(tries = 200, seed = "1")
    void thePassesOfLoptiPartTheLoss(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        var sample = ReferenceSample.draw(random, 5, 1, 0, 4, 3);
        var whole = sample.batch();
        var objective = Objective.of(ObjectivePresets.named("lopti"));
        var expected = objective.evaluate(whole, Normalizer.of(whole));
        double loss = 0;
        double[] gradient = new double[whole.tokens()];
        boolean[] seen = new boolean[whole.tokens()];
        for (int pass = 0; pass < 2; pass++) {
            boolean[] selected = selected(objective, whole, pass);
            var part = objective.evaluate(with(sample, selected), Normalizer.of(whole));
            loss += part.loss();
            for (int t = 0; t < seen.length; t++) {
                assertThat(seen[t] && selected[t]).isFalse();
                seen[t] |= selected[t];
                gradient[t] += part.gradient()[t];
            }
        }
        assertThat(seen).containsOnly(true);
        assertThat(loss).isCloseTo(expected.loss(), within(1e-12));
        assertThat(gradient).containsExactly(expected.gradient());
    }

    @Property(tries = 200, seed = "1")
    void theWeightIsAConstantToTheDerivative(@ForAll long seed) {
        var batch = random(seed);
        for (String form : new String[] {"centred-slope", "outer-slope", "centred-divisor", "linear"}) {
            var settings = ObjectivePresets.named("grpo")
                    .with(changes("weight.form", form, "weight.alpha", 0.7, "weight.lower", 0, "weight.upper", 2));
            TokenWeight weight = TokenWeight.of(settings.weight());
            double[] plain = evaluate(batch, "grpo").gradient();
            double[] weighted =
                    Objective.of(settings).evaluate(batch, Normalizer.of(batch)).gradient();
            for (int t = 0; t < plain.length; t++) {
                assertThat(weighted[t]).isCloseTo(weight.at(batch.current(t)) * plain[t], within(1e-12));
            }
        }
    }

    @Property(tries = 200, seed = "1")
    void theDivergenceOverTheSampledTokenAloneIsTheBinaryOne(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        double before = random.nextDouble(-4, -0.01);
        double now = random.nextDouble(-4, -0.01);
        var batch = TokenBatch.builder(new int[] {0, 1}, new double[] {1})
                .current(new double[] {now})
                .behaviour(new double[] {before})
                .likeliest(new double[][] {{before}}, new double[][] {{now}})
                .build();
        assertThat(new Divergence.TopKTotalVariation().at(batch, 0))
                .isCloseTo(new Divergence.BinaryTotalVariation().at(batch, 0), within(1e-15));
        assertThat(new Divergence.TopKKullbackLeibler().at(batch, 0))
                .isCloseTo(new Divergence.BinaryKullbackLeibler().at(batch, 0), within(1e-15));
    }

    @Property(tries = 200, seed = "1")
    void whatIsOutsideTheSelectionChangesNothing(@ForAll long seed) {
        var sample = ReferenceSample.drawByToken(new SplittableRandom(seed), 4, 2, 5);
        var other = new ReferenceSample(
                sample.trajectories().stream()
                        .map(tokens -> tokens.stream()
                                .map(token -> token.selected()
                                        ? token
                                        : new ReferenceObjective.Token(
                                                99, false, -7, -9, -8, 0, 0, new double[] {-5, -6, -7}, new double[] {
                                                    -1, -6, -7
                                                }))
                                .toList())
                        .toList(),
                sample.current());
        for (String row : ObjectivePresets.names()) {
            var objective = Objective.of(ObjectivePresets.named(row));
            var settings = objective.settings();
            boolean ofSequence = settings.trustRegion().level() == TrustRegion.Level.SEQUENCE
                    || settings.offPolicy().level() == OffPolicy.Level.SEQUENCE;
            if (!ofSequence) {
                assertSameBits(
                        objective.evaluate(sample.batch(), Normalizer.of(sample.batch())),
                        objective.evaluate(other.batch(), Normalizer.of(other.batch())));
            }
        }
    }

    private static boolean[] selected(Objective objective, TokenBatch batch, int pass) {
        var all = new boolean[batch.tokens()];
        for (int i = 0; i < batch.trajectories(); i++) {
            int start = batch.start(i);
            int length = batch.end(i) - start;
            double[] advantages = new double[length];
            double[] behaviour = new double[length];
            for (int t = 0; t < length; t++) {
                advantages[t] = batch.advantage(start + t);
                behaviour[t] = batch.behaviour(start + t);
            }
            System.arraycopy(objective.selection().select(pass, advantages, behaviour, 0), 0, all, start, length);
        }
        return all;
    }

    private static TokenBatch with(ReferenceSample sample, boolean[] selected) {
        var whole = sample.batch();
        int[] offsets = new int[whole.trajectories() + 1];
        for (int i = 0; i < whole.trajectories(); i++) {
            offsets[i + 1] = whole.end(i);
        }
        double[] advantages = new double[whole.tokens()];
        double[] current = new double[whole.tokens()];
        double[] proximal = new double[whole.tokens()];
        double[] behaviour = new double[whole.tokens()];
        for (int t = 0; t < whole.tokens(); t++) {
            advantages[t] = whole.advantage(t);
            current[t] = whole.current(t);
            proximal[t] = whole.proximal(t);
            behaviour[t] = whole.behaviour(t);
        }
        return TokenBatch.builder(offsets)
                .tokenAdvantages(advantages)
                .current(current)
                .proximal(proximal)
                .behaviour(behaviour)
                .selected(selected)
                .build();
    }

    private static TokenBatch random(long seed) {
        return RandomBatches.batch(seed);
    }

    private static TokenBatch onPolicy(long seed) {
        return moved(seed, 0);
    }

    /** Sampled by the proximal policy. */
    private static TokenBatch fresh(long seed) {
        return moved(seed, 0.6);
    }

    private static TokenBatch moved(long seed, double by) {
        var random = new SplittableRandom(seed);
        int[] offsets = {0, 3, 5, 9};
        double[] advantages = random.doubles(3, -2, 2).toArray();
        double[] old = random.doubles(9, -3, -0.01).toArray();
        double[] now = Arrays.stream(old)
                .map(x -> x + by * (random.nextDouble() - 0.5))
                .toArray();
        return TokenBatch.builder(offsets, advantages)
                .current(now)
                .proximal(old)
                .behaviour(old)
                .build();
    }

    private static ObjectiveResult evaluate(TokenBatch batch, String row, @Nullable Object... keysAndValues) {
        return Objective.of(ObjectivePresets.named(row).with(changes(keysAndValues)))
                .evaluate(batch, Normalizer.of(batch));
    }

    private static void assertSameBits(ObjectiveResult expected, ObjectiveResult actual) {
        assertThat(Double.doubleToRawLongBits(actual.loss())).isEqualTo(Double.doubleToRawLongBits(expected.loss()));
        for (int t = 0; t < expected.gradient().length; t++) {
            assertThat(Double.doubleToRawLongBits(actual.gradient()[t]))
                    .isEqualTo(Double.doubleToRawLongBits(expected.gradient()[t]));
        }
    }
}
