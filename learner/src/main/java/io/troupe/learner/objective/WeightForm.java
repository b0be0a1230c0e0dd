package io.troupe.learner.objective;

/**
 * Token weights, with p the token's probability, σ the logistic function and {@code clip} to [L, U]. The exact argument of the sigmoid in arXiv 2511.00066
 * (TR-GRPO) is not known to us: A to E are reconstructions, and the letter goes with every result. A sixth reading, F, takes the raw logit of the token; it is
 * refused, because what is recorded of a token is its normalised log-probability, from which its logit cannot be told.
 */
public enum WeightForm {
    /** 1 for every token: plain GRPO. */
    NONE("-"),
    /** clip(α (σ(p/τ) − μ)): as a third party wrote it down. With its constants it is 1 for every token. */
    LITERAL("A"),
    /** clip(α σ(τ (p − μ))): the default. */
    CENTRED_SLOPE("B"),
    /** clip(α (σ(τ p) − μ)). */
    OUTER_SLOPE("C"),
    /** clip(α σ((p − μ)/τ)): almost flat. */
    CENTRED_DIVISOR("D"),
    /** clip(α (σ(log p/τ) − μ)). With the attested constants it is 1 for every token. */
    LOG_PROBABILITY("E"),
    /** clip(α p + (1 − α)). Certain: Advantage Reweighting, arXiv 2505.12929. */
    LINEAR("AR");

    private final String letter;

    WeightForm(String letter) {
        this.letter = letter;
    }

    /**
     * The letter by which results name this form.
     *
     * @return A to E, "AR" for Advantage Reweighting, or "-" for none
     */
    public String letter() {
        return letter;
    }

    boolean isReconstructed() {
        return this != NONE && this != LINEAR;
    }
}
