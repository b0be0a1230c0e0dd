package io.troupe.learner.objective;

/** Adds up the diagnostics of one batch. Not thread-safe. */
final class DiagnosticsTally {

    private long tokens;
    private long clippedHigh;
    private long clippedLow;
    private long clippedDual;
    private double ratioSum;
    private double offPolicyWeightSum;
    private long offPolicyCapped;
    private long offPolicyMasked;
    private long ratioCapped;
    private double weightSum;
    private long weightAboveOne;
    private double klToBehaviourSum;
    private double klToReferenceSum;
    private long referenceTokens;
    private double entropySum;
    private long entropyTokens;
    private final GradientByDecile.Tally deciles = new GradientByDecile.Tally();

    void token(PolicySurrogate.Bound bound, double ratio, double weight, double sinceBehaviour) {
        tokens++;
        switch (bound) {
            case HIGH -> clippedHigh++;
            case LOW -> clippedLow++;
            case DUAL -> clippedDual++;
            case CAPPED -> ratioCapped++;
            case NONE -> {}
        }
        ratioSum += ratio;
        weightSum += weight;
        if (weight > 1) {
            weightAboveOne++;
        }
        klToBehaviourSum += LogRatio.k3(1.0, LogRatio.clamp(sinceBehaviour));
    }

    void offPolicy(double weight, boolean capped, boolean masked) {
        offPolicyWeightSum += weight;
        if (capped) {
            offPolicyCapped++;
        }
        if (masked) {
            offPolicyMasked++;
        }
    }

    void reference(double toReference) {
        klToReferenceSum += LogRatio.k3(1.0, LogRatio.clamp(toReference));
        referenceTokens++;
    }

    void entropy(double nats) {
        entropySum += nats;
        entropyTokens++;
    }

    /** @param slope the derivative of the batch's loss with respect to the token's log-probability */
    void gradient(double logProbability, double slope) {
        deciles.token(logProbability, slope);
    }

    ObjectiveDiagnostics total() {
        return new ObjectiveDiagnostics(
                tokens,
                clippedHigh,
                clippedLow,
                clippedDual,
                ratioSum,
                offPolicyWeightSum,
                offPolicyCapped,
                offPolicyMasked,
                ratioCapped,
                weightSum,
                weightAboveOne,
                klToBehaviourSum,
                klToReferenceSum,
                referenceTokens,
                entropySum,
                entropyTokens,
                deciles.total());
    }
}
