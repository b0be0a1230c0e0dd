package io.troupe.learner;

import ai.djl.ndarray.NDManager;
import io.troupe.policy.Decoder;
import io.troupe.policy.PackedRows;
import io.troupe.policy.Policy;
import io.troupe.policy.Weights;
import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Outcome;
import io.troupe.proto.v1.Segment;
import io.troupe.proto.v1.Source;
import io.troupe.proto.v1.Trajectory;
import io.troupe.proto.v1.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.function.IntUnaryOperator;

/** Groups of random tokens with the log-probabilities that a policy gives them, as if sampled by some version. */
record SampledGroups(Policy policy, NDManager manager, long version) {

    SampledGroups(Policy policy, NDManager manager) {
        this(policy, manager, 0);
    }

    static final double TEMPERATURE = 0.7;

    /** How much likelier a policy finds right trajectories than wrong ones: the difference of their summed log-probabilities. */
    static double preference(Learner learner, List<Group> batch) {
        double sum = 0;
        for (Group group : batch) {
            for (Trajectory trajectory : group.getTrajectoriesList()) {
                boolean right = trajectory.getVerdict().getOutcome() == Outcome.OUTCOME_CORRECT;
                sum += (right ? 1 : -1) * learner.logProbability(trajectory, TEMPERATURE);
            }
        }
        return sum;
    }

    /** Every second trajectory of a group is right; what was recorded is the policy's log-probability plus {@code error}. */
    List<Group> draw(int groups, int size, float error) {
        return draw(groups, size, () -> error, index -> index % 2);
    }

    /**
     * Groups.
     *
     * @param groups how many; also the seed
     * @param size trajectories a group
     * @param error what is added to the recorded log-probability of each token
     * @param reward by the trajectory's number in the batch: 1 is right
     */
    List<Group> draw(int groups, int size, DoubleSupplier error, IntUnaryOperator reward) {
        var random = new Random(groups);
        var batch = new ArrayList<Group>();
        try (var decoder = policy.newDecoder(manager, 96);
                Weights weights = policy.loadWeights(manager, false)) {
            for (int g = 0; g < groups; g++) {
                int[] prompt = random.ints(7, 3, 250).toArray();
                var group = Group.newBuilder().setId(g).setTemperature(TEMPERATURE);
                for (int t = 0; t < size; t++) {
                    int[] answer = random.ints(3 + random.nextInt(6), 3, 250).toArray();
                    double[] scores = scores(decoder, weights, prompt, answer);
                    group.addTrajectories(
                            trajectory(prompt, answer, scores, t, error, reward.applyAsInt(g * size + t)));
                }
                batch.add(group.build());
            }
        }
        return batch;
    }

    private double[] scores(Decoder decoder, Weights weights, int[] prompt, int[] answer) {
        int[] all = Arrays.copyOf(prompt, prompt.length + answer.length);
        System.arraycopy(answer, 0, all, prompt.length, answer.length);
        try (NDManager scope = manager.newSubManager()) {
            float[] scored = decoder.score(scope, weights, PackedRows.sequence(all), TEMPERATURE, false)
                    .toFloatArray();
            var ofAnswer = new double[answer.length];
            for (int i = 0; i < answer.length; i++) {
                ofAnswer[i] = scored[prompt.length - 1 + i];
            }
            return ofAnswer;
        }
    }

    private Trajectory trajectory(
            int[] prompt, int[] answer, double[] scores, int index, DoubleSupplier error, int reward) {
        var given = Segment.newBuilder().setSource(Source.SOURCE_PROMPT);
        for (int token : prompt) {
            given.addTokenIds(token);
        }
        var sampled = Segment.newBuilder().setSource(Source.SOURCE_POLICY);
        for (int i = 0; i < answer.length; i++) {
            sampled.addTokenIds(answer[i]);
            sampled.addLogProbabilities((float) scores[i] + (float) error.getAsDouble());
            sampled.addPolicyVersions(version);
        }
        return Trajectory.newBuilder()
                .setIndex(index)
                .addSegments(given)
                .addSegments(sampled)
                .setVerdict(Verdict.newBuilder()
                        .setReward(reward)
                        .setOutcome(reward > 0 ? Outcome.OUTCOME_CORRECT : Outcome.OUTCOME_WRONG))
                .build();
    }
}
