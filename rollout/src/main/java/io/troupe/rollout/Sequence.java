package io.troupe.rollout;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One sequence of tokens in an {@link Engine}: what was given and what was sampled. Owned by the engine's thread.
 */
public final class Sequence {

    /** What the engine does with it. */
    enum State {
        /** Takes part in every decode step. */
        RUNNING,
        /** Its turn is over; it keeps its slot and waits to be extended or released. */
        PAUSED,
        /** Its slot is gone. */
        RELEASED
    }

    /** Why its last turn ended. */
    public enum TurnEnd {
        /** The policy sampled an end-of-turn token. */
        END_OF_TURN,
        /** The text contained a stop string. */
        STOP_STRING,
        /** The limit on tokens was reached. */
        LENGTH
    }

    private final SamplingParams sampling;
    private final long seed;
    private int[] tokens;
    private int length;
    private float[] logProbabilities = new float[64];
    private long[] versions = new long[64];
    private int turnLength;
    private int window;
    private int slot;
    private State state = State.RUNNING;
    private TurnEnd turnEnd = TurnEnd.END_OF_TURN;
    private @Nullable String loss;
    private boolean reencoded;

    Sequence(int[] prompt, SamplingParams sampling, long seed, int slot) {
        this.sampling = sampling;
        this.seed = seed;
        this.slot = slot;
        tokens = Arrays.copyOf(prompt, prompt.length + 64);
        length = prompt.length;
    }

    /**
     * Sequences that share a prompt.
     *
     * @param seeds one a sequence
     * @param slot of the first; the others have the next ones
     * @param free how many slots are left
     * @throws IllegalStateException if these are too few
     */
    static List<Sequence> of(int[] prompt, SamplingParams sampling, long[] seeds, int slot, int free) {
        if (seeds.length > free) {
            throw new IllegalStateException(seeds.length + " sequences for " + free + " free slots");
        }
        return IntStream.range(0, seeds.length)
                .mapToObj(i -> new Sequence(prompt, sampling, seeds[i], slot + i))
                .toList();
    }

    /** How many tokens it has, given and sampled. */
    public int length() {
        return length;
    }

    /** The tokens sampled in the last turn. */
    public int[] turnTokens() {
        return Arrays.copyOfRange(tokens, length - turnLength, length);
    }

    /** Their natural-log probabilities at the sampling temperature. */
    public float[] turnLogProbabilities() {
        return Arrays.copyOf(logProbabilities, turnLength);
    }

    /** The policy version that sampled each of them. */
    public long[] turnVersions() {
        return Arrays.copyOf(versions, turnLength);
    }

    /** How many places the last turn had, if a masked diffusion policy samples; 0 with others. */
    public int window() {
        return window;
    }

    /** Why the last turn ended. */
    public TurnEnd turnEnd() {
        return turnEnd;
    }

    /** Why the engine could not sample its turn, as a name, a colon and a sentence; null if it could. */
    public @Nullable String loss() {
        return loss;
    }

    SamplingParams sampling() {
        return sampling;
    }

    State state() {
        return state;
    }

    boolean isRunning() {
        return state == State.RUNNING;
    }

    int slot() {
        return slot;
    }

    int turnLength() {
        return turnLength;
    }

    int lastToken() {
        return tokens[length - 1];
    }

    void moveTo(int newSlot) {
        slot = newSlot;
    }

    void release() {
        state = State.RELEASED;
    }

    /** The tokens from {@code start} on but the last, which the next decode step feeds. */
    int[] unseen(int start) {
        return Arrays.copyOfRange(tokens, start, length - 1);
    }

    /** A uniform number in [0, 1) that is a function of the seed and of the place of the token to come, and of nothing else. */
    double uniform() {
        return Seeds.uniform(seed, length);
    }

    void sampled(int token, float logProbability, long version) {
        reserve(1);
        if (turnLength == logProbabilities.length) {
            logProbabilities = Arrays.copyOf(logProbabilities, 2 * turnLength);
            versions = Arrays.copyOf(versions, 2 * turnLength);
        }
        tokens[length++] = token;
        logProbabilities[turnLength] = logProbability;
        versions[turnLength++] = version;
    }

    /** A turn begins in a window of so many places. */
    void openWindow(int places) {
        window = places;
    }

    void endTurn(TurnEnd end) {
        turnEnd = end;
        state = State.PAUSED;
    }

    /** The engine could not sample its turn. */
    void lose(String reason) {
        loss = reason;
        state = State.PAUSED;
    }

    /** Whether any of its sampled tokens were made from text. */
    boolean isReencoded() {
        return reencoded;
    }

    void markReencoded() {
        reencoded = true;
    }

    long seed() {
        return seed;
    }

    int[] tokens() {
        return Arrays.copyOf(tokens, length);
    }

    /**
     * Appends tokens that the policy did not sample, with which the next turn begins.
     *
     * @throws IllegalStateException if no turn has ended, or the sequence was released
     */
    void append(int[] observation) {
        if (state != State.PAUSED) {
            throw new IllegalStateException("a sequence that is " + state + " was expected to be " + State.PAUSED);
        }
        if (observation.length == 0) {
            throw new IllegalArgumentException("a next turn needs at least one token to begin with");
        }
        reserve(observation.length);
        System.arraycopy(observation, 0, tokens, length, observation.length);
        length += observation.length;
        turnLength = 0;
        state = State.RUNNING;
    }

    private void reserve(int more) {
        if (length + more > tokens.length) {
            tokens = Arrays.copyOf(tokens, Math.max(2 * tokens.length, length + more));
        }
    }
}
