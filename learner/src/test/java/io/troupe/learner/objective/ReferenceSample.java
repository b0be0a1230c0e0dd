package io.troupe.learner.objective;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/** A random batch in the shapes of the reference and of the code under test. */
record ReferenceSample(List<List<ReferenceObjective.Token>> trajectories, List<double[]> current) {

    /** Trajectories with one advantage each. */
    static ReferenceSample draw(SplittableRandom random, int... lengths) {
        return draw(random, false, lengths);
    }

    /** Trajectories whose tokens have advantages of their own, some of them 0, and of which some have no loss. */
    static ReferenceSample drawByToken(SplittableRandom random, int... lengths) {
        return draw(random, true, lengths);
    }

    private static ReferenceSample draw(SplittableRandom random, boolean byToken, int... lengths) {
        var trajectories = new ArrayList<List<ReferenceObjective.Token>>();
        var current = new ArrayList<double[]>();
        for (int length : lengths) {
            double[] now = new double[length];
            double shared = 4 * random.nextDouble() - 2;
            var tokens = new ArrayList<ReferenceObjective.Token>();
            for (int t = 0; t < length; t++) {
                now[t] = -0.02 - 3 * random.nextDouble() * random.nextDouble();
                double proximal = Math.min(-1e-3, now[t] + 0.8 * (random.nextDouble() - 0.5));
                double behaviour = Math.min(-1e-3, proximal + 1.2 * (random.nextDouble() - 0.5));
                double reference = now[t] + 2 * (random.nextDouble() - 0.5);
                double own = random.nextInt(4) == 0 ? 0 : 4 * random.nextDouble() - 2;
                tokens.add(new ReferenceObjective.Token(
                        byToken ? own : shared,
                        !byToken || random.nextInt(3) > 0,
                        proximal,
                        behaviour,
                        reference,
                        3 * random.nextDouble(),
                        2 * random.nextDouble() - 1,
                        likeliest(random),
                        likeliest(random)));
            }
            current.add(now);
            trajectories.add(tokens);
        }
        return new ReferenceSample(trajectories, current);
    }

    /** Three log-probabilities that leave something for the rest. */
    private static double[] likeliest(SplittableRandom random) {
        return random.doubles(3, -3, -1.2).toArray();
    }

    List<double[]> nudged(int trajectory, int token, double step) {
        var nudged = new ArrayList<>(current);
        double[] copy = current.get(trajectory).clone();
        copy[token] += step;
        nudged.set(trajectory, copy);
        return nudged;
    }

    TokenBatch batch() {
        return part(0, trajectories.size());
    }

    TokenBatch part(int from, int to) {
        int[] offsets = new int[to - from + 1];
        var now = new ArrayList<Double>();
        var tokens = new ArrayList<ReferenceObjective.Token>();
        for (int i = from; i < to; i++) {
            offsets[i - from + 1] = offsets[i - from] + trajectories.get(i).size();
            for (double value : current.get(i)) {
                now.add(value);
            }
            tokens.addAll(trajectories.get(i));
        }
        var selected = new boolean[tokens.size()];
        for (int t = 0; t < selected.length; t++) {
            selected[t] = tokens.get(t).selected();
        }
        return TokenBatch.builder(offsets)
                .tokenAdvantages(column(tokens, ReferenceObjective.Token::advantage))
                .selected(selected)
                .current(now.stream().mapToDouble(x -> x).toArray())
                .proximal(column(tokens, ReferenceObjective.Token::proximal))
                .behaviour(column(tokens, ReferenceObjective.Token::behaviour))
                .reference(column(tokens, ReferenceObjective.Token::reference))
                .entropy(column(tokens, ReferenceObjective.Token::entropy))
                .softValues(column(tokens, ReferenceObjective.Token::softValue))
                .likeliest(
                        tokens.stream()
                                .map(ReferenceObjective.Token::likeliestBefore)
                                .toArray(double[][]::new),
                        tokens.stream()
                                .map(ReferenceObjective.Token::likeliestNow)
                                .toArray(double[][]::new))
                .build();
    }

    private static double[] column(
            List<ReferenceObjective.Token> tokens, ToDoubleFunction<ReferenceObjective.Token> value) {
        return tokens.stream().mapToDouble(value).toArray();
    }
}
