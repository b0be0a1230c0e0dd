package io.troupe.actors.replay;

import ai.djl.ndarray.NDManager;
import io.troupe.actors.config.SettingsLoader;
import io.troupe.actors.config.TroupeSettings;
import io.troupe.actors.learning.UpdateLog.Start;
import io.troupe.actors.weights.FileDigests;
import io.troupe.learner.Learner;
import io.troupe.policy.Policy;
import io.troupe.proto.v1.CheckpointFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The learner of one incarnation of a run, as it was opened then: with its configuration, from version 0. Not thread-safe.
 */
final class Incarnation implements AutoCloseable {

    private final RecordedRun run;
    private final Start start;
    private final Function<String, Path> policies;
    private final Path scratch;
    private final Policy policy;
    private final NDManager manager;
    private final Learner learner;

    private Incarnation(
            RecordedRun run, Start start, Function<String, Path> policies, Path scratch, TroupeSettings settings) {
        this.run = run;
        this.start = start;
        this.policies = policies;
        this.scratch = scratch;
        policy = Policy.openForTraining(
                policies.apply(settings.policy().path()),
                settings.policy().arithmetic(),
                settings.train().lora().adapters(),
                settings.run().seed());
        manager = settings.train().computeDevice().newManager();
        learner = new Learner(policy, settings.learner(), manager);
    }

    /**
     * Opens it at version 0.
     *
     * @param scratch a folder to write into
     * @throws ReplayException if its configuration is missing, or the policy that it names is not the one that the incarnation began with
     */
    static Incarnation open(RecordedRun run, Start start, Function<String, Path> policies, Path scratch)
            throws IOException, ReplayException {
        Path configuration = run.configuration(start);
        if (!Files.isRegularFile(configuration)) {
            throw ReplayException.damaged(
                    "the configuration of epoch " + start.epoch() + " is missing: " + configuration);
        }
        TroupeSettings settings =
                new SettingsLoader().file(configuration).load().settings();
        var opened = new Incarnation(run, start, policies, scratch, settings);
        String initial = opened.weights();
        if (!initial.equals(start.initialWeights())) {
            opened.close();
            throw ReplayException.damaged("the policy " + settings.policy().path() + " is not the one that epoch "
                    + start.epoch() + " of the run began with: its weights are " + initial + ", recorded is "
                    + start.initialWeights() + " — put it back as it was, where " + configuration + " says");
        }
        return opened;
    }

    /** Closes this one, and opens the next in the state that this one is in. */
    Incarnation succeededBy(Start next) throws IOException, ReplayException {
        if (next.version() != learner.version()) {
            throw ReplayException.damaged("epoch " + next.epoch() + " went on from version " + next.version()
                    + ", but its first update in the log is " + (learner.version() + 1));
        }
        Path state = emptied("state");
        learner.save(state);
        long version = learner.version();
        long optimizerSteps = learner.optimizerSteps();
        close();
        Incarnation successor = open(run, next, policies, scratch);
        successor.restore(state, version, optimizerSteps);
        return successor;
    }

    Start start() {
        return start;
    }

    Learner learner() {
        return learner;
    }

    /** Goes to a saved state. */
    void restore(Path folder, long version, long optimizerSteps) {
        policy.requireRestorable(folder);
        learner.restore(folder, version, optimizerSteps);
    }

    /** SHA-256 of the weights as a run publishes them. */
    String weights() throws IOException {
        Path file = scratch.resolve("weights.safetensors");
        learner.writeWeights(file);
        return FileDigests.of("weights", file).getSha256();
    }

    /** The name of the first file of a checkpoint that the learner would write otherwise now, or not at all. */
    Optional<String> firstDifferent(List<CheckpointFile> recorded) throws IOException {
        Path folder = emptied("checkpoint");
        learner.save(folder);
        for (CheckpointFile expected : recorded) {
            Path file = folder.resolve(expected.getName());
            boolean same = Files.isRegularFile(file)
                    && FileDigests.of(expected.getName(), file).getSha256().equals(expected.getSha256());
            if (!same) {
                return Optional.of(expected.getName());
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        learner.close();
        manager.close();
        policy.close();
    }

    private Path emptied(String name) throws IOException {
        Path folder = scratch.resolve(name);
        if (Files.exists(folder)) {
            Replay.deleteTree(folder);
        }
        return Files.createDirectory(folder);
    }
}
