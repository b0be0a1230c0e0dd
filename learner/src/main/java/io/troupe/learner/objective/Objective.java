package io.troupe.learner.objective;

import io.troupe.learner.advantage.AdvantageEstimator;
import io.troupe.learner.objective.ObjectiveSettings.Placement;
import io.troupe.learner.objective.ObjectiveSettings.Probability;
import io.troupe.learner.objective.ObjectiveSettings.Reference;
import java.util.function.IntToDoubleFunction;

/**
 * The objective that the settings compose, in double precision. With advantage Â, ratio u = π_θ/π_prox, its trust region S, token weight w and off-policy
 * weight b, both detached, the loss of a selected token is
 *
 * <pre>
 *   −b · w · S(u, Â) + β · KL − c · entropy        placement outside
 *   −b · S(w u, Â) + β · KL − c · entropy          placement inside
 * </pre>
 *
 * and the batch's loss is their aggregate, which counts the other tokens too. With GRPO's trust region S(u, Â) = min(u Â, clip(u) Â). The KL penalty and the
 * entropy bonus are not weighed by b. A ratio or a penalty of a whole trajectory enters the loss of each of its tokens; the derivative with respect to each
 * is that of the trajectory's own term, and with weights that differ within a trajectory that of GSPO's token form. Logarithms of ratios are clamped to ±20,
 * with no gradient beyond. Derivatives are analytic. Immutable, safe for any thread.
 *
 * <p>The rows of {@link ObjectivePresets} name the sources.
 */
public final class Objective {

    private final ObjectiveSettings settings;
    private final AdvantageEstimator advantageEstimator;
    private final TokenWeight tokenWeight;
    private final PolicySurrogate surrogate;
    private final StalenessCorrection correction;
    private final ReferencePenalty penalty;
    private final LossAggregation aggregation;
    private final boolean ratioOfSequence;
    private final boolean penaltyOfSequence;

    private Objective(ObjectiveSettings settings) {
        this.settings = settings;
        this.advantageEstimator = AdvantageEstimator.of(settings.advantage());
        this.tokenWeight = TokenWeight.of(settings.weight());
        this.surrogate = PolicySurrogate.of(settings.trustRegion());
        this.correction = StalenessCorrection.of(settings.offPolicy());
        this.penalty = ReferencePenalty.of(settings.regulariser());
        this.aggregation = LossAggregation.of(settings.aggregation());
        this.ratioOfSequence = settings.trustRegion().level() == TrustRegion.Level.SEQUENCE;
        this.penaltyOfSequence = ReferencePenalty.isOfSequence(settings.regulariser());
    }

    /**
     * The objective that the settings compose.
     *
     * @param settings the choices
     * @return the objective
     */
    public static Objective of(ObjectiveSettings settings) {
        return new Objective(settings);
    }

    /** The choices that it was made of. */
    public ObjectiveSettings settings() {
        return settings;
    }

    /** How the rewards of a group become advantages. */
    public AdvantageEstimator advantageEstimator() {
        return advantageEstimator;
    }

    /** The weight of a token by its log-probability, for those who show it. */
    public TokenWeight tokenWeight() {
        return tokenWeight;
    }

    /** Whether batches must carry the proximal log-probabilities. */
    public boolean needsProximal() {
        return settings.offPolicy().kind() == OffPolicy.Kind.DECOUPLED;
    }

    /** Whether batches should carry the reference log-probabilities: for the penalty, or to report the distance. */
    public boolean needsReference() {
        return settings.regulariser().reference() != Reference.NONE;
    }

    /** Of how many most likely tokens batches must carry the log-probabilities, before and now; 0 if of none. */
    public int likeliest() {
        return settings.trustRegion().kind().comparesDistributions()
                ? settings.trustRegion().topK()
                : 0;
    }

    /** Whether batches must carry the soft values of the states. */
    public boolean needsSoftValues() {
        return settings.trustRegion().kind() == TrustRegion.Kind.SOFT_VALUE;
    }

    /** Which tokens have a loss, in which pass. */
    public TokenSelection selection() {
        return TokenSelection.of(settings.selection());
    }

    /** Whether batches must carry entropies. */
    public boolean needsEntropy() {
        return settings.regulariser().entropyCoefficient() > 0;
    }

