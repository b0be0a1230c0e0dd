package io.troupe.learner;

import static io.troupe.learner.GradientDescent.assign;
import static io.troupe.learner.GradientDescent.joined;
import static io.troupe.learner.GradientDescent.moved;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.troupe.policy.Decoder;
import io.troupe.policy.PackedRows;
import io.troupe.policy.Policy;
import io.troupe.policy.ScoringMemory;
import io.troupe.policy.Weights;
import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Trajectory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** J of ESPO for one batch and its gradient, straight from the formula, one masked copy at a time. */
final class EspoFormula implements AutoCloseable {

    private record View(int trajectory, ScoredSequence sequence) {}

    private final NDManager manager;
    private final int maskToken;
    private final double beta;
    private final Decoder decoder;
    private final Weights weights;
    private final List<View> views = new ArrayList<>();
    private final List<Double> advantages = new ArrayList<>();
    private final List<Integer> places = new ArrayList<>();
    private final double[] origin;
    private final double[] old;
    private final double[] reference;

    /**
     * The formula of a learner's update. The reference policy is the one that is given.
     *
     * @param origin the weights before the update
     * @param seed of the learner's masks in its first epoch
     * @param beta weight of the penalty
     */
    EspoFormula(Policy policy, NDManager manager, double[] origin, List<Group> batch, long seed, double beta) {
        this.manager = manager;
        this.origin = origin;
        this.beta = beta;
        maskToken = policy.config().diffusion().maskToken();
        decoder = policy.newDecoder(manager, 96);
        weights = policy.loadWeights(manager, true);
        var bound = new EvidenceBound(maskToken, 2, true);
        var windows = new Windows(policy.endOfTurnToken());
        for (Group group : batch) {
            double rewards = group.getTrajectoriesList().stream()
                    .mapToDouble(t -> t.getVerdict().getReward())
                    .sum();
            for (Trajectory trajectory : group.getTrajectoriesList()) {
                double reward = trajectory.getVerdict().getReward();
                advantages.add(reward - (rewards - reward) / (group.getTrajectoriesCount() - 1));
                long own = StepPlan.mixed(StepPlan.mixed(seed, group.getId()), trajectory.getIndex());
                List<ScoredSequence> turns = windows.turns(trajectory);
                for (int turn = 0; turn < turns.size(); turn++) {
                    for (ScoredSequence view : bound.views(turns.get(turn), StepPlan.mixed(own, turn))) {
                        views.add(new View(places.size(), view));
                    }
                }
                places.add(turns.size() * TinyPolicy.WINDOW);
            }
        }
        reference = bounds();
        assign(weights, origin);
        old = bounds();
    }

    /** d(−J)/d weights at the weights before the update. */
    double[] gradient() {
        assign(weights, origin);
        double[] bounds = bounds();
        for (View view : views) {
            int i = view.trajectory();
            double slope =
                    (surrogateSlope(i, bounds[i]) - beta * (bounds[i] - reference[i]) / places.get(i)) / places.size();
            try (NDManager scope = manager.newSubManager()) {
                int count = view.sequence().scoredTokens();
                var vector = new float[2 * count];
                Arrays.fill(vector, 0, count, (float) (-slope * view.sequence().weight()));
                decoder.record(scope, weights, rows(view), SampledGroups.TEMPERATURE, ScoringMemory.DEFAULT)
                        .backward(vector);
            }
        }
        var gradient = new ArrayList<float[]>();
        for (NDArray array : weights.list()) {
            gradient.add(array.getGradient().toFloatArray());
        }
        return joined(gradient);
    }

    /** The k3 estimate of the distance to the reference policy, of the bounds by place, at the weights before the update. */
    double distance() {
        assign(weights, origin);
        double[] bounds = bounds();
        double sum = 0;
        int all = 0;
        for (int i = 0; i < bounds.length; i++) {
            double away = (reference[i] - bounds[i]) / places.get(i);
            sum += places.get(i) * (Math.exp(away) - away - 1);
            all += places.get(i);
        }
        return sum / all;
    }

    /** The slope of J along a direction, by central differences. */
    double slope(double[] direction, double step) {
        return (at(direction, step) - at(direction, -step)) / (2 * step);
    }

    private double at(double[] direction, double step) {
        assign(weights, moved(origin, direction, step));
        double[] bounds = bounds();
        double sum = 0;
        for (int i = 0; i < bounds.length; i++) {
            double ratio = Math.exp((bounds[i] - old[i]) / places.get(i));
            double clipped = Math.max(0.8, Math.min(1.2, ratio));
            double away = bounds[i] - reference[i];
            sum += Math.min(ratio * advantages.get(i), clipped * advantages.get(i))
                    - beta * away * away / (2 * places.get(i));
        }
        return sum / bounds.length;
    }

    /** At a ratio of 1. */
    private double surrogateSlope(int trajectory, double bound) {
        assertThat(bound).isCloseTo(old[trajectory], within(1e-9));
        return advantages.get(trajectory) / places.get(trajectory);
    }

    private double[] bounds() {
        var bounds = new double[places.size()];
        for (View view : views) {
            try (NDManager scope = manager.newSubManager()) {
                float[] scores = decoder.score(scope, weights, rows(view), SampledGroups.TEMPERATURE, false)
                        .toFloatArray();
                for (int i = 0; i < view.sequence().scoredTokens(); i++) {
                    bounds[view.trajectory()] += view.sequence().weight() * scores[i];
                }
            }
        }
        return bounds;
    }

    private PackedRows rows(View view) {
        ScoredSequence sequence = view.sequence();
        int context = sequence.prefix().length;
        int length = sequence.length();
        var tokens = new long[length];
        var positions = new long[length];
        var sources = new long[sequence.scoredTokens()];
        var targets = new long[sources.length];
        int scored = 0;
        for (int i = 0; i < length; i++) {
            int place = i - context;
            boolean masked = place >= 0 && sequence.scored()[place];
            int token = place < 0 ? sequence.prefix()[i] : sequence.rest()[place];
            tokens[i] = masked ? maskToken : token;
            positions[i] = i;
            if (masked) {
                sources[scored] = i;
                targets[scored++] = token;
            }
        }
        return new PackedRows(1, length, tokens, positions, new long[length], sources, targets);
    }

    @Override
    public void close() {
        weights.close();
        decoder.close();
    }
}
