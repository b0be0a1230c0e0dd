package io.troupe.learner.objective;

import java.util.OptionalDouble;

/**
 * Sums over tokens that say how an update went; the methods give their means. Those of micro-batches add up with {@link #plus}. A mean over no tokens is
 * 0. Immutable.
 *
 * @param tokens how many tokens had a loss
 * @param clippedHigh tokens of positive advantage that have no gradient because they left the trust region upwards: their ratio passed 1 + ε_h, or their
 *     divergence its bound
 * @param clippedLow tokens of negative advantage that left it downwards
 * @param clippedDual tokens of negative advantage that the dual clip stopped
 * @param ratioSum of π_θ/π_prox, or of π_θ/π_behav without the decoupled correction
 * @param offPolicyWeightSum of b
 * @param offPolicyCapped tokens whose b was cut to the cap
 * @param offPolicyMasked tokens that were left out because b was beyond its bounds
 * @param ratioCapped tokens with a gradient whose factor a bound has made smaller or greater than their ratio says
 * @param weightSum of the token weight w
 * @param weightAboveOne tokens with w > 1
 * @param klToBehaviourSum of k3, with samples from π_behav: r − 1 − log r, r = π_θ/π_behav
 * @param klToReferenceSum of k3 without token weights: ρ − log ρ − 1, ρ = π_ref/π_θ
 * @param referenceTokens tokens for which a reference was given
 * @param entropySum of the entropies in nats
 * @param entropyTokens tokens for which an entropy was given
 * @param deciles where the gradient comes from, by the tokens' probability
 */
public record ObjectiveDiagnostics(
        long tokens,
        long clippedHigh,
        long clippedLow,
        long clippedDual,
        double ratioSum,
        double offPolicyWeightSum,
        long offPolicyCapped,
        long offPolicyMasked,
        long ratioCapped,
        double weightSum,
        long weightAboveOne,
        double klToBehaviourSum,
        double klToReferenceSum,
        long referenceTokens,
        double entropySum,
        long entropyTokens,
        GradientByDecile deciles) {

    /** Of no tokens. */
    public static final ObjectiveDiagnostics NONE =
            new ObjectiveDiagnostics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, GradientByDecile.NONE);

    /**
     * Those of two parts together.
     *
     * @param other the other part
     * @return the sums
     */
    public ObjectiveDiagnostics plus(ObjectiveDiagnostics other) {
        return new ObjectiveDiagnostics(
                tokens + other.tokens,
                clippedHigh + other.clippedHigh,
                clippedLow + other.clippedLow,
                clippedDual + other.clippedDual,
                ratioSum + other.ratioSum,
                offPolicyWeightSum + other.offPolicyWeightSum,
                offPolicyCapped + other.offPolicyCapped,
                offPolicyMasked + other.offPolicyMasked,
                ratioCapped + other.ratioCapped,
                weightSum + other.weightSum,
                weightAboveOne + other.weightAboveOne,
                klToBehaviourSum + other.klToBehaviourSum,
                klToReferenceSum + other.klToReferenceSum,
                referenceTokens + other.referenceTokens,
                entropySum + other.entropySum,
                entropyTokens + other.entropyTokens,
                deciles.plus(other.deciles));
    }

    /** The share of tokens whose gradient the trust region has set to 0. */
    public double clipFraction() {
        return mean((double) (clippedHigh + clippedLow + clippedDual), tokens);
    }

    /** The mean ratio to the policy that the clip is around. */
    public double meanRatio() {
        return mean(ratioSum, tokens);
    }

    /** The mean off-policy weight b, after the cap. */
    public double meanOffPolicyWeight() {
        return mean(offPolicyWeightSum, tokens);
    }

    /** The share of tokens whose off-policy weight was cut to the cap. */
    public double offPolicyCappedFraction() {
        return mean((double) offPolicyCapped, tokens);
    }

    /** The share of tokens that the off-policy correction has left out. */
    public double offPolicyMaskedFraction() {
        return mean((double) offPolicyMasked, tokens);
    }

    /** The share of tokens whose factor a bound has changed, and that have a gradient all the same. */
    public double ratioCappedFraction() {
        return mean((double) ratioCapped, tokens);
    }

    /** The mean token weight w. */
    public double meanTokenWeight() {
        return mean(weightSum, tokens);
    }

    /** The share of tokens that weigh more than 1. */
    public double weightAboveOneFraction() {
        return mean((double) weightAboveOne, tokens);
    }

    /** The k3 estimate of the divergence from the behaviour policy to the current one, in nats a token. */
    public double klToBehaviour() {
        return mean(klToBehaviourSum, tokens);
    }

    /** The k3 estimate of the divergence from the current policy to the reference, in nats a token; empty without a reference. */
    public OptionalDouble klToReference() {
        return referenceTokens == 0 ? OptionalDouble.empty() : OptionalDouble.of(klToReferenceSum / referenceTokens);
    }

    /** The mean entropy in nats; empty if none was given. */
    public OptionalDouble entropy() {
        return entropyTokens == 0 ? OptionalDouble.empty() : OptionalDouble.of(entropySum / entropyTokens);
    }

    private static double mean(double sum, long count) {
        return count == 0 ? 0 : sum / count;
    }
}
