package io.troupe.learner.objective;

import io.troupe.learner.objective.ObjectiveSettings.Placement;
import io.troupe.learner.objective.ObjectiveSettings.Probability;
import java.util.ArrayList;
import java.util.List;

/**
 * The loss straight from the formulas, in probabilities rather than logarithms, trajectory by trajectory, with nothing shared with the code under test.
 * What the formulas detach is computed from {@code frozen}, so that finite differences in {@code current} see what backpropagation sees.
 */
public final class ReferenceObjective {

    /** What is known of a token beside its current log-probability. */
    public record Token(
            double advantage,
            boolean selected,
            double proximal,
            double behaviour,
            double reference,
            double entropy,
            double softValue,
            double[] likeliestBefore,
            double[] likeliestNow) {}

    private final ObjectiveSettings settings;

    public ReferenceObjective(ObjectiveSettings settings) {
        this.settings = settings;
    }

    /**
     * The loss of a batch.
     *
     * @param batch {@code [trajectories][tokens]}
     * @param current log π_θ of the same
     * @param frozen log π_θ for what is detached
     */
    public double loss(List<List<Token>> batch, List<double[]> current, List<double[]> frozen) {
        var sums = new ArrayList<Double>();
        var lengths = new ArrayList<Integer>();
        for (int i = 0; i < batch.size(); i++) {
            double sum = 0;
            for (int t = 0; t < current.get(i).length; t++) {
                if (batch.get(i).get(t).selected()) {
                    sum += token(batch.get(i), t, current.get(i), frozen.get(i));
                }
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

    private double token(List<Token> o, int t, double[] logCurrent, double[] logFrozen) {
        Token token = o.get(t);
        double pi = Math.exp(logCurrent[t]);
        double piFrozen = Math.exp(logFrozen[t]);
        double w = weight(token, piFrozen);
        double rFrozen = ratio(o, t, logFrozen);
        double r = rFrozen * pi / piFrozen;
        boolean inside = settings.weight().placement() == Placement.INSIDE;
        double objective = inside
                ? surrogate(token, w * r, w * rFrozen, pi, piFrozen)
                : w * surrogate(token, r, rFrozen, pi, piFrozen);
        return -offPolicyWeight(o, t) * objective
                + settings.regulariser().klCoefficient() * divergence(o, t, logCurrent, w)
                - settings.regulariser().entropyCoefficient() * token.entropy();
    }

    private double ratio(List<Token> o, int t, double[] logNow) {
        if (settings.trustRegion().level() == TrustRegion.Level.TOKEN) {
            return Math.exp(logNow[t]) / denominator(o.get(t));
        }
        double product = 1;
        for (int i = 0; i < o.size(); i++) {
            product *= Math.exp(logNow[i]) / denominator(o.get(i));
        }
        return Math.pow(product, 1.0 / o.size());
    }

    private double denominator(Token token) {
        return Math.exp(settings.offPolicy().kind() == OffPolicy.Kind.DECOUPLED ? token.proximal() : token.behaviour());
    }

    private double offPolicyWeight(List<Token> o, int t) {
        var s = settings.offPolicy();
        if (s.kind() == OffPolicy.Kind.NONE) {
            return 1;
        }
        double b = 1;
        for (int i = 0; i < o.size(); i++) {
            if (i == t || s.level() == OffPolicy.Level.SEQUENCE) {
                b *= Math.exp(o.get(i).proximal()) / Math.exp(o.get(i).behaviour());
            }
        }
        double most = s.cap() == null ? Double.MAX_VALUE : s.cap();
        if (s.beyond() == OffPolicy.Beyond.TRUNCATE) {
            return b > most ? most : b;
        }
        double least = s.floor() == null ? 0 : s.floor();
        return b >= least && b <= most ? b : 0;
    }

    private double weight(Token token, double piFrozen) {
        boolean applies = switch (settings.weight().side()) {
            case ALL -> true;
            case POSITIVE -> token.advantage() > 0;
            case NEGATIVE -> token.advantage() < 0;
        };
        boolean byCurrent = settings.weight().probability() == Probability.CURRENT;
        return applies ? weight(byCurrent ? piFrozen : Math.exp(token.behaviour())) : 1;
    }

    private double divergence(List<Token> o, int t, double[] logCurrent, double w) {
        double rho = Math.exp(o.get(t).reference()) / Math.exp(logCurrent[t]);
        return switch (settings.regulariser().klForm()) {
            case K3 -> rho - Math.log(rho) - 1;
            case WEIGHTED_K3 -> w * rho - Math.log(w * rho) - 1;
            case K2 -> Math.pow(Math.log(rho), 2) / 2;
            case SEQUENCE_K2 -> {
                double sum = 0;
                for (int i = 0; i < o.size(); i++) {
                    sum += logCurrent[i] - o.get(i).reference();
                }
                yield sum * sum / (2 * o.size());
            }
        };
    }

    private double surrogate(Token token, double r, double rFrozen, double pi, double piFrozen) {
        var region = settings.trustRegion();
        double advantage = token.advantage();
        double low = 1 - region.clipLow();
        double high = 1 + region.clipHigh();
        double most = region.dualClip() == null ? Double.MAX_VALUE : region.dualClip();
        return switch (region.kind()) {
            case NONE -> r * advantage;
            case CLIP -> {
                double objective = Math.min(r * advantage, Math.min(Math.max(r, low), high) * advantage);
                yield advantage < 0 && region.dualClip() != null
                        ? Math.max(objective, region.dualClip() * advantage)
                        : objective;
            }
            case CLIPPED_WEIGHT -> Math.min(Math.max(rFrozen, low), high) * advantage * Math.log(pi);
            case FLIPPED_CLIP -> {
                if ((advantage > 0 && rFrozen > high) || (advantage < 0 && rFrozen < low)) {
                    yield 0;
                }
                double factor = advantage > 0 ? 1 / rFrozen : rFrozen;
                yield factor > most ? most * advantage * Math.log(pi) : factor * pi / piFrozen * advantage;
            }
            case DIVERGENCE_TV, DIVERGENCE_KL, DIVERGENCE_TOP_K_TV, DIVERGENCE_TOP_K_KL -> {
                double mu = Math.exp(token.behaviour());
                double moved = moved(token, mu, piFrozen);
                boolean gone = (advantage > 0 && moved > region.divergenceHigh() && piFrozen > mu)
                        || (advantage < 0 && moved > region.divergenceLow() && piFrozen < mu);
                double cap = region.ratioCap() == null ? Double.MAX_VALUE : region.ratioCap();
                yield gone ? 0 : Math.min(rFrozen, cap) * Math.log(pi) * advantage;
            }
            case LIKELIHOOD -> advantage * Math.log(pi);
            case SOFT_VALUE -> token.softValue();
        };
    }

    private double moved(Token token, double mu, double pi) {
        return switch (settings.trustRegion().kind()) {
            case DIVERGENCE_TV -> Math.abs(pi - mu);
            case DIVERGENCE_KL -> divergence(new double[] {mu, 1 - mu}, new double[] {pi, 1 - pi});
            case DIVERGENCE_TOP_K_TV -> {
                double sum = 0;
                for (int k = 0; k <= token.likeliestNow().length; k++) {
                    sum += Math.abs(buckets(token.likeliestBefore())[k] - buckets(token.likeliestNow())[k]);
                }
                yield sum / 2;
            }
            case DIVERGENCE_TOP_K_KL -> divergence(buckets(token.likeliestBefore()), buckets(token.likeliestNow()));
            default -> throw new AssertionError();
        };
    }

    private static double divergence(double[] mu, double[] pi) {
        double sum = 0;
        for (int k = 0; k < mu.length; k++) {
            sum += mu[k] * Math.log((mu[k] + 1e-8) / (pi[k] + 1e-8));
        }
        return sum;
    }

    /** The probabilities of the most likely tokens, and of all others together. */
    private static double[] buckets(double[] logarithms) {
        double[] buckets = new double[logarithms.length + 1];
        double rest = 1;
        for (int k = 0; k < logarithms.length; k++) {
            buckets[k] = Math.exp(logarithms[k]);
            rest -= buckets[k];
        }
        buckets[logarithms.length] = Math.max(0, rest);
        return buckets;
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
            case LINEAR -> s.alpha() * p + (1 - s.alpha());
            case NONE -> throw new AssertionError();
        };
        double clipped = raw < s.lower() ? s.lower() : raw > s.upper() ? s.upper() : raw;
        return s.reversed() ? s.lower() + s.upper() - clipped : clipped;
    }

    private static double sigma(double x) {
        return Math.exp(x) / (Math.exp(x) + 1);
    }

    /** Whether a token is so near a kink of the clip that a finite difference straddles it. The other regions are frozen where they are not smooth. */
    boolean nearKink(List<Token> o, int t, double[] logCurrent) {
        var region = settings.trustRegion();
        double inside =
                settings.weight().placement() == Placement.INSIDE ? weight(o.get(t), Math.exp(logCurrent[t])) : 1;
        double r = inside * ratio(o, t, logCurrent);
        double dual = region.dualClip() == null ? Double.MAX_VALUE : region.dualClip();
        double room = 1e-5;
        return region.kind() == TrustRegion.Kind.CLIP
                && (Math.abs(r - 1 + region.clipLow()) < room
                        || Math.abs(r - 1 - region.clipHigh()) < room
                        || Math.abs(r - dual) < room);
    }
}
