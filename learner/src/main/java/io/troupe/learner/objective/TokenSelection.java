package io.troupe.learner.objective;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The tokens of one trajectory that have a loss in a pass. Pure functions, safe for any thread. */
public sealed interface TokenSelection {

    /**
     * The selection that the settings describe.
     *
     * @param settings which one
     * @return the selection
     */
    static TokenSelection of(Selection settings) {
        return switch (settings.kind()) {
            case ALL -> new Everything();
            case TWO_PASSES -> new TwoPasses(settings.threshold(), settings.first() == Selection.First.IMPROBABLE);
            case SAMPLED -> new Sampled(settings.head(), settings.probability(), settings.limit());
            case WITH_ADVANTAGE -> new WithAdvantage();
        };
    }

    /**
     * The selected tokens.
     *
     * @param pass which pass over the batch, from 0
     * @param advantages of the trajectory's sampled tokens, {@code [tokens]}
     * @param behaviour log π_behav of the same, {@code [tokens]}
     * @param seed what random choices are made from: the same for all passes and epochs over a batch
     * @return {@code [tokens]}
     */
    boolean[] select(int pass, double[] advantages, double[] behaviour, long seed);

    /** Every token. */
    record Everything() implements TokenSelection {
        @Override
        public boolean[] select(int pass, double[] advantages, double[] behaviour, long seed) {
            var selected = new boolean[behaviour.length];
            Arrays.fill(selected, true);
            return selected;
        }
    }

    /**
     * Lopti (arXiv 2505.12929): π_behav &lt; η in one pass, the rest in the other.
     *
     * @param threshold η
     * @param improbableFirst the order
     */
    record TwoPasses(double threshold, boolean improbableFirst) implements TokenSelection {
        @Override
        public boolean[] select(int pass, double[] advantages, double[] behaviour, long seed) {
            boolean improbable = (pass == 0) == improbableFirst;
            var selected = new boolean[behaviour.length];
            for (int t = 0; t < selected.length; t++) {
                selected[t] = (Math.exp(behaviour[t]) < threshold) == improbable;
            }
            return selected;
        }
    }

    /**
     * S-GRPO (arXiv 2504.20834).
     *
     * @param head tokens that always count
     * @param probability of each further one
     * @param limit the most tokens of a trajectory
     */
    record Sampled(int head, double probability, @Nullable Integer limit) implements TokenSelection {
        @Override
        public boolean[] select(int pass, double[] advantages, double[] behaviour, long seed) {
            var random = new SplittableRandom(seed);
            var selected = new boolean[behaviour.length];
            int most = limit == null ? Integer.MAX_VALUE : limit;
            int count = 0;
            for (int t = 0; t < selected.length && count < most; t++) {
                selected[t] = t < head || random.nextDouble() < probability;
                count += selected[t] ? 1 : 0;
            }
            return selected;
        }
    }

    /** Â ≠ 0. */
    record WithAdvantage() implements TokenSelection {
        @Override
        public boolean[] select(int pass, double[] advantages, double[] behaviour, long seed) {
            var selected = new boolean[behaviour.length];
            for (int t = 0; t < selected.length; t++) {
                selected[t] = advantages[t] != 0;
            }
            return selected;
        }
    }
}
