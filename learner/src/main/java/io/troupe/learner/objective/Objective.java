package io.troupe.learner.objective;

import io.troupe.learner.advantage.AdvantageEstimator;
import io.troupe.learner.objective.ObjectiveSettings.OffPolicyKind;
import io.troupe.learner.objective.ObjectiveSettings.Placement;
import io.troupe.learner.objective.ObjectiveSettings.Probability;
import io.troupe.learner.objective.ObjectiveSettings.Reference;

/**
 * The objective that the settings compose, in double precision. With advantage Â, ratio u = π_θ/π_prox, token weight w and off-policy weight b, both
 * detached, the loss of a token is
 *
 * <pre>
 *   −b · w · min(u Â, clip(u) Â) + β · KL − c · entropy        placement outside
 *   −b · min(w u Â, clip(w u) Â) + β · KL − c · entropy        placement inside
 * </pre>
 *
 * and the batch's loss is their aggregate. The KL penalty and the entropy bonus are not weighed by b. Logarithms of ratios are clamped to ±20, with no
 * gradient beyond. Derivatives are analytic. Immutable, safe for any thread.
 *
 * <p>Sources: arXiv 2402.03300 (GRPO), 2511.00066 (TR-GRPO, reconstructed), 2505.24298 (decoupled objective).
 */
public final class Objective {

    private final ObjectiveSettings settings;
    private final AdvantageEstimator advantageEstimator;
    private final TokenWeight tokenWeight;
    private final PolicySurrogate surrogate;
    private final StalenessCorrection correction;
    private final ReferencePenalty penalty;
    private final LossAggregation aggregation;

    private Objective(ObjectiveSettings settings) {
        this.settings = settings;
        this.advantageEstimator = AdvantageEstimator.of(settings.advantage());
        this.tokenWeight = TokenWeight.of(settings.weight());
        this.surrogate = PolicySurrogate.of(settings.trustRegion());
        this.correction = StalenessCorrection.of(settings.offPolicy());
        this.penalty = ReferencePenalty.of(settings.regulariser());
        this.aggregation = LossAggregation.of(settings.aggregation());
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
        return settings.offPolicy().kind() == OffPolicyKind.DECOUPLED;
    }

    /** Whether batches should carry the reference log-probabilities: for the penalty, or to report the distance. */
    public boolean needsReference() {
        return settings.regulariser().reference() != Reference.NONE;
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
        if (batch.tokens() > whole.tokens() || batch.trajectories() > whole.trajectories()) {
            throw new IllegalArgumentException("a batch of " + batch.tokens() + " tokens in " + batch.trajectories()
                    + " trajectories is no part of a whole of " + whole.tokens() + " tokens in "
                    + whole.trajectories());
        }
        var evaluation = new Evaluation(batch);
        for (int i = 0; i < batch.trajectories(); i++) {
            double factor = aggregation.factor(batch.end(i) - batch.start(i), whole);
            for (int t = batch.start(i); t < batch.end(i); t++) {
                evaluation.add(t, batch.advantage(i), factor);
            }
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
        private final DiagnosticsTally tally = new DiagnosticsTally();
        private double loss;

        Evaluation(TokenBatch batch) {
            this.batch = batch;
            this.gradient = new double[batch.tokens()];
            this.entropyGradient = new double[needsEntropy() ? batch.tokens() : 0];
        }

        void add(int t, double advantage, double factor) {
            double current = batch.current(t);
            double difference = current - correction.anchor(batch, t);
            double ratio = Math.exp(LogRatio.clamp(difference));
            double offPolicyWeight = correction.weight(batch, t);
            boolean byCurrent = settings.weight().probability() == Probability.CURRENT;
            double weight = tokenWeight.at(byCurrent ? current : batch.behaviour(t));
            boolean inside = settings.weight().placement() == Placement.INSIDE;
            var value = surrogate.at(inside ? weight * ratio : ratio, advantage);
            double outer = offPolicyWeight * (inside ? 1.0 : weight);

            double tokenLoss = -outer * value.surrogate();
            double slope = -outer * value.slope() * LogRatio.slope(difference);
            if (batch.hasReference()) {
                double toReference = batch.reference(t) - current;
                tokenLoss += penalty.loss(weight, toReference);
                slope += penalty.slope(weight, toReference);
                tally.reference(toReference);
            }
            if (batch.hasEntropy()) {
                tally.entropy(batch.entropy(t));
            }
            if (needsEntropy()) {
                double coefficient = settings.regulariser().entropyCoefficient();
                tokenLoss -= coefficient * batch.entropy(t);
                entropyGradient[t] = -coefficient * factor;
            }
            loss += factor * tokenLoss;
            gradient[t] = factor * slope;
            tally.gradient(current, gradient[t]);
            tally.token(value.bound(), ratio, weight, current - batch.behaviour(t));
            tally.offPolicy(offPolicyWeight, offPolicyWeight >= correction.cap());
        }

        ObjectiveResult result() {
            return new ObjectiveResult(loss, gradient, entropyGradient, tally.total());
        }
    }
}
