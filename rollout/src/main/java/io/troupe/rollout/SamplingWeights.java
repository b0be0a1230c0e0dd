package io.troupe.rollout;

import ai.djl.ndarray.NDManager;
import io.troupe.policy.Decoder;
import io.troupe.policy.Policy;
import io.troupe.policy.TorchScript;
import io.troupe.policy.WeightFiles;
import io.troupe.policy.Weights;
import java.nio.file.Path;

/**
 * A policy on this machine as an engine samples from it: its decoder, and weights that one version after the other is read into. Not thread-safe. {@link #close()}
 * frees the native memory.
 */
final class SamplingWeights implements AutoCloseable {

    private final NDManager manager;
    private final Decoder decoder;
    private final Weights weights;
    private final TorchScript copier;
    private long version;

    /**
     * Begins with the weights that the policy has now.
     *
     * @param maxLength the most tokens a sequence may have
     * @param version the policy version of the weights
     */
    SamplingWeights(Policy policy, NDManager parent, int maxLength, long version) {
        manager = parent.newSubManager();
        decoder = policy.newDecoder(manager, maxLength);
        weights = policy.loadWeights(manager, false);
        copier = Weights.copier(manager);
        this.version = version;
    }

    NDManager manager() {
        return manager;
    }

    Decoder decoder() {
        return decoder;
    }

    Weights weights() {
        return weights;
    }

    /** The version of the policy that samples now. */
    long version() {
        return version;
    }

    void load(Path file, long newVersion) {
        try (WeightFiles files = WeightFiles.open(file)) {
            load(files, newVersion);
        }
    }

    void load(WeightFiles files, long newVersion) {
        weights.assign(files, copier);
        version = newVersion;
    }

    /**
     * Lets a log-probability pass that is a number.
     *
     * @throws ArithmeticException if it is not finite
     */
    void requireFinite(int token, float logProbability) {
        if (!Float.isFinite(logProbability)) {
            throw new ArithmeticException("policy version " + version + " gives a log-probability of " + logProbability
                    + " for token " + token);
        }
    }

    @Override
    public void close() {
        copier.close();
        decoder.close();
        manager.close();
    }
}
