package io.troupe.rollout;

import io.troupe.policy.Diffusion;
import io.troupe.policy.Diffusion.Order;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * A turn that a masked diffusion policy samples: the window behind what was said, block by block, each block over several passes. What is drawn is a function of the
 * seed and of the window alone. Not thread-safe.
 */
final class CoveredTurn {

    private final Diffusion diffusion;
    private final int[] tokens;
    private final int context;
    private final long seed;
    private final boolean[] covered;
    private final float[] logProbabilities;
    private final long[] versions;
    private int block;
    private int pass;

    /**
     * Covers a window.
     *
     * @param context what was said, at least one token
     * @param places of the window, at least one
     * @param seed of the sequence
     */
    CoveredTurn(Diffusion diffusion, int[] context, int places, long seed) {
        this.diffusion = diffusion;
        this.context = context.length;
        this.seed = Seeds.derive(seed, context.length);
        tokens = Arrays.copyOf(context, context.length + places);
        Arrays.fill(tokens, context.length, tokens.length, diffusion.maskToken());
        covered = new boolean[places];
        Arrays.fill(covered, true);
        logProbabilities = new float[places];
        versions = new long[places];
    }

    /** How many tokens the policy sees: what was said, and the window. */
    int length() {
        return tokens.length;
    }

    /** A token that the policy sees. */
    int token(int cell) {
        return tokens[cell];
    }

    /** Where a place of the window is among the tokens. */
    int cell(int place) {
        return context + place;
    }

    /** The covered places of the present block, from left to right. */
    int[] open() {
        return IntStream.range(blockBegin(), blockEnd())
                .filter(place -> covered[place])
                .toArray();
    }

    /** In [0, 1), for the token of a place in this pass. */
    double uniform(int place) {
        return Seeds.uniform(Seeds.derive(seed, pass), place);
    }

    /**
     * Uncovers as many places as this pass is to.
     *
     * @param open {@link #open}
     * @param sampled a token for each of them
     * @param logged its natural-log probability
     * @param version of the policy that sampled them
     * @return whether the block is uncovered now
     */
    boolean uncover(int[] open, int[] sampled, float[] logged, long version) {
        int passesLeft = Math.max(1, diffusion.steps() - pass % diffusion.steps());
        int count = (open.length + passesLeft - 1) / passesLeft;
        Comparator<Integer> first = diffusion.order() == Order.CONFIDENCE
                ? Comparator.comparingDouble(i -> -logged[i])
                : Comparator.comparingDouble(i -> Seeds.uniform(Seeds.derive(seed, -1), open[i]));
        IntStream.range(0, open.length).boxed().sorted(first).limit(count).forEach(i -> {
            int place = open[i];
            tokens[context + place] = sampled[i];
            covered[place] = false;
            logProbabilities[place] = logged[i];
            versions[place] = version;
        });
        pass++;
        return count == open.length;
    }

    /** The first place of the present block. */
    int blockBegin() {
        return block * diffusion.block();
    }

    /** Behind the last place of the present block. */
    int blockEnd() {
        return Math.min(covered.length, blockBegin() + diffusion.block());
    }

    /** Gives the token of an uncovered place to the sequence. */
    void tell(Sequence sequence, int place) {
        sequence.sampled(tokens[context + place], logProbabilities[place], versions[place]);
    }

    /** Goes on to the next block, and says whether there is one. */
    boolean advance() {
        boolean more = blockEnd() < covered.length;
        block++;
        pass = block * diffusion.steps();
        return more;
    }
}
