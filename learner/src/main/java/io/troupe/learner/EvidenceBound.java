package io.troupe.learner;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Estimates how likely a masked diffusion policy is to say something, by the evidence lower bound over the order in which places are uncovered. Of a window of n places a
 * number k of 0..n is drawn, then k of the places, M; what the policy gives for these, seeing all the others, is
 *
 * <pre>
 *   (n + 1)/k · Σ over M of log π(o_i | the rest of the window, and what was said before)
 * </pre>
 *
 * whose mean is the bound itself: the sum over k of 1..n of the mean of log π(o_i | …) over all M of k places and all i in them. Coupled, the places that are not in M are
 * masked next, and half of each counts. ESPO, arXiv 2512.03759, and its authors' code. Immutable, safe for any thread.
 *
 * @param maskToken stands in the masked places
 * @param draws how often k and M are drawn, at least 1
 * @param coupled whether M is followed by its complement
 */
record EvidenceBound(int maskToken, int draws, boolean coupled) {

    /**
     * What is to be scored: the sum over all of it, each scored token times its sequence's weight, estimates the bound.
     *
     * @param turn context as prefix, the window as rest
     * @param seed decides what is masked, with nothing else
     */
    List<ScoredSequence> views(ScoredSequence turn, long seed) {
        var random = new SplittableRandom(seed);
        var views = new ArrayList<ScoredSequence>();
        int places = turn.rest().length;
        for (int draw = 0; draw < draws; draw++) {
            int count = random.nextInt(places + 1);
            boolean[] masked = anyOf(count, places, random);
            view(turn, masked, count, views);
            if (coupled) {
                for (int i = 0; i < places; i++) {
                    masked[i] = !masked[i];
                }
                view(turn, masked, places - count, views);
            }
        }
        return views;
    }

    /**
     * One masked copy to learn from: at least one place is masked, and the mean of the scored tokens' sum times the weight is the bound too.
     *
     * @param turn context as prefix, the window as rest
     */
    ScoredSequence lesson(ScoredSequence turn, SplittableRandom random) {
        int places = turn.rest().length;
        int count = 1 + random.nextInt(places);
        return turn.masked(anyOf(count, places, random), maskToken, (double) places / count);
    }

    private void view(ScoredSequence turn, boolean[] masked, int count, List<ScoredSequence> views) {
        if (count > 0) {
            double weight = (turn.rest().length + 1.0) / count / (coupled ? 2 * draws : draws);
            views.add(turn.masked(masked.clone(), maskToken, weight));
        }
    }

    private static boolean[] anyOf(int count, int places, SplittableRandom random) {
        var order = new int[places];
        for (int i = 0; i < places; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        var chosen = new boolean[places];
        Arrays.stream(order, 0, count).forEach(place -> chosen[place] = true);
        return chosen;
    }
}