    /**
     * The loss of a batch or a micro-batch, and its derivatives.
     *
     * @param batch whole trajectories
     * @param whole the counts of the whole batch of this optimiser step, of which {@code batch} is all or a part
     * @return loss, derivatives, diagnostics. A log-probability that is not finite gives a loss of NaN.
     * @throws IllegalArgumentException if the batch lacks an array that this objective needs, or is larger than the whole
     */
    public ObjectiveResult evaluate(TokenBatch batch, Normalizer whole) {
        require(!needsProximal() || batch.hasProximal(), "proximal log-probabilities, for off-policy.kind = decoupled");
        require(
                settings.regulariser().klCoefficient() == 0 || batch.hasReference(),
                "reference log-probabilities, for regulariser.kl-coefficient > 0");
        require(!needsEntropy() || batch.hasEntropy(), "entropies, for regulariser.entropy-coefficient > 0");
        require(
                likeliest() == 0 || batch.hasLikeliest(),
                "most likely tokens, for trust-region.kind = "
                        + SettingKeys.word(settings.trustRegion().kind()));
        require(!needsSoftValues() || batch.hasSoftValues(), "soft values, for trust-region.kind = soft-value");
        if (batch.tokens() > whole.tokens() || batch.trajectories() > whole.trajectories()) {
            throw new IllegalArgumentException("a batch of " + batch.tokens() + " tokens in " + batch.trajectories()
                    + " trajectories is no part of a whole of " + whole.tokens() + " tokens in "
                    + whole.trajectories());
        }
        var evaluation = new Evaluation(batch);
        for (int i = 0; i < batch.trajectories(); i++) {
            double factor = aggregation.factor(batch.end(i) - batch.start(i), whole);
            evaluation.add(i, factor);
        }
        return evaluation.result();
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw new IllegalArgumentException("the batch lacks the " + what);
        }
    }

    /** One pass over a batch. */
    private final class Evaluation {
        private final TokenBatch batch;
        private final double[] gradient;
        private final double[] entropyGradient;
        private final double[] softValueGradient;
        private final DiagnosticsTally tally = new DiagnosticsTally();
        private double loss;

        Evaluation(TokenBatch batch) {
            this.batch = batch;
            this.gradient = new double[batch.tokens()];
            this.entropyGradient = new double[needsEntropy() ? batch.tokens() : 0];
            this.softValueGradient = new double[needsSoftValues() ? batch.tokens() : 0];
        }

        void add(int trajectory, double factor) {
            double[] offPolicyWeights = correction.weights(batch, trajectory);
            IntToDoubleFunction moved = t -> batch.current(t) - correction.anchor(batch, t);
            IntToDoubleFunction away = t -> batch.reference(t) - batch.current(t);
            double meanMoved = ratioOfSequence ? mean(trajectory, moved) : 0;
            boolean bound = settings.likelihood().isBound();
            double meanAway = (penaltyOfSequence || bound) && batch.hasReference() ? mean(trajectory, away) : 0;
            int start = batch.start(trajectory);
            int length = batch.end(trajectory) - start;
            for (int t = start; t < start + length; t++) {
                if (!batch.isSelected(t)) {
                    continue;
                }
                double weight = weight(t);
                double tokenLoss = surrogate(
                        t, weight, offPolicyWeights[t - start], ratioOfSequence ? meanMoved : moved.applyAsDouble(t));
                if (batch.hasReference()) {
                    double toReference = penaltyOfSequence ? meanAway : away.applyAsDouble(t);
                    tokenLoss += penalty.loss(weight, toReference, length);
                    gradient[t] += penalty.slope(weight, toReference, length);
                    tally.reference(bound ? meanAway : away.applyAsDouble(t));
                }
                if (batch.hasEntropy()) {
                    tally.entropy(batch.entropy(t));
                }
                if (needsEntropy()) {
                    double coefficient = settings.regulariser().entropyCoefficient();
                    tokenLoss -= coefficient * batch.entropy(t);
                    entropyGradient[t] = -coefficient * factor;
                }
                if (needsSoftValues()) {
                    softValueGradient[t] = -factor;
                }
                loss += factor * tokenLoss;
                gradient[t] *= factor;
                tally.gradient(batch.current(t), gradient[t]);
            }
        }

        private double mean(int trajectory, IntToDoubleFunction value) {
            double sum = 0;
            for (int t = batch.start(trajectory); t < batch.end(trajectory); t++) {
                sum += value.applyAsDouble(t);
            }
            return sum / (batch.end(trajectory) - batch.start(trajectory));
        }

        private double weight(int t) {
            var choice = settings.weight();
            boolean applies = switch (choice.side()) {
                case ALL -> true;
                case POSITIVE -> batch.advantage(t) > 0;
                case NEGATIVE -> batch.advantage(t) < 0;
            };
            if (!applies) {
                return 1.0;
            }
            return tokenWeight.at(choice.probability() == Probability.CURRENT ? batch.current(t) : batch.behaviour(t));
        }

        /** The loss of the surrogate at a token; sets its derivative with respect to log π_θ. */
        private double surrogate(int t, double weight, double offPolicyWeight, double difference) {
            double ratio = Math.exp(LogRatio.clamp(difference));
            boolean inside = settings.weight().placement() == Placement.INSIDE;
            var value = surrogate.at(inside ? weight * ratio : ratio, batch.advantage(t), batch, t);
            double outer = offPolicyWeight * (inside ? 1.0 : weight);
            gradient[t] = -outer * value.slope() * (value.throughRatio() ? LogRatio.slope(difference) : 1);
            // the parts of a bound say nothing one by one
            double since = settings.likelihood().isBound() ? difference : batch.current(t) - batch.behaviour(t);
            tally.token(value.bound(), ratio, weight, since);
            tally.offPolicy(
                    offPolicyWeight,
                    correction.bounds().hasCut(offPolicyWeight),
                    correction.bounds().hasMasked(offPolicyWeight));
            return -outer * value.surrogate();
        }

        ObjectiveResult result() {
            return new ObjectiveResult(loss, gradient, entropyGradient, softValueGradient, tally.total());
        }
    }
}
