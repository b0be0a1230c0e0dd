package io.troupe.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs a decoder of one shape: scores packed sequences, fills a {@link KeyValueCache}, samples from it.
 *
 * <p>The weights are an argument of every call, so one decoder serves any version of a policy. Not thread-safe: a thread that samples and
 * one that trains each have their own. {@link #close()} frees the native program and the rotary tables.
 */
public final class Decoder implements AutoCloseable {

    private final ModelConfig config;
    private final NDManager manager;
    private final Arithmetic arithmetic;
    private final Map<Optional<LoraSettings>, TorchScript> programs = new LinkedHashMap<>();
    private final int maxLength;
    private final NDArray cosines;
    private final NDArray sines;

    /**
     * Loads the program.
     *
     * @param config the shape
     * @param parent decides the device; the decoder frees what it took when it is closed
     * @param maxLength the longest sequence it will see, at most {@code config.maxPositions()}
     * @param arithmetic how it is computed; weights in bfloat16 need a decoder that computes in it
     */
    public Decoder(ModelConfig config, NDManager parent, int maxLength, Arithmetic arithmetic) {
        if (maxLength < 1 || maxLength > config.maxPositions()) {
            throw new IllegalArgumentException("sequences of " + maxLength
                    + " tokens do not fit a policy that has positions for " + config.maxPositions());
        }
        this.config = config;
        this.maxLength = maxLength;
        manager = parent.newSubManager();
        this.arithmetic = arithmetic;
        program(WeightLayout.of(config)); // what libtorch does not accept is found here
        cosines = rotary(true);
        sines = rotary(false);
    }

    /** A decoder with {@link Arithmetic#SINGLE}. */
    public Decoder(ModelConfig config, NDManager parent, int maxLength) {
        this(config, parent, maxLength, Arithmetic.SINGLE);
    }

    /** The shape that this decoder runs. */
    public ModelConfig config() {
        return config;
    }

    /** The longest sequence that this decoder takes, in tokens. */
    public int maxLength() {
        return maxLength;
    }

    /**
     * Scores tokens.
     *
     * @param scope owns the result
     * @param weights the policy's weights
     * @param rows what to score
     * @param temperature divides the logits
     * @param recorded whether {@link TorchScript#backward} will be called on the result
     * @return {@code [2, scored]}: natural-log probabilities at the temperature, then the entropies (nats) of the distributions
     */
    public NDArray score(NDManager scope, Weights weights, PackedRows rows, double temperature, boolean recorded) {
        long cells = (long) rows.scored() * config.vocabularySize();
        if (!recorded && cells > ScoringMemory.DEFAULT.logits()) {
            requireFitting(rows);
            try (NDManager pieces = scope.newSubManager()) {
                var score = new PiecewiseScore(this, pieces, weights, rows, temperature, ScoringMemory.DEFAULT, false);
                return scope.create(score.values(), new Shape(2, rows.scored()));
            }
        }
        return score(scope, weights, weights.list(), rows, temperature, recorded);
    }

    /**
     * Scores tokens so that gradients can be sent back, within bounds on memory.
     *
     * @param scope owns what is computed
     * @param weights the policy's weights; those that require gradients will get them
     * @param rows what to score
     * @param temperature divides the logits
     * @param memory what may be kept
     */
    public RecordedScore record(
            NDManager scope, Weights weights, PackedRows rows, double temperature, ScoringMemory memory) {
        requireFitting(rows);
        long cells = (long) rows.scored() * config.vocabularySize();
        return memory.checkpointing() || cells > memory.logits()
                ? new PiecewiseScore(this, scope, weights, rows, temperature, memory, true)
                : new WholeScore(scope, score(scope, weights, rows, temperature, true));
    }

    /**
     * Looks at all that is predicted where tokens are scored.
     *
     * @param scope owns what is computed
     * @param weights the policy's weights
     * @param rows whose {@code targets} do not matter
     * @param temperature divides the logits
     */
    public NextTokens nextTokens(NDManager scope, Weights weights, PackedRows rows, double temperature) {
        requireFitting(rows);
        return new NextTokens(this, scope, weights, rows, temperature);
    }

    /**
     * Scores tokens and what the states are worth in which they were sampled.
     *
     * @param scope owns what is computed
     * @param weights the policy's weights; those that require gradients will get them
     * @param anchor reference policy and critic
     * @param rows what to score
     * @param temperature divides the logits of both policies
     * @param recorded whether gradients will be sent back
     */
    public SoftScore softScore(
            NDManager scope,
            Weights weights,
            SoftScore.Anchor anchor,
            PackedRows rows,
            double temperature,
            boolean recorded) {
        requireFitting(rows);
        return new SoftScore(this, scope, weights, anchor, rows, temperature, recorded);
    }

    /** The program that takes weights so laid out. */
    TorchScript program(WeightLayout layout) {
        return programs.computeIfAbsent(
                Optional.ofNullable(layout.lora()),
                lora -> new TorchScript(DecoderProgram.source(layout, arithmetic), manager));
    }

    NDArray cosines() {
        return cosines;
    }

    NDArray sines() {
        return sines;
    }

    private void requireFitting(PackedRows rows) {
        if (rows.width() > 0 && longest(rows) >= maxLength) {
            throw new IllegalArgumentException(
                    "a sequence of " + (longest(rows) + 1) + " tokens is longer than the limit of " + maxLength);
        }
    }

    /** The same with other arrays in the places of the weights'. */
    NDArray score(
            NDManager scope, Weights like, NDList weights, PackedRows rows, double temperature, boolean recorded) {
        TorchScript program = program(like.layout());
        requireFitting(rows);
        var shape = new Shape(rows.rows(), rows.width());
        var arguments = new NDList(
                scope.create(rows.tokens(), shape),
                scope.create(rows.positions(), shape),
                scope.create(rows.branches(), shape),
                scope.create(rows.sources()),
                scope.create(rows.targets()),
                scope.create((float) temperature),
                cosines,
                sines);
        arguments.addAll(weights);
        NDList result =
                recorded ? program.runRecorded(scope, "forward", arguments) : program.run(scope, "forward", arguments);
        return result.singletonOrThrow();
    }

    /** A cache for this decoder's keys and values; owned by the caller. */
    public KeyValueCache newCache(int slots) {
        if (config.diffusion() != null) {
            throw new IllegalArgumentException("keys and values of a masked diffusion policy change with every token");
        }
        return new KeyValueCache(config, arithmetic.numbers(), manager, slots, maxLength);
    }

    /**
     * Writes the keys and values of given tokens into the cache.
     *
     * @param tokens {@code [rows][length]} token ids; rows may differ in length
     * @param slots {@code [rows]} the cache slot of each row
     * @param starts {@code [rows]} the position of each row's first token
     */
    public void extend(KeyValueCache cache, Weights weights, int[][] tokens, int[] slots, int[] starts) {
        int width = 0;
        int span = 0;
        for (int row = 0; row < tokens.length; row++) {
            width = Math.max(width, tokens[row].length);
            span = Math.max(span, starts[row] + tokens[row].length);
        }
        if (width == 0) {
            return;
        }
        int cells = tokens.length * width;
        var ids = new long[cells];
        var positions = new long[cells];
        var flat = new long[cells];
        for (int row = 0; row < tokens.length; row++) {
            for (int column = 0; column < width; column++) {
                int cell = row * width + column;
                boolean filled = column < tokens[row].length;
                ids[cell] = filled ? tokens[row][column] : 0;
                positions[cell] = filled ? starts[row] + column : 0;
                flat[cell] = filled ? cache.cell(slots[row], starts[row] + column) : cache.scratch(column);
            }
        }
        var shape = new Shape(tokens.length, width);
        try (NDManager scope = manager.newSubManager()) {
            var arguments = new NDList(
                    scope.create(ids, shape),
                    scope.create(positions, shape),
                    scope.create(flat),
                    scope.create(toLongs(slots)),
                    cache.keys(span),
                    cosines,
                    sines);
            arguments.addAll(cache.list());
            arguments.addAll(weights.list());
            program(weights.layout()).run(scope, "extend", arguments);
        }
    }

    /**
     * Copies the first {@code length} positions of one slot to others.
     *
     * @param from {@code [n]} the slots to copy
     * @param to {@code [n]} where to, all different and none of them copied from in the same call
     */
    public void copy(KeyValueCache cache, int[] from, int[] to, int length) {
        if (length == 0 || from.length == 0) {
            return;
        }
        try (NDManager scope = manager.newSubManager()) {
            var arguments = new NDList(scope.create(toLongs(from)), scope.create(toLongs(to)), cache.keys(length));
            arguments.addAll(cache.list());
            program(WeightLayout.of(config)).run(scope, "copy", arguments);
        }
    }

    /**
     * Feeds one token to each of the slots 0, 1, … and samples the next.
     *
     * @param step what to feed and how to sample; {@code step.rows()} slots take part
     * @return the sampled tokens and their log-probabilities
     */
    public Sampled decode(KeyValueCache cache, Weights weights, DecodeStep step) {
        int rows = step.rows();
        var flat = new long[rows];
        var tokens = new long[rows];
        var positions = new long[rows];
        int span = 0;
        for (int row = 0; row < rows; row++) {
            tokens[row] = step.tokens()[row];
            positions[row] = step.positions()[row];
            flat[row] = cache.cell(row, step.positions()[row]);
            span = Math.max(span, step.positions()[row] + 1);
        }
        try (NDManager scope = manager.newSubManager()) {
            var arguments = new NDList(
                    scope.create(tokens),
                    scope.create(positions),
                    scope.create(flat),
                    cache.keys(span),
                    scope.create(step.temperatures()),
                    scope.create(step.uniforms()));
            if (step.truncates()) {
                arguments.add(scope.create(step.topP()));
                arguments.add(scope.create(step.topK()));
            }
            arguments.add(cosines);
            arguments.add(sines);
            arguments.addAll(cache.list());
            arguments.addAll(weights.list());
            String method = step.truncates() ? "decode_truncated" : "decode";
            double[] both = program(weights.layout())
                    .run(scope, method, arguments)
                    .singletonOrThrow()
                    .toDoubleArray();
            var sampled = new Sampled(new int[rows], new float[rows]);
            for (int row = 0; row < rows; row++) {
                sampled.tokens()[row] = (int) both[row];
                sampled.logProbabilities()[row] = (float) both[rows + row];
            }
            return sampled;
        }
    }

    @Override
    public void close() {
        programs.values().forEach(TorchScript::close);
        manager.close();
    }

    /**
     * What {@link #decode} feeds and how it samples, one entry a slot.
     *
     * @param tokens the token to feed
     * @param positions its position
     * @param temperatures the softmax temperatures, positive
     * @param uniforms in [0, 1): decide the sampled token by inverting the cumulative distribution
     * @param topP nucleus bounds in (0, 1], 1 keeps all
     * @param topK how many tokens to keep; {@link Long#MAX_VALUE} keeps all
     */
    public record DecodeStep(
            int[] tokens, int[] positions, float[] temperatures, double[] uniforms, double[] topP, long[] topK) {

        /** How many slots take part. */
        public int rows() {
            return tokens.length;
        }

        boolean truncates() {
            for (int row = 0; row < tokens.length; row++) {
                if (topP[row] < 1 || topK[row] != Long.MAX_VALUE) {
                    return true;
                }
            }
            return false;
        }
    }

    /**
     * What was sampled.
     *
     * @param tokens the tokens
     * @param logProbabilities their natural-log probabilities at the temperature, before any truncation by top-p or top-k
     */
    public record Sampled(int[] tokens, float[] logProbabilities) {}

    private static long longest(PackedRows rows) {
        long longest = 0;
        for (long position : rows.positions()) {
            longest = Math.max(longest, position);
        }
        return longest;
    }

    private static long[] toLongs(int[] values) {
        var longs = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            longs[i] = values[i];
        }
        return longs;
    }

    /**
     * Rotary tables in single precision, halves repeated: {@code [maxLength, headSize]}, or where layers differ {@code [maxLength, 2 * headSize]}, those
     * of the sliding layers behind those of the others.
     */
    private NDArray rotary(boolean cosine) {
        int size = config.headSize();
        Architecture architecture = config.architecture();
        List<Rope> ropes = DecoderProgram.hasTwoRopes(architecture)
                ? List.of(architecture.rope(), architecture.slidingRope())
                : List.of(architecture.allSlide() ? architecture.slidingRope() : architecture.rope());
        int width = size * ropes.size();
        var table = new float[maxLength * width];
        for (int part = 0; part < ropes.size(); part++) {
            float[] frequencies = ropes.get(part).frequencies(size);
            float factor = (float) ropes.get(part).attentionFactor();
            for (int position = 0; position < maxLength; position++) {
                int row = position * width + part * size;
                for (int i = 0; i < size / 2; i++) {
                    double angle = position * frequencies[i]; // rounded to float, as references do
                    float value = (float) (cosine ? Math.cos(angle) : Math.sin(angle)) * factor;
                    table[row + i] = value;
                    table[row + size / 2 + i] = value;
                }
            }
        }
        return manager.create(table, new Shape(maxLength, width));
    }
}
