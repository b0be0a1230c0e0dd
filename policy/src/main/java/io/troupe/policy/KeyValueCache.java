package io.troupe.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * The keys and values of the tokens that a decoder has seen: for each layer two arrays {@code [slots + 1, length, kvHeads, headSize]}.
 *
 * <p>A slot holds one sequence. The last slot is scratch: it takes what rows of unequal length are padded with. Which part of a slot is
 * meaningful is the caller's knowledge; positions beyond it are never attended to. Not thread-safe; freed by {@link #close()}.
 */
public final class KeyValueCache implements AutoCloseable {

    private static final int SPAN_STEP = 16;

    private final NDManager manager;
    private final NDList arrays = new NDList();
    private final NDList spans = new NDList();
    private final int slots;
    private final int length;

    KeyValueCache(ModelConfig config, Computation numbers, NDManager parent, int slots, int length) {
        this.slots = slots;
        this.length = length;
        manager = parent.newSubManager();
        var shape = new Shape(slots + 1, length, config.keyValueHeads(), config.headSize());
        try (TorchScript copier = Weights.copier(manager)) {
            for (String name : new String[] {"kc[]", "vc[]"}) {
                for (int layer = 0; layer < config.layers(); layer++) {
                    NDArray array = zeros(shape, numbers, copier);
                    array.setName(name);
                    arrays.add(array);
                }
            }
        }
        for (int span = SPAN_STEP; span - SPAN_STEP < length; span += SPAN_STEP) {
            spans.add(manager.arange(0, Math.min(span, length), 1, DataType.INT64));
        }
    }

    private NDArray zeros(Shape shape, Computation numbers, TorchScript copier) {
        NDArray single = manager.zeros(shape, DataType.FLOAT32);
        if (numbers == Computation.FLOAT32) {
            return single;
        }
        try (single) {
            return Weights.rounded(single, manager, copier);
        }
    }

    /** How many sequences it holds. */
    public int slots() {
        return slots;
    }

    /** How many tokens a sequence may have. */
    public int length() {
        return length;
    }

    NDList list() {
        return arrays;
    }

    /** The key positions 0, 1, … that reach at least {@code span}: rounded up, so that few shapes occur. */
    NDArray keys(int span) {
        return spans.get((span - 1) / SPAN_STEP);
    }

    long cell(int slot, int position) {
        if (slot < 0 || slot >= slots || position < 0 || position >= length) {
            throw new IndexOutOfBoundsException("slot " + slot + " position " + position + " is outside a cache of "
                    + slots + " slots of " + length + " tokens");
        }
        return (long) slot * length + position;
    }

    long scratch(int column) {
        return (long) slots * length + column % length;
    }

    @Override
    public void close() {
        manager.close();
    }
}
