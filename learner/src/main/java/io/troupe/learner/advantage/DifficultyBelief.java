package io.troupe.learner.advantage;

import io.troupe.learner.advantage.AdvantageSettings.Belief;
import io.troupe.learner.advantage.AdvantageSettings.BeliefKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.OptionalDouble;

/**
 * HA-DW (arXiv 2601.08521): what the policy is believed to get right, carried from batch to batch, and the weight of an advantage by it. With y_t the share of
 * correct trajectories of batch t,
 *
 * <pre>
 *   C_t = (1 − η_t) C_{t−1} + η_t y_t,   η_t = η · σ_t, σ_t the standard deviation of the last m beliefs      soft
 *   C_t = mean of the last m batches' y                                                                       hard
 *   weight = λ · exp(−sgn(Â) · sgn(p̂ − C) · |p̂ − C|),   p̂ the share of correct trajectories of the group, C from before the batch
 * </pre>
 *
 * The formulas are certain; η, m and the beginning are not known to us. Ours: before the first batch the belief is that batch's own y; the first m batches of a
 * soft belief are hard, or σ would be 0 for ever; σ divides by m; η_t is at most 1.
 *
 * <p>Not thread-safe. {@link #state} goes with a checkpoint, bit for bit.
 */
public final class DifficultyBelief {

    private static final String ACCURACY = "accuracy ";
    private static final String BELIEF = "belief ";

    private final Belief settings;
    private final Deque<Double> accuracies = new ArrayDeque<>();
    private final Deque<Double> beliefs = new ArrayDeque<>();

    /**
     * A belief before any batch.
     *
     * @param settings which kind; {@link BeliefKind#NONE} weighs everything 1
     */
    public DifficultyBelief(Belief settings) {
        this.settings = settings;
    }

    /** Whether there is anything to remember. */
    public boolean isKept() {
        return settings.kind() != BeliefKind.NONE;
    }

    /** C: the belief before the next batch; empty before the first. */
    public OptionalDouble current() {
        return beliefs.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(beliefs.getLast());
    }

    /**
     * What an advantage is multiplied with.
     *
     * @param advantage of the trajectory
     * @param groupAccuracy the share of correct trajectories of its group
     * @param batchAccuracy that of the whole batch, which stands in for the belief before the first batch
     * @return the weight, greater than 0
     */
    public double weight(double advantage, double groupAccuracy, double batchAccuracy) {
        if (!isKept()) {
            return 1;
        }
        double difference = groupAccuracy - current().orElse(batchAccuracy);
        return settings.scale() * Math.exp(-Math.signum(advantage) * difference);
    }

    /**
     * Takes note of a batch that was learned from.
     *
     * @param accuracy y: the share of its trajectories that are correct, in 0..1
     */
    public void observe(double accuracy) {
        if (!isKept()) {
            return;
        }
        push(accuracies, accuracy);
        boolean soft = settings.kind() == BeliefKind.SOFT && beliefs.size() >= settings.window();
        push(beliefs, soft ? followed(beliefs.getLast(), accuracy) : mean(accuracies));
    }

    private double followed(double belief, double accuracy) {
        double rate = Math.min(1, settings.rate() * deviation(beliefs));
        return (1 - rate) * belief + rate * accuracy;
    }

    private void push(Deque<Double> values, double value) {
        values.addLast(value);
        if (values.size() > settings.window()) {
            values.removeFirst();
        }
    }

    private static double mean(Collection<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).sum() / values.size();
    }

    private static double deviation(Collection<Double> values) {
        double mean = mean(values);
        double squares =
                values.stream().mapToDouble(x -> (x - mean) * (x - mean)).sum();
        return Math.sqrt(squares / values.size());
    }

    /** All that is remembered, as lines of text that hold every bit. */
    public List<String> state() {
        var lines = new ArrayList<String>();
        accuracies.forEach(value -> lines.add(ACCURACY + Double.toHexString(value)));
        beliefs.forEach(value -> lines.add(BELIEF + Double.toHexString(value)));
        return lines;
    }

    /**
     * Goes back to what {@link #state} said.
     *
     * @param lines the lines
     * @throws IllegalArgumentException if a line is none of those
     */
    public void restore(List<String> lines) {
        accuracies.clear();
        beliefs.clear();
        for (String line : lines) {
            if (line.startsWith(ACCURACY)) {
                push(accuracies, Double.parseDouble(line.substring(ACCURACY.length())));
            } else if (line.startsWith(BELIEF)) {
                push(beliefs, Double.parseDouble(line.substring(BELIEF.length())));
            } else {
                throw new IllegalArgumentException("\"" + line + "\" is no line of a belief");
            }
        }
    }
}
