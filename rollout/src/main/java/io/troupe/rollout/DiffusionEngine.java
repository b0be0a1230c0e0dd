package io.troupe.rollout;

import ai.djl.ndarray.NDManager;
import io.troupe.policy.Decoder.Sampled;
import io.troupe.policy.Denoiser;
import io.troupe.policy.Diffusion;
import io.troupe.policy.MemoryEstimate;
import io.troupe.policy.PackedRows;
import io.troupe.policy.Policy;
import io.troupe.policy.PolicyMemory;
import io.troupe.policy.ScoringMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Samples many sequences at once from one masked diffusion policy, as {@link Diffusion} says. A step is one pass over every running sequence; a turn's tokens are
 * known when their block is uncovered, and a turn ends with the block that ends it.
 *
 * <p>Every pass sees all tokens anew, for what is behind a token changes what the policy makes of it: nothing is cached. New weights take effect between two passes;
 * each token carries the version that uncovered it. A token's log-probability is that with which it was uncovered, given what was uncovered then.
 *
 * <p>Not thread-safe. {@link #close()} frees the native memory.
 */
public final class DiffusionEngine implements Engine {

    /** The most cells of one pass, padding included, unless a single sequence has more. */
    private static final int PASS_CELLS = 8192;

    private final Diffusion diffusion;
    private final TurnRule rule;
    private final SamplingWeights current;
    private final Denoiser denoiser;
    private final int slots;
    private final List<Sequence> sequences = new ArrayList<>();
    private final Map<Sequence, CoveredTurn> turns = new LinkedHashMap<>();
    private long tokensSampled;

    /**
     * Starts an engine on the weights that a policy has now.
     *
     * @param slots how many sequences at once
     * @param maxLength the most tokens a sequence may have
     * @param version the policy version of the weights
     * @throws IllegalArgumentException if it is not a masked diffusion policy
     */
    public DiffusionEngine(Policy policy, NDManager parent, int slots, int maxLength, long version) {
        Diffusion kind = policy.config().diffusion();
        if (kind == null) {
            throw new IllegalArgumentException(policy.directory().path() + " is no masked diffusion policy");
        }
        diffusion = kind;
        current = new SamplingWeights(policy, parent, maxLength, version);
        denoiser = new Denoiser(current.decoder(), current.weights());
        rule = new TurnRule(
                policy.tokenizer(),
                policy.config().endOfTurnTokens(),
                current.decoder().maxLength());
        this.slots = slots;
    }

    /** What an engine takes in memory. */
    static MemoryEstimate memory(Policy policy, int slots, int maxLength) {
        PolicyMemory memory = PolicyMemory.of(policy);
        int cells = (int) Math.max(maxLength, Math.min(PASS_CELLS, (long) slots * maxLength));
        return new MemoryEstimate(List.of(
                new MemoryEstimate.Part("weights to sample with", memory.weights(false)),
                new MemoryEstimate.Part("one tensor on its way in", memory.largestTensor()),
                new MemoryEstimate.Part(
                        "a pass over " + cells + " tokens",
                        MemoryEstimate.sum(
                                memory.scored(cells, maxLength, 1, ScoringMemory.DEFAULT),
                                memory.sampling(cells, 1, maxLength)))));
    }

    @Override
    public int freeSlots() {
        return slots - sequences.size();
    }

    @Override
    public long version() {
        return current.version();
    }

    @Override
    public long tokensSampled() {
        return tokensSampled;
    }

    @Override
    public int maxLength() {
        return rule.maxLength();
    }

    @Override
    public boolean hasWork() {
        return sequences.stream().anyMatch(Sequence::isRunning);
    }

    @Override
    public List<Sequence> start(int[] prompt, SamplingParams sampling, long... seeds) {
        rule.requireRoom(prompt, sampling);
        List<Sequence> started = Sequence.of(prompt, sampling, seeds, sequences.size(), freeSlots());
        sequences.addAll(started);
        return started;
    }

    @Override
    public void append(Sequence sequence, int[] observation) {
        sequence.append(observation);
    }

    @Override
    public void release(Sequence sequence) {
        turns.remove(sequence);
        sequences.remove(sequence);
        sequence.release();
    }

    /**
     * Makes one pass over every running sequence.
     *
     * @return the sequences whose turn ended with a block that is uncovered now, in the order in which they were started
     * @throws ArithmeticException if the policy gives a probability that is not finite
     */
    @Override
    public List<Sequence> step() {
        var ended = new ArrayList<Sequence>();
        var together = new ArrayList<Sequence>();
        int width = 0;
        for (Sequence sequence : sequences) {
            if (!sequence.isRunning()) {
                continue;
            }
            int length = turns.computeIfAbsent(sequence, this::cover).length();
            if (!together.isEmpty() && (together.size() + 1) * Math.max(width, length) > PASS_CELLS) {
                pass(together, width, ended);
                together.clear();
                width = 0;
            }
            together.add(sequence);
            width = Math.max(width, length);
        }
        if (!together.isEmpty()) {
            pass(together, width, ended);
        }
        return ended;
    }

    @Override
    public void load(Path file, long newVersion) {
        current.load(file, newVersion);
    }

    @Override
    public void close() {
        current.close();
    }

    private CoveredTurn cover(Sequence sequence) {
        int places = Math.min(diffusion.window(), rule.room(sequence));
        sequence.openWindow(places);
        return new CoveredTurn(diffusion, sequence.tokens(), places, sequence.seed());
    }

    private void pass(List<Sequence> together, int width, List<Sequence> ended) {
        List<CoveredTurn> seen = together.stream().map(turns::get).toList();
        int[][] open = seen.stream().map(CoveredTurn::open).toArray(int[][]::new);
        int count = Arrays.stream(open).mapToInt(places -> places.length).sum();
        var draws = new Denoiser.Draws(new float[count], new double[count], new double[count], new long[count]);
        PackedRows rows = pack(seen, open, width, count);
        int at = 0;
        for (int row = 0; row < open.length; row++) {
            SamplingParams sampling = together.get(row).sampling();
            for (int place : open[row]) {
                draws.temperatures()[at] = (float) sampling.temperature();
                draws.uniforms()[at] = seen.get(row).uniform(place);
                draws.topP()[at] = sampling.topP();
                draws.topK()[at++] = sampling.topK() == 0 ? Long.MAX_VALUE : sampling.topK();
            }
        }
        Sampled sampled = denoiser.sample(current.manager(), rows, draws);
        at = 0;
        for (int row = 0; row < open.length; row++) {
            int until = at + open[row].length;
            int[] tokens = Arrays.copyOfRange(sampled.tokens(), at, until);
            float[] logged = Arrays.copyOfRange(sampled.logProbabilities(), at, until);
            for (int i = 0; i < logged.length; i++) {
                current.requireFinite(tokens[i], logged[i]);
            }
            if (seen.get(row).uncover(open[row], tokens, logged, current.version())
                    && tell(together.get(row), seen.get(row))) {
                turns.remove(together.get(row));
                ended.add(together.get(row));
            }
            at = until;
        }
    }

    private static PackedRows pack(List<CoveredTurn> turns, int[][] open, int width, int count) {
        int cells = turns.size() * width;
        var rows = new PackedRows(
                turns.size(),
                width,
                new long[cells],
                new long[cells],
                new long[cells],
                new long[count],
                new long[count]);
        Arrays.fill(rows.branches(), -1);
        int scored = 0;
        for (int row = 0; row < open.length; row++) {
            CoveredTurn turn = turns.get(row);
            for (int i = 0; i < turn.length(); i++) {
                rows.tokens()[row * width + i] = turn.token(i);
                rows.positions()[row * width + i] = i;
                rows.branches()[row * width + i] = 0;
            }
            for (int place : open[row]) {
                rows.sources()[scored++] = (long) row * width + turn.cell(place);
            }
        }
        return rows;
    }

    /** Gives the sequence the tokens of a block that is uncovered, and says whether its turn is over. */
    private boolean tell(Sequence sequence, CoveredTurn turn) {
        for (int place = turn.blockBegin(); place < turn.blockEnd(); place++) {
            turn.tell(sequence, place);
            tokensSampled++;
            if (rule.apply(sequence)) {
                return true;
            }
        }
        if (turn.advance()) {
            return false;
        }
        sequence.endTurn(Sequence.TurnEnd.LENGTH);
        return true;
    }
}
