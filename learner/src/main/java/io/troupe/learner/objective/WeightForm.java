package io.troupe.learner.objective;

/**
 * The readings of TR-GRPO's token weight, with p the token's probability, σ the logistic function and {@code clip} to [L, U]. The exact argument of
 * the sigmoid in arXiv 2511.00066 is not known to us: every form but none is a reconstruction, and the letter goes with every result.
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
    LOG_PROBABILITY("E");

    private final String letter;

    WeightForm(String letter) {
        this.letter = letter;
    }

    /**
     * The letter by which results name this form.
     *
     * @return A to E, or "-" for none
     */
    public String letter() {
        return letter;
    }
}
