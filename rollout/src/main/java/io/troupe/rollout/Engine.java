package io.troupe.rollout;

import ai.djl.ndarray.NDManager;
import io.troupe.policy.MemoryEstimate;
import io.troupe.policy.Policy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Samples many sequences at once from one policy: on this machine ({@link LocalEngine}, {@link DiffusionEngine}), or on inference servers ({@link RemoteEngine}).
 *
 * <p>A sequence is started, samples a turn, and is then appended to or released. Not thread-safe: one thread calls everything.
 */
public interface Engine extends AutoCloseable {

    /**
     * An engine on this machine, of the kind that the policy needs, on the weights that it has now.
     *
     * @param parent decides the device
     * @param slots how many sequences at once
     * @param maxLength the most tokens a sequence may have
     * @param version the policy version of the weights
     */
    static Engine local(Policy policy, NDManager parent, int slots, int maxLength, long version) {
        return policy.config().diffusion() == null
                ? new LocalEngine(policy, parent, slots, maxLength, version)
                : new DiffusionEngine(policy, parent, slots, maxLength, version);
    }

    /** What {@link #local} takes in memory. */
    static MemoryEstimate localMemory(Policy policy, int slots, int maxLength) {
        return policy.config().diffusion() == null
                ? LocalEngine.memory(policy, slots, maxLength)
                : DiffusionEngine.memory(policy, slots, maxLength);
    }

    /** How many more sequences fit. */
    int freeSlots();

    /** The version of the policy that samples now. */
    long version();

    /** How many tokens were sampled in all. */
    long tokensSampled();

    /** The most tokens a sequence may have. */
    int maxLength();

    /** Whether a call of {@link #step} would do anything now. */
    boolean hasWork();

    /**
     * Starts sequences that share a prompt.
     *
     * @param prompt at least one token
     * @param seeds one a sequence
     * @throws IllegalArgumentException if the prompt leaves no room for a token
     * @throws IllegalStateException if there are not enough free slots
     */
    List<Sequence> start(int[] prompt, SamplingParams sampling, long... seeds);

    /** Appends tokens that the policy did not sample, and begins the next turn. */
    void append(Sequence sequence, int[] observation);

    /** Gives a sequence's slot back, whatever it is doing. */
    void release(Sequence sequence);

    /**
     * Goes on by what can be done without waiting.
     *
     * @return the sequences whose turn ended, and those that were lost: {@link Sequence#loss} tells which
     */
    List<Sequence> step();

    /**
     * Replaces the weights; tokens sampled afterwards are of the new version.
     *
     * @param weights a file that the learner wrote
     * @throws IOException if they cannot be loaded; what samples afterwards is then not said
     */
    void load(Path weights, long newVersion) throws IOException;

    /** What it waits for, a line each. */
    default List<String> waiting() {
        return List.of();
    }

    @Override
    void close();
}
