package io.troupe.learner.critic;

import io.troupe.policy.Safetensors;
import io.troupe.policy.Safetensors.TensorData;
import io.troupe.policy.TensorShape;
import io.troupe.policy.WeightFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a token is worth in a state: Q(w) = (c_w + c)·h with h the reference policy's hidden state there. Every token has a row c_w, and all share the row c, so that
 * what is learned of a state from the tokens that were sampled in it is not held against those that were not. All rows begin at 0.
 *
 * <p>The target critic, from which targets are made, follows by Polyak's average. Adam (β₁ 0.9, β₂ 0.999) moves the rows; its moments, the target and the number of
 * steps are a part of the state. Plain arithmetic in a fixed order: the same batches give the same critic bit for bit. Not thread-safe.
 */
public final class TokenCritic {

    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final CriticSettings settings;
    private final int vocabulary;
    private final int hidden;
    private final float[] rows;
    private final float[] target;
    private final float[] first;
    private final float[] second;
    private long steps;

    /**
     * A critic that gives every token 0.
     *
     * @param vocabulary how many tokens there are
     * @param hidden how wide a state is
     */
    public TokenCritic(CriticSettings settings, int vocabulary, int hidden) {
        this.settings = settings;
        this.vocabulary = vocabulary;
        this.hidden = hidden;
        int size = Math.multiplyExact(vocabulary + 1, hidden);
        rows = new float[size];
        target = new float[size];
        first = new float[size];
        second = new float[size];
    }

    /** What a critic takes in Java's heap, the gradient of a step included, in bytes. */
    public static long memory(int vocabulary, int hidden) {
        return (vocabulary + 1L) * hidden * (4L * Float.BYTES + Double.BYTES);
    }

    /** {@code [(vocabulary + 1) * hidden]}: the row of each token, and the shared row. Not to be changed. */
    public float[] rows() {
        return rows;
    }

    /** The same of the target critic. Not to be changed. */
    public float[] target() {
        return target;
    }

    /** How many steps it has made. */
    public long steps() {
        return steps;
    }

    /**
     * Q of a token.
     *
     * @param states {@code [n * hidden]}
     * @param state which of them
     */
    public double value(float[] states, int state, int token) {
        double sum = 0;
        for (int k = 0; k < hidden; k++) {
            double row = (double) rows[token * hidden + k] + rows[vocabulary * hidden + k];
            sum += row * states[state * hidden + k];
        }
        return sum;
    }

    /**
     * One step down the mean Huber loss between the values of the sampled tokens and their targets, and one of the target critic towards the critic. If the loss is
     * not finite, nothing moves.
     *
     * @param states {@code [tokens * hidden]}
     * @param tokens {@code [tokens]} that were sampled
     * @param targets {@code [tokens]}
     * @return the loss before the step
     */
    public double step(float[] states, int[] tokens, double[] targets) {
        var gradient = new double[rows.length];
        double loss = gradient(states, tokens, targets, gradient);
        if (!Double.isFinite(loss)) {
            return loss;
        }
        steps++;
        double correction1 = 1 - Math.pow(BETA1, (double) steps);
        double correction2 = 1 - Math.pow(BETA2, (double) steps);
        for (int i = 0; i < rows.length; i++) {
            first[i] = (float) (BETA1 * first[i] + (1 - BETA1) * gradient[i]);
            second[i] = (float) (BETA2 * second[i] + (1 - BETA2) * gradient[i] * gradient[i]);
            double size = Math.sqrt(second[i] / correction2) + EPSILON;
            rows[i] -= (float) (settings.learningRate() * first[i] / correction1 / size);
            target[i] = (float) (settings.retention() * target[i] + (1 - settings.retention()) * rows[i]);
        }
        return loss;
    }

    /** Adds the gradient of the mean Huber loss; returns the loss. */
    double gradient(float[] states, int[] tokens, double[] targets, double[] gradient) {
        double loss = 0;
        double delta = settings.huber();
        for (int t = 0; t < tokens.length; t++) {
            double error = value(states, t, tokens[t]) - targets[t];
            boolean near = Math.abs(error) <= delta;
            loss += near ? error * error / 2 : delta * (Math.abs(error) - delta / 2);
            double slope = (near ? error : Math.signum(error) * delta) / tokens.length;
            for (int k = 0; k < hidden; k++) {
                double part = slope * states[t * hidden + k];
                gradient[tokens[t] * hidden + k] += part;
                gradient[vocabulary * hidden + k] += part;
            }
        }
        return loss / tokens.length;
    }

    /** Writes everything that {@link #restore} needs into a file. */
    public void save(Path file) throws IOException {
        Safetensors.write(
                file,
                List.of(
                        tensor("critic", rows),
                        tensor("target", target),
                        tensor("first", first),
                        tensor("second", second)),
                Map.of("steps", Long.toString(steps)));
    }

    /**
     * Goes back to what {@link #save} wrote.
     *
     * @throws IllegalStateException if there is no such file
     */
    public void restore(Path file) {
        if (!Files.exists(file)) {
            throw new IllegalStateException(file + " is missing: the checkpoint is of a run without objective.critic;"
                    + " go on with critic.kind = none and another trust region, or start a new run");
        }
        try (WeightFiles tensors = WeightFiles.open(file);
                Safetensors header = Safetensors.open(file)) {
            read(tensors, "critic", rows);
            read(tensors, "target", target);
            read(tensors, "first", first);
            read(tensors, "second", second);
            steps = Long.parseLong(header.metadata().getOrDefault("steps", ""));
        } catch (NumberFormatException e) {
            throw new UncheckedIOException(
                    new IOException(file + " does not say how many steps the critic has made", e));
        }
    }

    private TensorData tensor(String name, float[] values) {
        return new TensorData(name, "F32", shape(), () -> {
            var bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            return bytes;
        });
    }

    private void read(WeightFiles tensors, String name, float[] into) {
        float[] values = tensors.floats(new TensorShape(name, shape()));
        System.arraycopy(values, 0, into, 0, into.length);
    }

    private long[] shape() {
        return new long[] {vocabulary + 1L, hidden};
    }
}
