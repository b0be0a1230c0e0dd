package io.troupe.learner;

import ai.djl.ndarray.NDArray;
import io.troupe.learner.objective.ObjectiveSettings;
import io.troupe.learner.schedule.Schedule;
import io.troupe.policy.Policy;
import io.troupe.policy.WeightFiles;
import io.troupe.policy.Weights;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** An optimiser that takes the gradient itself off the weights, so that it can be read from them, and the weights as one vector. */
final class GradientDescent {

    private static final double EPSILON = 1e8;

    private GradientDescent() {}

    /**
     * Settings of a learner whose first optimiser step is one of gradient descent, and whose others stand still.
     *
     * @param step how much of the gradient is taken off
     * @param seed of the learner
     */
    static LearnerSettings settings(ObjectiveSettings objective, double step, int microBatchTokens, long seed) {
        return settings(objective, step, microBatchTokens, false, seed);
    }

    static LearnerSettings settings(
            ObjectiveSettings objective, double step, int microBatchTokens, boolean checkpointing, long seed) {
        return new LearnerSettings(
                objective,
                new Schedule(Schedule.Shape.LINEAR, EPSILON * step, 0, 2, 0),
                0,
                0,
                EPSILON,
                0,
                Double.POSITIVE_INFINITY,
                1,
                1,
                microBatchTokens,
                checkpointing,
                OptimizerState.DEVICE,
                96,
                Double.POSITIVE_INFINITY,
                seed);
    }

    /** All weights of a file, in the order of the policy's tensors. */
    static double[] read(Policy policy, Path file) {
        try (WeightFiles files = WeightFiles.open(file)) {
            return joined(policy.config().tensors().stream().map(files::floats).toList());
        }
    }

    /** Sets all weights. */
    static void assign(Weights weights, double[] values) {
        int offset = 0;
        for (NDArray array : weights.list()) {
            var floats = new float[Math.toIntExact(array.size())];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = (float) values[offset++];
            }
            array.set(FloatBuffer.wrap(floats));
        }
    }

    static double[] joined(List<float[]> parts) {
        return parts.stream()
                .flatMapToDouble(part -> IntStream.range(0, part.length).mapToDouble(i -> part[i]))
                .toArray();
    }

    /** {@code origin + step · direction}. */
    static double[] moved(double[] origin, double[] direction, double step) {
        return IntStream.range(0, origin.length)
                .mapToDouble(i -> origin[i] + step * direction[i])
                .toArray();
    }

    static double[] difference(double[] a, double[] b) {
        return moved(a, b, -1);
    }

    static double dot(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
    }

    static double norm(double[] a) {
        return Math.sqrt(dot(a, a));
    }
}
