package io.troupe.learner.advantage;

import io.troupe.learner.advantage.AdvantageSettings.HiddenReward;
import io.troupe.learner.advantage.AdvantageSettings.HiddenRewardKind;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Advantages by hidden rewards: what a step along the gradient of a token does to the log-likelihood of the group's right answers, seen at the last layer.
 * With g = onehot(y) − π(· | prefix) over the tokens that occur in the group and h the hidden state that predicts y,
 *
 * <pre>
 *   M⁺ = Σ over the tokens of right answers of g hᵀ,   s = gᵀ M⁺ h,   τ = β · min over right answers of the mean of s over their tokens
 *   NEGATIVE: Â ← η Â for tokens of wrong answers with Â < 0 and s > τ,  η = 2 |0.5 − p|, p the share of right answers      NTHR, arXiv 2505.18830
 *   SIGNED:   Â ← 1[|s| > τ] (1 + p · sgn(s')) Â,  s' = s in right answers and −s in wrong ones                            THR, arXiv 2510.03669
 * </pre>
 *
 * NTHR's formulas are certain, THR's are a reconstruction. Groups without a right or without a wrong answer are left as they are. Sums are in double
 * precision. Not thread-safe.
 */
public final class TokenInfluence {

    /**
     * An answer of the group.
     *
     * @param correct whether it is right
     * @param advantages Â of its sampled tokens, {@code [tokens]}
     * @param tokens which token of the group's vocabulary each is, {@code [tokens]}
     * @param hidden the states that predict them, {@code [tokens][width]}
     * @param logProbabilities of the whole group's vocabulary at their places, {@code [tokens][vocabulary]}
     */
    public record Answer(
            boolean correct, double[] advantages, int[] tokens, float[][] hidden, float[][] logProbabilities) {}

    private final HiddenReward settings;
    private final List<Answer> group;
    private final double[][] influence; // M⁺

    private TokenInfluence(HiddenReward settings, List<Answer> group) {
        this.settings = settings;
        this.group = group;
        influence = new double[group.get(0).logProbabilities()[0].length]
                [group.get(0).hidden()[0].length];
        for (Answer answer : group) {
            for (int t = 0; answer.correct() && t < answer.tokens().length; t++) {
                add(answer, t);
            }
        }
    }

    /**
     * The advantages of a group.
     *
     * @param settings which tokens, and how much
     * @param group its answers, each with at least one token
     * @return for each answer {@code [tokens]}
     */
    public static List<double[]> advantages(HiddenReward settings, List<Answer> group) {
        long right = group.stream().filter(Answer::correct).count();
        if (!settings.isGiven() || right == 0 || right == group.size()) {
            return group.stream().map(Answer::advantages).toList();
        }
        return new TokenInfluence(settings, group).advantages((double) right / group.size());
    }

    private List<double[]> advantages(double accuracy) {
        List<double[]> scores = group.stream().map(this::scores).toList();
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < scores.size(); i++) {
            if (group.get(i).correct()) {
                least = Math.min(least, mean(scores.get(i)));
            }
        }
        double bound = settings.threshold() * least;
        double shrink = 2 * Math.abs(0.5 - accuracy);
        return IntStream.range(0, group.size())
                .mapToObj(i -> settings.kind() == HiddenRewardKind.NEGATIVE
                        ? negative(group.get(i), scores.get(i), bound, shrink)
                        : signed(group.get(i), scores.get(i), bound))
                .toList();
    }

    private static double[] negative(Answer answer, double[] scores, double bound, double shrink) {
        double[] advantages = answer.advantages().clone();
        for (int t = 0; t < scores.length; t++) {
            if (!answer.correct() && advantages[t] < 0 && scores[t] > bound) {
                advantages[t] *= shrink;
            }
        }
        return advantages;
    }

    private double[] signed(Answer answer, double[] scores, double bound) {
        double[] advantages = answer.advantages().clone();
        for (int t = 0; t < scores.length; t++) {
            double sign = Math.signum(scores[t]) * (answer.correct() ? 1 : -1);
            advantages[t] *= Math.abs(scores[t]) > bound ? 1 + settings.preference() * sign : 0;
        }
        return advantages;
    }

    /** s of every token. */
    private double[] scores(Answer answer) {
        var scores = new double[answer.tokens().length];
        for (int t = 0; t < scores.length; t++) {
            float[] hidden = answer.hidden()[t];
            for (int token = 0; token < influence.length; token++) {
                double row = 0;
                for (int i = 0; i < hidden.length; i++) {
                    row += influence[token][i] * hidden[i];
                }
                scores[t] += surprise(answer, t, token) * row;
            }
        }
        return scores;
    }

    private void add(Answer answer, int t) {
        float[] hidden = answer.hidden()[t];
        for (int token = 0; token < influence.length; token++) {
            double surprise = surprise(answer, t, token);
            for (int i = 0; i < hidden.length; i++) {
                influence[token][i] += surprise * hidden[i];
            }
        }
    }

    /** A component of g. */
    private static double surprise(Answer answer, int t, int token) {
        return (answer.tokens()[t] == token ? 1 : 0) - Math.exp(answer.logProbabilities()[t][token]);
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }
}
