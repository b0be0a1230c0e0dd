package io.troupe.learner.objective;

import io.troupe.learner.objective.ObjectiveSettings.KlForm;
import io.troupe.learner.objective.ObjectiveSettings.OffPolicyKind;
import io.troupe.learner.objective.ObjectiveSettings.Placement;
import io.troupe.learner.objective.ObjectiveSettings.Probability;
import io.troupe.learner.objective.ObjectiveSettings.TrustRegionKind;
import java.util.ArrayList;
import java.util.List;

/**
 * The loss straight from the formulas, in probabilities rather than logarithms, trajectory by trajectory, with nothing shared with the code under test.
 * What the formulas detach is computed from {@code frozen}, so that finite differences in {@code current} see what backpropagation sees.
 */
final class ReferenceObjective {

    /** What is known of a token beside its current log-probability. */
    record Token(double proximal, double behaviour, double reference, double entropy) {}

    /** One trajectory. */
    record Trajectory(double advantage, List<Token> tokens) {}

    private final ObjectiveSettings settings;

    ReferenceObjective(ObjectiveSettings settings) {
        this.settings = settings;
    }

    double loss(List<Trajectory> batch, List<double[]> current, List<double[]> frozen) {
        var sums = new ArrayList<Double>();
        var lengths = new ArrayList<Integer>();
        for (int i = 0; i < batch.size(); i++) {
            double sum = 0;
            for (int t = 0; t < current.get(i).length; t++) {
                sum += token(batch.get(i), t, current.get(i)[t], frozen.get(i)[t]);
            }
            sums.add(sum);
            lengths.add(current.get(i).length);
        }
        return aggregate(sums, lengths);
    }

    private double aggregate(List<Double> sums, List<Integer> lengths) {
        double total = sums.stream().mapToDouble(x -> x).sum();
        return switch (settings.aggregation().kind()) {
            case TOKEN_MEAN -> total / lengths.stream().mapToInt(x -> x).sum();
            case SEQUENCE_MEAN_TOKEN_SUM -> total / sums.size();
            case CONSTANT_LENGTH -> total / sums.size() / settings.aggregation().constantLength();
            case SEQUENCE_MEAN_TOKEN_MEAN -> {
                double means = 0;
                for (int i = 0; i < sums.size(); i++) {
                    means += lengths.get(i) == 0 ? 0 : sums.get(i) / lengths.get(i);
                }
                yield means / sums.size();
            }
        };
    }

    private double token(Trajectory o, int t, double logCurrent, double logFrozen) {
        double pi = Math.exp(logCurrent);
        double behaviour = Math.exp(o.tokens().get(t).behaviour());
        boolean decoupled = settings.offPolicy().kind() == OffPolicyKind.DECOUPLED;
        double denominator = decoupled ? Math.exp(o.tokens().get(t).proximal()) : behaviour;
        double b = decoupled ? denominator / behaviour : 1;
        if (settings.offPolicy().cap() != null && b > settings.offPolicy().cap()) {
            b = settings.offPolicy().cap();
        }
        double w = weight(settings.weight().probability() == Probability.CURRENT ? Math.exp(logFrozen) : behaviour);
        double r = pi / denominator;
        double objective = settings.weight().placement() == Placement.INSIDE
                ? b * surrogate(w * r, o.advantage())
                : b * w * surrogate(r, o.advantage());
        double loss = -objective;
        if (settings.regulariser().klCoefficient() > 0) {
            double rho = Math.exp(o.tokens().get(t).reference()) / pi;
            double u = settings.regulariser().klForm() == KlForm.WEIGHTED_K3 ? w * rho : rho;
            loss += settings.regulariser().klCoefficient() * (u - Math.log(u) - 1);
        }
        return loss
                - settings.regulariser().entropyCoefficient()
                        * o.tokens().get(t).entropy();
    }

    private double surrogate(double r, double advantage) {
        var region = settings.trustRegion();
        if (region.kind() == TrustRegionKind.NONE) {
            return r * advantage;
        }
        double clipped = Math.min(Math.max(r, 1 - region.clipLow()), 1 + region.clipHigh());
        double objective = Math.min(r * advantage, clipped * advantage);
        if (region.dualClip() != null && advantage < 0) {
            objective = Math.max(objective, region.dualClip() * advantage);
        }
        return objective;
    }

    double weight(double p) {
        var s = settings.weight();
        if (s.form() == WeightForm.NONE) {
            return 1;
        }
        double raw = switch (s.form()) {
            case LITERAL -> s.alpha() * (sigma(p / s.tau()) - s.mu());
            case CENTRED_SLOPE -> s.alpha() * sigma(s.tau() * (p - s.mu()));
            case OUTER_SLOPE -> s.alpha() * (sigma(s.tau() * p) - s.mu());
            case CENTRED_DIVISOR -> s.alpha() * sigma((p - s.mu()) / s.tau());
            case LOG_PROBABILITY -> s.alpha() * (sigma(Math.log(p) / s.tau()) - s.mu());
            case NONE -> throw new AssertionError();
        };
        double clipped = raw < s.lower() ? s.lower() : raw > s.upper() ? s.upper() : raw;
        return s.reversed() ? s.lower() + s.upper() - clipped : clipped;
    }

    private static double sigma(double x) {
        return Math.exp(x) / (Math.exp(x) + 1);
    }

    /** Whether the token is so near a kink of the surrogate that a finite difference straddles it. */
    boolean nearKink(Trajectory o, int t, double logCurrent) {
        var region = settings.trustRegion();
        double denominator = settings.offPolicy().kind() == OffPolicyKind.DECOUPLED
                ? o.tokens().get(t).proximal()
                : o.tokens().get(t).behaviour();
        double p = Math.exp(
                settings.weight().probability() == Probability.CURRENT
                        ? logCurrent
                        : o.tokens().get(t).behaviour());
        double scale = settings.weight().placement() == Placement.INSIDE ? weight(p) : 1;
        double r = scale * Math.exp(logCurrent - denominator);
        double dual = region.dualClip() == null ? Double.MAX_VALUE : region.dualClip();
        return Math.abs(r - 1 + region.clipLow()) < 1e-3
                || Math.abs(r - 1 - region.clipHigh()) < 1e-3
                || Math.abs(r - dual) < 1e-3;
    }
}
