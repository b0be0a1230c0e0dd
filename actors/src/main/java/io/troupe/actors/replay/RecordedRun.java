package io.troupe.actors.replay;

import io.troupe.actors.learning.UpdateLog;
import io.troupe.actors.learning.UpdateLog.Entry;
import io.troupe.actors.learning.UpdateLog.Start;
import io.troupe.actors.learning.UpdateLog.Update;
import io.troupe.learner.checkpoint.Checkpoint;
import io.troupe.learner.checkpoint.Checkpoints;
import io.troupe.learner.checkpoint.Checkpoints.Examined;
import io.troupe.proto.v1.Group;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a run folder holds of its updates: the log, the batches, the checkpoints. Only reads, so that the run may go on meanwhile. Immutable. */
public final class RecordedRun {

    private final Path directory;
    private final SortedMap<Long, Start> starts = new TreeMap<>();
    private final SortedMap<Long, Update> updates = new TreeMap<>();
    private final SortedMap<Long, Examined> checkpoints = new TreeMap<>();

    private RecordedRun(Path directory) {
        this.directory = directory;
    }

    /**
     * Reads a run folder; all bytes of its checkpoints are verified.
     *
     * @throws ReplayException if it holds no log of updates
     */
    public static RecordedRun open(Path directory) throws IOException, ReplayException {
        var log = new UpdateLog(trajectories(directory));
        if (!Files.exists(log.file())) {
            throw ReplayException.asked(directory + " holds no updates to replay: there is no " + log.file()
                    + " — name the folder of a run that has made an update");
        }
        var run = new RecordedRun(directory);
        for (Entry entry : log.read()) {
            if (entry instanceof Start start) {
                run.starts.put(start.epoch(), start);
            } else if (entry instanceof Update update) {
                run.updates.put(update.update(), update);
            }
        }
        if (run.updates.isEmpty()) {
            throw ReplayException.asked(log.file() + " tells of no update yet — wait for the first");
        }
        for (Examined examined : Checkpoints.examine(directory.resolve("checkpoints"))) {
            run.checkpoints.put(examined.version(), examined);
        }
        return run;
    }

    Path directory() {
        return directory;
    }

    /** The number of the last update that the log tells of. */
    public long lastUpdate() {
        return updates.lastKey();
    }

    /**
     * Where a replay begins.
     *
     * @param from {@code first} for the policy that the run began with, {@code last-1} for the last checkpoint but one, or the version of a checkpoint
     * @return the version
     * @throws ReplayException if there is no such checkpoint, or it is damaged
     */
    public long start(String from) throws ReplayException {
        if (from.equals("first")) {
            return 0;
        }
        List<Long> whole = checkpoints.values().stream()
                .filter(examined -> examined.checkpoint().isPresent())
                .map(Examined::version)
                .toList();
        if (from.equals("last-1")) {
            if (whole.size() < 2) {
                throw ReplayException.asked("--from last-1 needs two checkpoints, but of " + directory + " there "
                        + (whole.isEmpty() ? "is none" : "is but " + whole.get(0)) + " — use --from first");
            }
            return whole.get(whole.size() - 2);
        }
        long version;
        try {
            version = Long.parseLong(from);
        } catch (NumberFormatException e) {
            throw ReplayException.asked(
                    "--from " + from + " — expected first, last-1 or the version of a checkpoint" + listed());
        }
        if (version != 0) {
            checkpoint(version);
        }
        return version;
    }

    /**
     * A checkpoint to begin with.
     *
     * @throws ReplayException if there is none of that version, or it is damaged
     */
    Checkpoint checkpoint(long version) throws ReplayException {
        Examined examined = checkpoints.get(version);
        if (examined == null) {
            throw ReplayException.asked("there is no checkpoint of version " + version + listed());
        }
        return examined.checkpoint()
                .orElseThrow(() -> ReplayException.damaged(
                        "checkpoint " + examined.folder() + " is damaged: " + examined.fault()));
    }

    /** What is known of a version's checkpoint; null if there is none. */
    @Nullable
    Examined examined(long version) {
        return checkpoints.get(version);
    }

    /**
     * What the log tells of an update.
     *
     * @throws ReplayException if it tells nothing
     */
    Update update(long update) throws ReplayException {
        Update found = updates.get(update);
        if (found == null) {
            throw ReplayException.damaged("update " + update + " is not in " + log().file()
                    + ": the run could not write it, or the line was damaged; updates after it can be replayed from a"
                    + " later checkpoint" + listed());
        }
        return found;
    }

    /** What the log tells of an update, if it does. */
    Optional<Update> known(long update) {
        return Optional.ofNullable(updates.get(update));
    }

    /**
     * The incarnation that made an update.
     *
     * @throws ReplayException if the log does not tell of it
     */
    Start start(Update update) throws ReplayException {
        Start found = starts.get(update.epoch());
        if (found == null) {
            throw ReplayException.damaged("update " + update.update() + " was made in epoch " + update.epoch()
                    + ", whose start is not in " + log().file());
        }
        return found;
    }

    /** The configuration of an incarnation. */
    Path configuration(Start start) {
        return UpdateLog.configuration(trajectories(directory), start.epoch());
    }

    /**
     * The groups of an update, in the order in which they were trained.
     *
     * @throws ReplayException if the file is missing or not as it was written
     */
    List<Group> batch(Update update) throws IOException, ReplayException {
        Path file = UpdateLog.batch(trajectories(directory), update.update());
        if (!Files.isRegularFile(file)) {
            throw ReplayException.damaged("the batch of update " + update.update() + " is missing: " + file);
        }
        byte[] bytes = Files.readAllBytes(file);
        String digest = sha256(bytes);
        if (!digest.equals(update.batch())) {
            throw ReplayException.damaged(
                    "the batch of update " + update.update() + " is not as it was written: " + file
                            + " has SHA-256 " + digest + ", recorded is " + update.batch()
                            + " — it was cut off or changed; updates after it can be replayed from a later checkpoint"
                            + listed());
        }
        var groups = new ArrayList<Group>();
        var in = new ByteArrayInputStream(bytes);
        for (Group group = Group.parseDelimitedFrom(in); group != null; group = Group.parseDelimitedFrom(in)) {
            groups.add(group);
        }
        return groups;
    }

    private String listed() {
        if (checkpoints.isEmpty()) {
            return "; there are no checkpoints";
        }
        return "; checkpoints: "
                + checkpoints.values().stream()
                        .map(examined ->
                                examined.version() + (examined.checkpoint().isPresent() ? "" : " (damaged)"))
                        .collect(Collectors.joining(", "));
    }

    private UpdateLog log() {
        return new UpdateLog(trajectories(directory));
    }

    private static Path trajectories(Path directory) {
        return directory.resolve("trajectories");
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
