package io.troupe.learner;

import io.troupe.learner.TrainingBatch.Item;
import io.troupe.learner.objective.Normalizer;
import io.troupe.learner.objective.TokenSelection;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What one optimiser step is made of.
 *
 * @param items which items of the batch go through the policy
 * @param selected which of their sampled tokens have a loss
 * @param whole what the aggregation counts; null if no token has a loss
 */
record StepPlan(
        List<Integer> items,
        List<boolean[]> selected,
        @Nullable Normalizer whole) {

    /**
     * Which part of an update a step is.
     *
     * @param pass over the batch, from 0
     * @param part of the batch, from 0
     * @param parts into how many the batch is cut, by groups
     * @param groups of the batch
     */
    record Place(int pass, int part, int parts, int groups) {

        boolean has(Item item) {
            return (long) item.group() * parts / groups == part;
        }
    }

    /**
     * Chooses the trajectories of a step.
     *
     * @param all whether trajectories that teach nothing by their advantages must be computed too: they have a penalty or a bonus
     * @param seed of this update
     */
    static StepPlan of(TrainingBatch batch, TokenSelection selection, Place place, boolean all, long seed) {
        var items = new ArrayList<Integer>();
        var selections = new ArrayList<boolean[]>();
        long tokens = 0;
        long trajectories = 0;
        boolean any = false;
        for (int i = 0; i < batch.items().size(); i++) {
            Item item = batch.items().get(i);
            if (!place.has(item)) {
                continue;
            }
            tokens += item.behaviour().length;
            trajectories++;
            long own = mixed(mixed(seed, item.id().group()), item.id().trajectory());
            boolean[] selected = selection.select(place.pass(), item.advantages(), item.behaviour(), own);
            boolean some = isAny(selected);
            any |= some;
            if (some && (all || item.teaches(selected))) {
                items.add(i);
                selections.add(selected);
            }
        }
        return new StepPlan(items, selections, any ? new Normalizer(tokens, trajectories) : null);
    }

    /** The seed of an update: it has its own in every run. */
    static long seedOf(long run, long version) {
        return mixed(new SplittableRandom(run).nextLong(), version);
    }

    static long mixed(long seed, long number) {
        return new SplittableRandom(seed ^ number).nextLong();
    }

    /** The selections of some of its items, one after the other. */
    boolean[] selectedOf(int[] places) {
        int length = 0;
        for (int place : places) {
            length += selected.get(place).length;
        }
        var joined = new boolean[length];
        int offset = 0;
        for (int place : places) {
            boolean[] part = selected.get(place);
            System.arraycopy(part, 0, joined, offset, part.length);
            offset += part.length;
        }
        return joined;
    }

    private static boolean isAny(boolean[] flags) {
        for (boolean flag : flags) {
            if (flag) {
                return true;
            }
        }
        return false;
    }
}
