package io.troupe.actors.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.troupe.actors.learning.UpdateLog.Start;
import io.troupe.actors.learning.UpdateLog.Update;
import io.troupe.learner.UpdateReport;
import io.troupe.learner.checkpoint.Checkpoint;
import io.troupe.learner.checkpoint.Checkpoints.Examined;
import io.troupe.proto.v1.CheckpointFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes updates of a run again: starts from a checkpoint, or from the policy that the run began with, gives the logged batches to a learner with the
 * run's own configuration, and compares what comes of each with what was recorded. Where an incarnation of the run took over from an earlier one, the
 * learner is opened anew with that one's configuration, as it was then.
 *
 * <p>It ends at the first update that differs: what follows would differ for that alone. A checkpoint that is damaged or differs is reported and does
 * not end it, since the weights are held against the log.
 *
 * <p>Not thread-safe: native compute belongs to the thread that calls {@link #between}.
 */
public final class Replay {

    /**
     * What came of a replay.
     *
     * @param updates how many updates gave the recorded weights
     * @param checkpoints how many checkpoints hold what the replay would have saved
     * @param summary whether the digest of {@code summary.json} was there to be compared, and was the same
     * @param differences how many differences were reported
     */
    public record Outcome(long updates, int checkpoints, boolean summary, int differences) {}

    private final RecordedRun run;
    private final Function<String, Path> policies;
    private final ReplayObserver observer;
    private int differences;

    /** @param policies finds the policy that a configuration names */
    public Replay(RecordedRun run, Function<String, Path> policies, ReplayObserver observer) {
        this.run = run;
        this.policies = policies;
        this.observer = observer;
    }

    /**
     * Replays the updates after a version up to another.
     *
     * @param from 0, or the version of a checkpoint
     * @param to the last update to make
     * @throws ReplayException if the log or the checkpoint cannot be used
     * @throws IOException if the disk fails
     */
    public Outcome between(long from, long to) throws IOException, ReplayException {
        if (to <= from) {
            throw ReplayException.asked("nothing to replay: from version " + from + " to " + to
                    + "; the last update in the log is " + run.lastUpdate());
        }
        Path scratch = Files.createTempDirectory("troupe-replay");
        try {
            return replay(from, to, scratch);
        } finally {
            deleteTree(scratch);
        }
    }

    private Outcome replay(long from, long to, Path scratch) throws IOException, ReplayException {
        Update first = run.update(from + 1);
        Incarnation incarnation = Incarnation.open(run, run.start(first), policies, scratch);
        try {
            observer.began(
                    from,
                    incarnation.learner().arithmetic(),
                    incarnation.start().arithmetic());
            if (!begin(incarnation, from)) {
                return new Outcome(0, 0, false, differences);
            }
            long done = 0;
            int checkpoints = 0;
            for (long next = from + 1; next <= to; next++) {
                Update recorded = run.update(next);
                if (recorded.epoch() != incarnation.start().epoch()) {
                    incarnation = incarnation.succeededBy(run.start(recorded));
                }
                if (!update(incarnation, recorded)) {
                    return new Outcome(done, checkpoints, false, differences);
                }
                done++;
                checkpoints += checkpoint(incarnation, next) ? 1 : 0;
            }
            return new Outcome(done, checkpoints, summary(incarnation, to), differences);
        } finally {
            incarnation.close();
        }
    }

    /** Goes to the version to begin with, and sees whether its weights are those that were recorded. */
    private boolean begin(Incarnation incarnation, long from) throws IOException, ReplayException {
        Start start = incarnation.start();
        if (from == 0) {
            return true; // the incarnation was held against its first version when it was opened
        }
        Checkpoint checkpoint = run.checkpoint(from);
        incarnation.restore(checkpoint.folder(), from, checkpoint.manifest().getOptimizerSteps());
        Optional<String> recorded = run.known(from).map(Update::weights);
        if (recorded.isEmpty() && start.version() == from) {
            recorded = Optional.of(start.weights());
        }
        String weights = incarnation.weights();
        if (recorded.isPresent() && !recorded.get().equals(weights)) {
            differs("the checkpoint of version " + from + " holds other weights than update " + from + " gave: "
                    + weights + ", recorded is " + recorded.get());
            return false;
        }
        return true;
    }

    private boolean update(Incarnation incarnation, Update recorded) throws IOException, ReplayException {
        UpdateReport report = incarnation.learner().update(run.batch(recorded));
        if (report.version() != recorded.update()) {
            throw ReplayException.damaged("update " + recorded.update() + " came out as version " + report.version());
        }
        String name = "update " + recorded.update();
        if (!Objects.equals(report.skipped(), recorded.skipped())) {
            return differs(
                    name + ": " + words(report.skipped()) + ", recorded is that it " + words(recorded.skipped()));
        }
        String weights = incarnation.weights();
        if (!weights.equals(recorded.weights())) {
            return differs(name + " gives other weights: " + weights + ", recorded is " + recorded.weights());
        }
        if (incarnation.learner().optimizerSteps() != recorded.optimizerSteps()) {
            return differs(name + " made the optimiser's step "
                    + incarnation.learner().optimizerSteps() + ", recorded is " + recorded.optimizerSteps());
        }
        observer.same(recorded);
        return true;
    }

    /** Whether there is a checkpoint of this version, and it holds what the learner would save now. */
    private boolean checkpoint(Incarnation incarnation, long version) throws IOException {
        Examined examined = run.examined(version);
        if (examined == null) {
            return false;
        }
        if (examined.checkpoint().isEmpty()) {
            return differs("checkpoint " + examined.folder() + " is damaged: " + examined.fault());
        }
        Checkpoint checkpoint = examined.checkpoint().get();
        List<CheckpointFile> files = checkpoint.manifest().getFilesList();
        Optional<String> different = incarnation.firstDifferent(files);
        if (different.isPresent()) {
            return differs("checkpoint " + checkpoint.folder() + " holds another " + different.get()
                    + " than the replayed learner would save");
        }
        if (checkpoint.manifest().getOptimizerSteps() != incarnation.learner().optimizerSteps()) {
            return differs("checkpoint " + checkpoint.folder() + " says that the optimiser made "
                    + checkpoint.manifest().getOptimizerSteps() + " steps, but it made "
                    + incarnation.learner().optimizerSteps());
        }
        observer.sameCheckpoint(version, files.size());
        return true;
    }

    /** Whether the run's summary is of this version, and says the digest that the learner has now. */
    private boolean summary(Incarnation incarnation, long version) throws IOException {
        Path file = run.directory().resolve("summary.json");
        if (version != run.lastUpdate() || !Files.exists(file)) {
            return false;
        }
        JsonNode summary = new JsonMapper().readTree(file.toFile());
        if (summary.path("steps").asLong() != version) {
            return false; // of an earlier incarnation
        }
        String digest = incarnation.learner().digest();
        String recorded = summary.path("policy_digest").asText();
        return digest.equals(recorded)
                || differs("the policy_digest of " + file + " is " + recorded + ", but replayed it is " + digest);
    }

    /** Reports; always false. */
    private boolean differs(String what) {
        differences++;
        observer.differs(what);
        return false;
    }

    private static String words(@Nullable String skipped) {
        return skipped == null ? "was not skipped" : "was skipped (" + skipped + ")";
    }

    static void deleteTree(Path root) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(root)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.delete(path);
        }
    }
}
