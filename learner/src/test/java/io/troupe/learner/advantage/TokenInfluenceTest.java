package io.troupe.learner.advantage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.learner.advantage.AdvantageSettings.HiddenReward;
import io.troupe.learner.advantage.AdvantageSettings.HiddenRewardKind;
import io.troupe.learner.advantage.TokenInfluence.Answer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TokenInfluenceTest {

    private static final HiddenReward NTHR = new HiddenReward(HiddenRewardKind.NEGATIVE, 1, 0);

    /*
     * Two tokens in the vocabulary, each with probability 1/2, and hidden states of one number. The right answer is token 0 at h = 1: g = (1/2, -1/2), and
     * its own score is g·g h² = 1/2 = τ. A wrong token 0 at h = 2 has the score 1, at h = 1/2 the score 1/4, and a wrong token 1 at h = 2 the score -1.
     */

    @Test
    void inAnEvenGroupTheSelectedTokensOfWrongAnswersVanish() {
        var advantages = TokenInfluence.advantages(
                NTHR, List.of(answer(true, new int[] {0}, 1), answer(false, new int[] {0, 0, 1}, 2, 0.5f, 2)));
        assertThat(advantages.get(0)).containsExactly(1);
        assertThat(advantages.get(1)).containsExactly(new double[] {0, -1, -1}, within(1e-12));
    }

    @Test
    void inAGroupOfAQuarterTheyKeepHalf() {
        var right = answer(true, new int[] {0}, 1);
        var wrong = answer(false, new int[] {0, 1}, 2, 2);
        for (var group : List.of(List.of(right, wrong, wrong, wrong), List.of(right, right, right, wrong))) {
            var advantages = TokenInfluence.advantages(NTHR, group);
            assertThat(advantages.get(3)).containsExactly(new double[] {-0.5, -1}, within(1e-12));
        }
    }

    @Test
    void groupsThatAreRightOrWrongThroughoutAreLeftAsTheyAre() {
        var right = answer(true, new int[] {0}, 1);
        var wrong = answer(false, new int[] {0}, 2);
        assertThat(TokenInfluence.advantages(NTHR, List.of(right, right)))
                .containsExactly(new double[] {1}, new double[] {1});
        assertThat(TokenInfluence.advantages(NTHR, List.of(wrong, wrong)))
                .containsExactly(new double[] {-1}, new double[] {-1});
        assertThat(TokenInfluence.advantages(HiddenReward.NONE, List.of(right, wrong)))
                .containsExactly(new double[] {1}, new double[] {-1});
    }

    @Test
    void signedRewardsDropSmallInfluencesAndPreferTheHelpful() {
        var thr = new HiddenReward(HiddenRewardKind.SIGNED, 0.9, 0.2);
        var advantages = TokenInfluence.advantages(
                thr, List.of(answer(true, new int[] {0}, 1), answer(false, new int[] {0, 0, 1}, 2, 0.5f, 2)));
        assertThat(advantages.get(0)).containsExactly(new double[] {1.2}, within(1e-12));
        // learning from the first wrong token lowers the right answer, from the third it raises it
        assertThat(advantages.get(1)).containsExactly(new double[] {-0.8, 0, -1.2}, within(1e-12));
    }

    @Property(tries = 200, seed = "1")
    void theScoreIsTheSumOverPairsOfTokens(@ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int right) {
        var group = random(new SplittableRandom(seed), right);
        double[][] expected = new double[group.size()][];
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < group.size(); i++) {
            expected[i] = pairs(group.get(i), group);
            if (group.get(i).correct()) {
                least = Math.min(least, Arrays.stream(expected[i]).average().orElseThrow());
            }
        }
        double shrink = 2 * Math.abs(0.5 - right / 6.0);
        var actual = TokenInfluence.advantages(NTHR, group);
        for (int i = 0; i < group.size(); i++) {
            for (int t = 0; t < expected[i].length; t++) {
                if (Math.abs(expected[i][t] - least) > 1e-9) {
                    boolean selected = !group.get(i).correct() && expected[i][t] > least;
                    double before = group.get(i).advantages()[t];
                    assertThat(actual.get(i)[t]).isCloseTo(selected ? before * shrink : before, within(1e-12));
                }
            }
        }
    }

    @Property(tries = 200, seed = "1")
    void noPreferenceAndNoThresholdToSpeakOfChangesNothing(@ForAll long seed) {
        var group = random(new SplittableRandom(seed), 3);
        var advantages = TokenInfluence.advantages(new HiddenReward(HiddenRewardKind.SIGNED, 1e-300, 0), group);
        for (int i = 0; i < group.size(); i++) {
            assertThat(advantages.get(i)).containsExactly(group.get(i).advantages());
        }
    }

    @Property(tries = 200, seed = "1")
    void aSignedRewardNeverTurnsAnAdvantageRound(
            @ForAll long seed, @ForAll @DoubleRange(min = -1, max = 1) double preference) {
        var group = random(new SplittableRandom(seed), 2);
        var advantages = TokenInfluence.advantages(new HiddenReward(HiddenRewardKind.SIGNED, 1, preference), group);
        for (int i = 0; i < group.size(); i++) {
            for (int t = 0; t < advantages.get(i).length; t++) {
                assertThat(advantages.get(i)[t] * group.get(i).advantages()[t]).isGreaterThanOrEqualTo(0);
            }
        }
    }

    /** Σ over the tokens of right answers of (g·g') (h·h'). */
    private static double[] pairs(Answer answer, List<Answer> group) {
        var scores = new double[answer.tokens().length];
        for (int t = 0; t < scores.length; t++) {
            for (Answer other : group) {
                for (int u = 0; other.correct() && u < other.tokens().length; u++) {
                    double surprise = 0;
                    for (int v = 0; v < answer.logProbabilities()[t].length; v++) {
                        surprise += component(answer, t, v) * component(other, u, v);
                    }
                    double alike = 0;
                    for (int k = 0; k < answer.hidden()[t].length; k++) {
                        alike += (double) answer.hidden()[t][k] * other.hidden()[u][k];
                    }
                    scores[t] += surprise * alike;
                }
            }
        }
        return scores;
    }

    private static double component(Answer answer, int t, int v) {
        double p = Math.exp(answer.logProbabilities()[t][v]);
        return answer.tokens()[t] == v ? 1 - p : -p;
    }

    private static List<Answer> random(SplittableRandom random, int right) {
        var group = new ArrayList<Answer>();
        for (int i = 0; i < 6; i++) {
            int length = 1 + random.nextInt(4);
            var hidden = new float[length][3];
            var scores = new float[length][5];
            for (int t = 0; t < length; t++) {
                for (int k = 0; k < 3; k++) {
                    hidden[t][k] = (float) (random.nextDouble() - 0.3);
                }
                for (int v = 0; v < 5; v++) {
                    scores[t][v] = (float) Math.log(0.19 * random.nextDouble() + 1e-3);
                }
            }
            boolean correct = i < right;
            double[] advantages = new double[length];
            Arrays.fill(advantages, correct ? 1 : -1);
            group.add(new Answer(correct, advantages, random.ints(length, 0, 5).toArray(), hidden, scores));
        }
        return group;
    }

    private static Answer answer(boolean correct, int[] tokens, float... hidden) {
        var states = new float[tokens.length][];
        var scores = new float[tokens.length][];
        var advantages = new double[tokens.length];
        for (int t = 0; t < tokens.length; t++) {
            states[t] = new float[] {hidden[t]};
            scores[t] = new float[] {(float) Math.log(0.5), (float) Math.log(0.5)};
            advantages[t] = correct ? 1 : -1;
        }
        return new Answer(correct, advantages, tokens, states, scores);
    }
}
