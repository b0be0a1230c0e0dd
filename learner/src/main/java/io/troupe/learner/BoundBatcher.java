package io.troupe.learner;

import io.troupe.learner.MicroBatcher.MicroBatch;
import io.troupe.learner.TrainingBatch.Item;
import java.util.ArrayList;
import java.util.List;

/**
 * Packs the masked copies that estimate the evidence lower bounds of trajectories. All copies of a trajectory are in one micro-batch, for its loss is a function of
 * their sum. Deterministic. Immutable, safe for any thread.
 *
 * @param maxCells the most cells of a micro-batch, padding included; a single trajectory may exceed it
 */
record BoundBatcher(EvidenceBound bound, int maxCells) {

    /** A masked copy, and where the places of its turn begin among the tokens of its trajectory. */
    private record View(ScoredSequence sequence, int offset) {}

    /**
     * Packs.
     *
     * @param seed of the masks: the same seed, the same masks of the same trajectory, whatever is packed beside it
     */
    List<MicroBatch> pack(List<Item> items, long seed) {
        List<List<View>> views = items.stream().map(item -> views(item, seed)).toList();
        var batches = new ArrayList<MicroBatch>();
        int from = 0;
        while (from < items.size()) {
            int to = from;
            int width = 0;
            int rows = 0;
            while (to < items.size()) {
                int wider = Math.max(width, width(views.get(to)));
                if (to > from && (long) (rows + views.get(to).size()) * wider > maxCells) {
                    break;
                }
                width = wider;
                rows += views.get(to++).size();
            }
            batches.add(pack(items, views, from, to));
            from = to;
        }
        return batches;
    }

    private List<View> views(Item item, long seed) {
        var views = new ArrayList<View>();
        long own = StepPlan.mixed(
                StepPlan.mixed(seed, item.id().group()), item.id().trajectory());
        int offset = 0;
        for (int turn = 0; turn < item.turns().size(); turn++) {
            ScoredSequence window = item.turns().get(turn);
            for (ScoredSequence view : bound.views(window, StepPlan.mixed(own, turn))) {
                views.add(new View(view, offset));
            }
            offset += window.rest().length;
        }
        return views;
    }

    private static int width(List<View> views) {
        return views.stream().mapToInt(view -> view.sequence().length()).max().orElse(0);
    }

    private static MicroBatch pack(List<Item> items, List<List<View>> all, int from, int to) {
        var views = new ArrayList<View>();
        var offsets = new ArrayList<Integer>();
        var sequences = new int[to - from];
        int tokens = 0;
        for (int i = from; i < to; i++) {
            for (View view : all.get(i)) {
                views.add(view);
                offsets.add(tokens + view.offset());
            }
            tokens += items.get(i).behaviour().length;
            sequences[i - from] = i;
        }
        MicroBatch packed = new MicroBatcher(0, Integer.MAX_VALUE)
                .pack(views.stream().map(View::sequence).toList())
                .get(0);
        var places = new int[packed.rows().scored()];
        var weights = new double[places.length];
        int score = 0;
        for (int v : packed.sequences()) {
            ScoredSequence view = views.get(v).sequence();
            for (int place = 0; place < view.rest().length; place++) {
                if (view.scored()[place]) {
                    places[score] = offsets.get(v) + place;
                    weights[score++] = view.weight();
                }
            }
        }
        return new MicroBatch(packed.rows(), sequences, new Fold(tokens, places, weights));
    }
}
