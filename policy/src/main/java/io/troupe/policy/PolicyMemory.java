package io.troupe.policy;

import java.util.List;
import java.util.function.ToLongFunction;

/**
 * How much memory the arrays of a policy's computation take, in bytes. For whoever reckons up a role; nothing is allocated. Immutable.
 *
 * <p>A pass keeps, of each layer, what its gradients need. That is counted operation by operation as {@link DecoderProgram} writes them; the factors say of
 * how many arrays of which width.
 */
public final class PolicyMemory {

    /** Arrays {@code [rows, vocabulary]} in single precision at the height of scoring with gradients: logits, log-probabilities, entropies and theirs. */
    private static final int RECORDED_LOGITS = 7;

    /** The same without gradients. */
    private static final int SCORED_LOGITS = 4;

    /** The same with soft values: of the policy, the reference and the critic, their products, and gradients. */
    private static final int SOFT_LOGITS = 18;

    /** Bytes for each logit while a token is sampled: log-probabilities, then probabilities, their sums and comparisons in double precision. */
    private static final int SAMPLED_LOGIT = 48;

    private final ModelConfig config;
    private final WeightLayout layout;
    private final Arithmetic arithmetic;

    private PolicyMemory(ModelConfig config, WeightLayout layout, Arithmetic arithmetic) {
        this.config = config;
        this.layout = layout;
        this.arithmetic = arithmetic;
    }

    /** Of a policy, with the adapters that it has, computed as it is. */
    public static PolicyMemory of(Policy policy) {
        return new PolicyMemory(
                policy.config(), new WeightLayout(policy.config(), policy.lora().orElse(null)), policy.arithmetic());
    }

    /** The weights of {@link Policy#loadWeights}, without gradients. */
    public long weights(boolean trainable) {
        return sum(layout.tensors(), tensor -> {
            boolean single = layout.staysSingle(tensor) || (trainable && layout.trains(tensor));
            return Math.multiplyExact(tensor.elements(), single ? Float.BYTES : numberWidth());
        });
    }

    /** How many numbers train. */
    public long trainedNumbers() {
        return sum(layout.tensors(), tensor -> layout.trains(tensor) ? tensor.elements() : 0);
    }

    /** The matrices that train, rounded for a pass, and their gradients before they are widened; nothing in single precision. */
    public long roundedCopies(boolean checkpointing) {
        if (!arithmetic.isBrain()) {
            return 0;
        }
        long all = sum(
                layout.tensors(),
                tensor -> layout.trains(tensor) && tensor.shape().length > 1 ? tensor.elements() * numberWidth() : 0);
        return checkpointing ? 2 * all / config.layers() : all + all / config.layers();
    }

    /** The largest tensor, as it is read, converted and written. */
    public long largestTensor() {
        return layout.tensors().stream().mapToLong(TensorShape::elements).max().orElse(0) * Float.BYTES;
    }

    /** A {@link KeyValueCache}. */
    public long cache(int slots, int length) {
        long cells = Math.multiplyExact(slots + 1L, Math.min(length, config.maxPositions()));
        return times(cells, 2L * config.layers() * keys() * numberWidth());
    }

    /** One {@link Decoder#decode} of as many rows, or {@link Decoder#extend} of as many cells, whichever takes more. */
    public long sampling(int rows, int cells, int length) {
        long sampled = times(rows, (long) SAMPLED_LOGIT * config.vocabularySize());
        long span = Math.min(length, config.maxPositions());
        long scores = times(rows, span * config.heads() * attentionWidth());
        long filled = times(cells, widthInFlight() + span * (1 + attentionWidth()));
        return Math.max(MemoryEstimate.sum(sampled, scores), filled);
    }

    /**
     * One {@link Decoder#record} and its way back.
     *
     * @param cells of the packed rows
     * @param width of a row
     * @param scored how many tokens are scored
     */
    public long recorded(int cells, int width, int scored, ScoringMemory memory) {
        long layer = times(cells, layerKeeps() + (long) width * attentionWidth());
        long input = times(cells, (long) config.hiddenSize() * Float.BYTES);
        long layers = memory.checkpointing()
                ? MemoryEstimate.sum(times(config.layers() + 1L, input), 2 * layer)
                : MemoryEstimate.sum(times(config.layers(), layer), layer / 2);
        return MemoryEstimate.sum(layers, logits(scored, memory, RECORDED_LOGITS));
    }

