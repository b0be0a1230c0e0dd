package io.troupe.learner.objective;

import io.troupe.learner.advantage.AdvantageSettings;
import io.troupe.learner.critic.CriticSettings;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One choice of each part of the objective, as plain enums and numbers. Immutable. Every component is the configuration key of the same name in
 * kebab-case under {@code objective}; {@link #asMap()} lists them. Impossible values and senseless combinations are refused when the record is made.
 * The formulas are in {@code docs/objective.md}.
 *
 * @param name the preset that it started from, one of {@link ObjectivePresets#names()}
 * @param advantage rewards to advantages
 * @param weight the weight of a token by its own probability
 * @param trustRegion how far a ratio may move the loss
 * @param offPolicy what is done about tokens that an older policy sampled
 * @param regulariser Kullback-Leibler penalty and entropy bonus
 * @param selection which tokens have a loss
 * @param drafts what is sampled before a group
 * @param critic what says what a token is worth, for those who ask
 * @param likelihood what stands for the likelihood of what was said
 * @param dynamicSampling what is done about groups that teach nothing
 * @param aggregation from the tokens' losses to one number
 */
public record ObjectiveSettings(
        String name,
        AdvantageSettings advantage,
        Weight weight,
        TrustRegion trustRegion,
        OffPolicy offPolicy,
        Regulariser regulariser,
        Selection selection,
        Drafts drafts,
        CriticSettings critic,
        Likelihood likelihood,
        DynamicSampling dynamicSampling,
        Aggregation aggregation) {

    /**
     * The token weight w: a function of the token's probability p through which no gradient flows.
     *
     * @param form which reading of the formula
     * @param alpha α, greater than 0
     * @param tau τ, greater than 0
     * @param mu μ
     * @param lower L, at least 0
     * @param upper U, at least L
     * @param reversed L + U − w instead of w, so that improbable tokens get more: an ablation, and the formula is ours
     * @param placement whether w scales the surrogate or enters the ratio
     * @param probability which policy's p
     * @param side the tokens that it is for; the others weigh 1
     */
    public record Weight(
            WeightForm form,
            double alpha,
            double tau,
            double mu,
            double lower,
            double upper,
            boolean reversed,
            Placement placement,
            Probability probability,
            Side side) {
        public Weight {
            Objects.requireNonNull(form, "form");
            Objects.requireNonNull(placement, "placement");
            Objects.requireNonNull(probability, "probability");
            Objects.requireNonNull(side, "side");
            require(alpha > 0 && Double.isFinite(alpha), "weight.alpha", alpha, "must be a number > 0");
            require(tau > 0 && Double.isFinite(tau), "weight.tau", tau, "must be a number > 0");
            require(Double.isFinite(mu), "weight.mu", mu, "must be a number");
            require(lower >= 0 && Double.isFinite(lower), "weight.lower", lower, "must be a number >= 0");
            require(
                    upper >= lower && Double.isFinite(upper),
                    "weight.upper",
                    upper,
                    "must be a number >= weight.lower = " + lower);
            require(
                    upper > 0,
                    "weight.upper",
                    upper,
                    "would give every token the weight 0; use a bound above 0, or weight.form = none");
            if (form == WeightForm.LINEAR) {
                require(
                        alpha <= 1,
                        "weight.alpha",
                        alpha,
                        "must be <= 1 with weight.form = linear, or weights fall below 0");
                require(!reversed, "weight.reversed", true, "mirrors the sigmoid forms, but weight.form = linear");
            }
            if (form == WeightForm.NONE) {
                require(
                        side == Side.ALL,
                        "weight.side",
                        SettingKeys.word(side),
                        "there is no weight: weight.form = none");
                require(!reversed, "weight.reversed", true, "there is no weight to reverse: weight.form = none");
                require(
                        placement == Placement.OUTSIDE,
                        "weight.placement",
                        "inside",
                        "there is no weight to place: weight.form = none");
            }
        }
    }

    /** Where the weight goes. */
    public enum Placement {
        /** w · min(r Â, clip(r) Â): the same as scaling the advantage. */
        OUTSIDE,
        /** min(w r Â, clip(w r) Â): the text of the first version. Zeroes the gradient of confident tokens of good answers when U > 1 + clip-high. */
        INSIDE
    }

    /** The tokens that the weight is for. */
    public enum Side {
        /** Every token. */
        ALL,
        /** Tokens of positive advantage. */
        POSITIVE,
        /** Tokens of negative advantage. */
        NEGATIVE
    }

    /** Whose probability the weight looks at. */
    public enum Probability {
        /** The policy that is being updated, at this forward pass. */
        CURRENT,
        /** The policy that sampled the token. */
        BEHAVIOUR
    }

    /**
     * Kullback-Leibler penalty and entropy bonus.
     *
     * @param klCoefficient β, at least 0
     * @param klForm which estimator
     * @param reference the policy that the penalty pulls to; with a coefficient of 0 its distance is measured and reported only
     * @param entropyCoefficient the bonus on the entropy of each token's distribution, at least 0
     */
    public record Regulariser(double klCoefficient, KlForm klForm, Reference reference, double entropyCoefficient) {
        public Regulariser {
            Objects.requireNonNull(klForm, "klForm");
            Objects.requireNonNull(reference, "reference");
            require(
                    klCoefficient >= 0 && Double.isFinite(klCoefficient),
                    "regulariser.kl-coefficient",
                    klCoefficient,
                    "must be a number >= 0");
            require(
                    entropyCoefficient >= 0 && Double.isFinite(entropyCoefficient),
                    "regulariser.entropy-coefficient",
                    entropyCoefficient,
                    "must be a number >= 0");
            require(
                    klCoefficient == 0 || reference != Reference.NONE,
                    "regulariser.kl-coefficient",
                    klCoefficient,
                    "needs a reference policy; set regulariser.reference = initial, or the coefficient to 0");
        }
    }

    /** Estimators of the distance to the reference, per token, with ρ = π_ref/π_θ. */
    public enum KlForm {
        /** ρ − log ρ − 1. */
        K3,
        /** u − log u − 1 with u = w·ρ. Not 0 at π_θ = π_ref where w ≠ 1. */
        WEIGHTED_K3,
        /** (log ρ)²/2. */
        K2,
        /** (Σ log ρ)²/(2 n) over the n tokens of a trajectory; arXiv 2512.03759. */
        SEQUENCE_K2
    }

    /** The reference policy. */
    public enum Reference {
        /** There is none. */
        NONE,
        /** The policy that the run started from. */
        INITIAL
    }

    /**
     * From the tokens' losses to one number. Tokens are those that the policy sampled.
     *
     * @param kind which mean
     * @param constantLength tokens, for {@link AggregationKind#CONSTANT_LENGTH} and only there
     */
    public record Aggregation(
            AggregationKind kind, @Nullable Integer constantLength) {
        public Aggregation {
            Objects.requireNonNull(kind, "kind");
            if (kind == AggregationKind.CONSTANT_LENGTH) {
                require(
                        constantLength != null && constantLength > 0,
                        "aggregation.constant-length",
                        constantLength,
                        "must be a number of tokens > 0, for aggregation.kind = constant-length divides by it");
            } else {
                require(
                        constantLength == null,
                        "aggregation.constant-length",
                        constantLength,
                        "is for aggregation.kind = constant-length alone, but the kind is " + SettingKeys.word(kind)
                                + "; set it to null");
            }
        }
    }

    /** The ways to aggregate; N trajectories in the batch. */
    public enum AggregationKind {
        /** Sum over all tokens / number of tokens of the batch. */
        TOKEN_MEAN,
        /** Sum over all tokens / N. */
        SEQUENCE_MEAN_TOKEN_SUM,
        /** Mean over trajectories of the mean over their tokens. */
        SEQUENCE_MEAN_TOKEN_MEAN,
        /** Sum over all tokens / (N · constant length); Dr. GRPO. */
        CONSTANT_LENGTH
    }

    /**
     * What is done about groups whose rewards are all equal; arXiv 2503.14476.
     *
     * @param rounds in how many rounds a batch may be sampled: such groups are discarded, and others sampled in their place, until (rounds − 1) times the
     *     batch's size were; at least 1, which keeps them all
     */
    public record DynamicSampling(int rounds) {
        public DynamicSampling {
            require(rounds >= 1, "dynamic-sampling.rounds", rounds, "must be >= 1; 1 keeps every group");
        }
    }

    /**
     * What is sampled before a group; arXiv 2602.09000. The drafts of a task are judged as its trajectories are, the one of the greatest reward, the first if
     * there are several, goes into the prompt of the trajectories, and the drafts themselves have no loss.
     *
     * @param count how many; 0 for none
     * @param prompt what the opening conversation's last message of the user gains, with {@value #PLACE} where the draft goes
     */
    public record Drafts(int count, String prompt) {

        /** Stands for the draft in {@link #prompt}. */
        public static final String PLACE = "{draft}";

        /** What is said unless something else is chosen. */
        public static final String PROMPT = " Draft: {draft}";

        public Drafts {
            Objects.requireNonNull(prompt, "prompt");
            require(count >= 0, "drafts.count", count, "must be >= 0; 0 samples none");
            require(
                    prompt.contains(PLACE),
                    "drafts.prompt",
                    prompt,
                    "must have " + PLACE + " where the best draft is to go");
        }
    }

    public ObjectiveSettings {
        ObjectivePresets.requireKnown(name);
        Combinations.check(advantage, weight, trustRegion, offPolicy, regulariser, selection, dynamicSampling);
        CriticCombinations.check(
                critic, advantage, weight, trustRegion, offPolicy, regulariser, selection, dynamicSampling);
        BoundCombinations.check(likelihood, weight, trustRegion, offPolicy, regulariser);
    }

    /**
     * Every switch under its configuration key, {@code weight.form} and so on, in a fixed order. Values are String, Double, Integer, Boolean or null.
     *
     * @return the keys and values, without {@code name}
     */
    public Map<String, @Nullable Object> asMap() {
        return SettingKeys.toMap(this);
    }

    /**
     * These settings with some keys changed. Where a part is switched off ({@code none}), the settings that only made sense with it go back to
     * their neutral value unless they are given too.
     *
     * @param changes configuration keys as in {@link #asMap()} to values: text, number, boolean or null
     * @return the changed settings
     * @throws ObjectiveSettingsException if a key is unknown, a value has the wrong type or is impossible, or the combination is senseless
     */
    public ObjectiveSettings with(Map<String, ? extends @Nullable Object> changes) {
        return SettingKeys.change(this, changes);
    }

    /**
     * What this objective is, in words for results and reports: the name, what is reconstructed about it, and every switch that differs from the
     * preset.
     *
     * @return one line
     */
    public String describe() {
        return SettingWords.describe(this);
    }

    /**
     * What a user should know about this choice although it is allowed, such as a weight that is the same for every token.
     *
     * @return sentences, often none
     */
    public List<String> warnings() {
        return SettingWords.warnings(this);
    }

    static void require(boolean condition, String key, @Nullable Object value, String reason) {
        if (!condition) {
            throw new ObjectiveSettingsException(key, value, reason);
        }
    }
}
