package io.troupe.rollout;

import ai.djl.ndarray.NDManager;
import io.troupe.policy.Decoder;
import io.troupe.policy.Decoder.DecodeStep;
import io.troupe.policy.Decoder.Sampled;
import io.troupe.policy.KeyValueCache;
import io.troupe.policy.MemoryEstimate;
import io.troupe.policy.Policy;
import io.troupe.policy.PolicyMemory;
import io.troupe.policy.WeightFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Samples many sequences at once from one policy, with continuous batching: a sequence joins at any step, leaves when it is released, and
 * between turns keeps its keys and values.
 *
 * <p>Sequences fill the slots of the cache from 0 without gaps, so that a decode step reads the cache in place. A prompt that several
 * sequences share is computed once and its keys and values copied. New weights take effect between two steps: sequences go on, their later
 * tokens carry the new version, and the keys and values of earlier tokens stay those of the version that wrote them.
 *
 * <p>Not thread-safe. {@link #close()} frees the native memory.
 */
public final class LocalEngine implements Engine {

    /** The most cells of one call that fills the cache. */
    private static final int EXTEND_CELLS = 4096;

    private record Extension(int slot, int start, int[] tokens, int[] copies) {}

    private final TurnRule rule;
    private final SamplingWeights current;
    private final Decoder decoder;
    private final KeyValueCache cache;
    private final List<Sequence> sequences = new ArrayList<>();
    private final List<Extension> extensions = new ArrayList<>();
    private long tokensSampled;

    /**
     * Starts an engine on the weights that a policy has now.
     *
     * @param slots how many sequences at once
     * @param maxLength the most tokens a sequence may have
     * @param version the policy version of the weights
     */
    public LocalEngine(Policy policy, NDManager parent, int slots, int maxLength, long version) {
        current = new SamplingWeights(policy, parent, maxLength, version);
        decoder = current.decoder();
        cache = decoder.newCache(slots);
        rule = new TurnRule(policy.tokenizer(), policy.config().endOfTurnTokens(), cache.length());
    }

    /**
     * What an engine takes in memory.
     *
     * @param slots how many sequences at once
     * @param maxLength the most tokens a sequence may have
     */
    public static MemoryEstimate memory(Policy policy, int slots, int maxLength) {
        PolicyMemory memory = PolicyMemory.of(policy);
        return new MemoryEstimate(List.of(
                new MemoryEstimate.Part("weights to sample with", memory.weights(false)),
                new MemoryEstimate.Part("one tensor on its way in", memory.largestTensor()),
                new MemoryEstimate.Part(
                        "keys and values of " + slots + " sequences of " + maxLength + " tokens",
                        memory.cache(slots, maxLength)),
                new MemoryEstimate.Part("sampling a token", memory.sampling(slots, EXTEND_CELLS, maxLength))));
    }

    /** How many more sequences fit. */
    @Override
    public int freeSlots() {
        return cache.slots() - sequences.size();
    }

    /** The version of the policy that samples now. */
    @Override
    public long version() {
        return current.version();
    }

    /** How many tokens were sampled in all. */
    @Override
    public long tokensSampled() {
        return tokensSampled;
    }

    /** The most tokens a sequence may have. */
    @Override
    public int maxLength() {
        return cache.length();
    }

    /** Whether a call of {@link #step} would sample anything. */
    @Override
    public boolean hasWork() {
        return sequences.stream().anyMatch(Sequence::isRunning);
    }

    /**
     * Starts sequences that share a prompt; their first tokens come with the next step.
     *
     * @param prompt at least one token
     * @param seeds one a sequence
     * @throws IllegalArgumentException if the prompt leaves no room for a token
     * @throws IllegalStateException if there are not enough free slots
     */
    @Override
    public List<Sequence> start(int[] prompt, SamplingParams sampling, long... seeds) {
        rule.requireRoom(prompt, sampling);
        List<Sequence> started = Sequence.of(prompt, sampling, seeds, sequences.size(), freeSlots());
        sequences.addAll(started);
        int[] copies = started.stream().skip(1).mapToInt(Sequence::slot).toArray();
        Sequence first = started.get(0);
        extensions.add(new Extension(first.slot(), 0, first.unseen(0), copies));
        return started;
    }

    /** Appends tokens that the policy did not sample, and begins the next turn. */
    @Override
    public void append(Sequence sequence, int[] observation) {
        int seen = sequence.length() - 1; // the last sampled token was never fed
        sequence.append(observation);
        extensions.add(new Extension(sequence.slot(), seen, sequence.unseen(seen), new int[0]));
    }

    /** Gives a sequence's slot back. */
    @Override
    public void release(Sequence sequence) {
        if (sequence.state() == Sequence.State.RELEASED) {
            return;
        }
        flushExtensions(); // slots are about to move
        int last = sequences.size() - 1;
        Sequence mover = sequences.get(last);
        int hole = sequence.slot();
        if (hole != last) {
            decoder.copy(cache, new int[] {last}, new int[] {hole}, mover.length());
            mover.moveTo(hole);
            sequences.set(hole, mover);
        }
        sequences.remove(last);
        sequence.release();
    }

    /**
     * Samples one token for every running sequence.
     *
     * @return the sequences whose turn ended with this token, by slot
     * @throws ArithmeticException if the policy gives a probability that is not finite
     */
    @Override
    public List<Sequence> step() {
        flushExtensions();
        if (!hasWork()) {
            return List.of();
        }
        Sampled sampled = decoder.decode(cache, current.weights(), nextStep());
        var ended = new ArrayList<Sequence>();
        for (int row = 0; row < sequences.size(); row++) {
            Sequence sequence = sequences.get(row);
            if (!sequence.isRunning()) {
                continue;
            }
            float logProbability = sampled.logProbabilities()[row];
            current.requireFinite(sampled.tokens()[row], logProbability);
            sequence.sampled(sampled.tokens()[row], logProbability, current.version());
            tokensSampled++;
            if (rule.apply(sequence)) {
                ended.add(sequence);
            }
        }
        return ended;
    }

    /** Replaces the weights; the next step samples from the new version. */
    public void load(WeightFiles files, long newVersion) {
        current.load(files, newVersion);
    }

    @Override
    public void load(Path file, long newVersion) {
        current.load(file, newVersion);
    }

    @Override
    public void close() {
        cache.close();
        current.close();
    }

    private DecodeStep nextStep() {
        int rows = sequences.size();
        var step = new DecodeStep(
                new int[rows], new int[rows], new float[rows], new double[rows], new double[rows], new long[rows]);
        for (int row = 0; row < rows; row++) {
            Sequence sequence = sequences.get(row);
            SamplingParams sampling = sequence.sampling();
            // A paused row rides along so that the slots stay dense: what it writes is overwritten when it goes on.
            step.tokens()[row] = sequence.lastToken();
            step.positions()[row] = Math.min(sequence.length(), cache.length()) - 1;
            step.temperatures()[row] = (float) sampling.temperature();
            step.uniforms()[row] = sequence.uniform();
            step.topP()[row] = sampling.topP();
            step.topK()[row] = sampling.topK() == 0 ? Long.MAX_VALUE : sampling.topK();
        }
        return step;
    }

    private void flushExtensions() {
        if (extensions.isEmpty()) {
            return;
        }
        extensions.sort(
                Comparator.comparingInt((Extension e) -> e.tokens().length).thenComparingInt(Extension::slot));
        int from = 0;
        while (from < extensions.size()) {
            int to = from + 1;
            while (to < extensions.size()
                    && (to + 1 - from) * extensions.get(to).tokens().length <= EXTEND_CELLS) {
                to++;
            }
            extend(extensions.subList(from, to));
            from = to;
        }
        for (Extension extension : extensions) {
            int[] origins = new int[extension.copies().length];
            java.util.Arrays.fill(origins, extension.slot());
            decoder.copy(cache, origins, extension.copies(), extension.tokens().length);
        }
        extensions.clear();
    }

    private void extend(List<Extension> batch) {
        decoder.extend(
                cache,
                current.weights(),
                batch.stream().map(Extension::tokens).toArray(int[][]::new),
                batch.stream().mapToInt(Extension::slot).toArray(),
                batch.stream().mapToInt(Extension::start).toArray());
    }
}
