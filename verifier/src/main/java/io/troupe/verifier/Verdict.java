package io.troupe.verifier;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A grader's judgement of one episode.
 *
 * @param outcome how it ended
 * @param reward the sum of the components; 0 and meaningless where the outcome carries no reward
 * @param components what the reward is made of; empty where the outcome carries none
 * @param extracted the answer as the grader read it, if it found one
 * @param rule the rule that decided, in the grader's own words
 * @param metrics what else was measured and is logged, such as the number of tool calls; never a part of the reward
 */
public record Verdict(
        Outcome outcome,
        double reward,
        List<RewardComponent> components,
        @Nullable String extracted,
        String rule,
        List<RewardComponent> metrics) {

    private static final double ROUNDING = 1e-9;

    public Verdict {
        components = List.copyOf(components);
        metrics = List.copyOf(metrics);
        double sum = components.stream().mapToDouble(RewardComponent::value).sum();
        if (!outcome.carriesReward() && !components.isEmpty()) {
            throw new IllegalArgumentException(outcome + " carries no reward, but has the components " + components);
        }
        if (!(Math.abs(sum - reward) <= ROUNDING)) {
            throw new IllegalArgumentException(
                    "the components " + components + " add up to " + sum + ", but the reward is " + reward);
        }
    }

    /**
     * A verdict that rewards.
     *
     * @param outcome one that carries a reward
     * @param components what the reward is the sum of
     * @param extracted the answer as it was read, if any
     * @param rule the rule that decided
     * @return the verdict
     */
    public static Verdict of(
            Outcome outcome, List<RewardComponent> components, @Nullable String extracted, String rule) {
        double sum = components.stream().mapToDouble(RewardComponent::value).sum();
        return new Verdict(outcome, sum, components, extracted, rule, List.of());
    }

    /**
     * A verdict on a failure of ours.
     *
     * @param outcome one that carries no reward
     * @param rule what failed
     * @return the verdict
     */
    public static Verdict withoutReward(Outcome outcome, String rule) {
        if (outcome.carriesReward()) {
            throw new IllegalArgumentException(outcome + " carries a reward: name its components");
        }
        return new Verdict(outcome, 0, List.of(), null, rule, List.of());
    }

    /**
     * The same verdict with other metrics.
     *
     * @param measured names and values
     * @return the verdict
     */
    public Verdict withMetrics(List<RewardComponent> measured) {
        return new Verdict(outcome, reward, components, extracted, rule, measured);
    }
}