    /** One {@link Decoder#score} without gradients. */
    public long scored(int cells, int width, int scored, ScoringMemory memory) {
        long pass = times(cells, widthInFlight() + (long) width * (1 + attentionWidth()));
        return MemoryEstimate.sum(pass, logits(scored, memory, SCORED_LOGITS));
    }

    /** One {@link Decoder#softScore} and its way back; the critic on the device is counted, the reference policy is not. */
    public long softScored(int cells, int width, int scored) {
        long policy = recorded(cells, width, 0, ScoringMemory.DEFAULT);
        long reference = times(cells, widthInFlight() + (long) width * (1 + attentionWidth()));
        long critic = times(2L * (config.vocabularySize() + 1L), (long) config.hiddenSize() * Float.BYTES);
        var part = new ScoringMemory(SoftScore.PART_LOGITS, false);
        return MemoryEstimate.sum(
                MemoryEstimate.sum(policy, reference), MemoryEstimate.sum(critic, logits(scored, part, SOFT_LOGITS)));
    }

    private long logits(int scored, ScoringMemory memory, int arrays) {
        long vocabulary = config.vocabularySize();
        long rows = Math.max(1, Math.min(scored, memory.logits() / vocabulary));
        return times(rows, vocabulary * Float.BYTES * arrays);
    }

    /** Bytes that a layer keeps of each cell for its gradients. */
    private long layerKeeps() {
        long wide = 4L * config.hiddenSize() * Float.BYTES; // the residual stream and its normalised form, twice
        long narrow = 2L * config.hiddenSize() * numberWidth(); // what goes into the projections
        // queries and keys before, during and after the rotation, values, and what attention gives, as it lies and as
        // it is reshaped
        long attention = (3L * (queries() + keys()) + keys() + 2L * queries()) * numberWidth();
        long norms = config.architecture().queryKeyNorm() ? 2L * (queries() + keys()) * Float.BYTES : 0;
        long sandwich = config.architecture().sandwichNorms() ? 4L * config.hiddenSize() * Float.BYTES : 0;
        long feed = feedArrays() * config.intermediateSize();
        LoraSettings lora = layout.lora();
        long adapters =
                lora == null ? 0 : (2L * lora.rank() * lora.targets().size() + config.hiddenSize()) * numberWidth();
        return wide + narrow + attention + norms + sandwich + feed + adapters;
    }

    /** Bytes of the feed-forward layer's inner width that are kept of each cell: the gate before and after its activation, the other branch, the product. */
    private long feedArrays() {
        long activation =
                config.architecture().activation() == Architecture.Activation.GELU_TANH ? 7L * Float.BYTES : 0;
        return 4L * numberWidth() + activation;
    }

    /** Bytes of each cell that exist at once in a pass without gradients. */
    private long widthInFlight() {
        return 3L * config.hiddenSize() * Float.BYTES
                + (3L * queries() + 3L * keys()) * Float.BYTES
                + 3L * config.intermediateSize() * Float.BYTES;
    }

    private long queries() {
        return (long) config.heads() * config.headSize();
    }

    private long keys() {
        return (long) config.keyValueHeads() * config.headSize();
    }

    private int numberWidth() {
        return arithmetic.numbers().width();
    }

    private int attentionWidth() {
        return arithmetic.attention() == Attention.EXACT ? 3 * config.heads() * Double.BYTES : numberWidth();
    }

    private static long sum(List<TensorShape> tensors, ToLongFunction<TensorShape> bytes) {
        return tensors.stream().mapToLong(bytes).reduce(0, MemoryEstimate::sum);
    }

    private static long times(long a, long b) {
        long high = Math.multiplyHigh(a, b);
        return high != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
    }
}
