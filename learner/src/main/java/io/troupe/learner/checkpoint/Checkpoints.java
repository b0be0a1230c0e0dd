package io.troupe.learner.checkpoint;

import io.troupe.learner.checkpoint.CheckpointContents.TornException;
import io.troupe.proto.v1.CheckpointManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints of a run: folders {@code step-NNNNNN}, by policy version, in one folder. A checkpoint is either there with every byte or not there:
 *
 * <ol>
 *   <li>its files are written into {@code .step-NNNNNN.tmp-*}, each synced to the device;
 *   <li>the manifest with their sizes and digests is written last and synced;
 *   <li>the folder is renamed, and the folder above it synced;
 *   <li>checkpoints beyond the number to keep are deleted, oldest first.
 * </ol>
 *
 * Whatever stops the program in between leaves a folder that {@link #open} clears away; a checkpoint that was damaged later is recognised by its
 * digests. Not thread-safe; one process at a time may use a folder (the run's lock sees to that).
 */
public final class Checkpoints {

    private static final Pattern STEP = Pattern.compile("step-(\\d{6,18})");
    private static final Pattern TEMPORARY = Pattern.compile("\\.step-\\d+\\.tmp-\\d+");
    private static final Pattern REPLACED = Pattern.compile("\\.(step-\\d+)\\.old-\\d+");

    private final Path folder;
    private final int keep;
    private final Disk disk;

    private Checkpoints(Path folder, int keep, Disk disk) {
        this.folder = folder;
        this.keep = keep;
        this.disk = disk;
    }

    /**
     * Opens a folder of checkpoints, makes it if there is none, and clears away what an interrupted run left half done.
     *
     * @param folder the folder
     * @param keep how many checkpoints are kept, at least 1
     * @return its checkpoints
     * @throws CheckpointException if the folder cannot be made, read or cleared
     */
    public static Checkpoints open(Path folder, int keep) {
        return open(folder, keep, Disk.REAL);
    }

    static Checkpoints open(Path folder, int keep, Disk disk) {
        if (keep < 1) {
            throw new IllegalArgumentException(
                    "at least 1 checkpoint must be kept, but train.keep-checkpoints is " + keep);
        }
        var checkpoints = new Checkpoints(folder, keep, disk);
        try {
            Files.createDirectories(folder);
            checkpoints.recover();
        } catch (IOException e) {
            throw new CheckpointException(folder, "the folder of checkpoints " + folder + " cannot be used", e);
        }
        return checkpoints;
    }

    /**
     * Saves a checkpoint. When this returns it is on the device.
     *
     * @param manifest what it holds, with the version that names it; format and files are filled in here
     * @param writer writes the files
     * @return the checkpoint
     * @throws CheckpointException if something could not be written, such as on a full disk. Nothing of the new checkpoint stays then, and the former
     *     ones are untouched. If only the clearing away of old checkpoints failed, the message says that the new one is saved.
     */
    public Checkpoint save(CheckpointManifest manifest, CheckpointWriter writer) {
        Path target = folder.resolve(name(manifest.getVersion()));
        Path temporary = null;
        Optional<Path> replaced;
        Checkpoint saved;
        try {
            temporary = createTemporary(target);
            writer.write(temporary);
            var complete = complete(temporary, manifest);
            replaced = publish(temporary, target);
            saved = new Checkpoint(target, complete);
        } catch (IOException | RuntimeException e) {
            var failure = new CheckpointException(
                    target, "the checkpoint " + target + " could not be written; earlier checkpoints are untouched", e);
            discard(temporary, failure);
            throw failure;
        }
        try {
            if (replaced.isPresent()) {
                deleteTree(replaced.get());
            }
            prune(manifest.getVersion());
        } catch (IOException e) {
            throw new CheckpointException(
                    folder, "the checkpoint " + target + " is saved, but old ones could not be deleted", e);
        }
        return saved;
    }

    /**
     * The newest checkpoint that is whole.
     *
     * @param checkpoint the newest one whose manifest and digests verify, if there is any
     * @param rejected newer ones that do not, newest first
     */
    public record Latest(Optional<Checkpoint> checkpoint, List<Rejected> rejected) {}

    /**
     * A checkpoint that is not to be believed.
     *
     * @param folder its folder
     * @param reason what is wrong with it
     */
    public record Rejected(Path folder, String reason) {}

    /**
     * Looks for the newest checkpoint that is whole. Reads all its bytes.
     *
     * @return the checkpoint, and the newer ones that were passed over with the reason
     * @throws CheckpointException if the folder cannot be listed
     */
    public Latest latest() {
        return latest(manifest -> Optional.empty());
    }

    /**
     * The same, for a caller who may know that a checkpoint, though whole, is not to be gone on from.
     *
     * @param objection says why not, if so
     */
    public Latest latest(Function<CheckpointManifest, Optional<String>> objection) {
        var rejected = new ArrayList<Rejected>();
        try {
            for (Step step : steps()) {
                try {
                    var manifest = CheckpointContents.verify(step.path(), step.version(), true);
                    Optional<String> reason = objection.apply(manifest);
                    if (reason.isPresent()) {
                        rejected.add(new Rejected(step.path(), reason.get()));
                        continue;
                    }
                    return new Latest(Optional.of(new Checkpoint(step.path(), manifest)), List.copyOf(rejected));
                } catch (TornException e) {
                    rejected.add(new Rejected(step.path(), e.getMessage()));
                } catch (IOException e) {
                    rejected.add(new Rejected(step.path(), "it cannot be read: " + e));
                }
            }
        } catch (IOException e) {
            throw new CheckpointException(folder, "the folder of checkpoints " + folder + " cannot be read", e);
        }
        return new Latest(Optional.empty(), List.copyOf(rejected));
    }

    /**
     * A checkpoint that was looked at.
     *
     * @param version that its name says
     * @param folder its folder
     * @param checkpoint with every byte verified, if it is whole
     * @param fault what is wrong with it; empty if nothing is
     */
    public record Examined(long version, Path folder, Optional<Checkpoint> checkpoint, String fault) {}

    /**
     * Looks at all checkpoints in a folder, which it leaves as they are: a run may go on there meanwhile. Reads all their bytes.
     *
     * @param folder of the checkpoints; it need not exist
     * @return all of them, oldest first
     * @throws IOException if the folder cannot be listed
     */
    public static List<Examined> examine(Path folder) throws IOException {
        var examined = new ArrayList<Examined>();
        for (Step step : Files.isDirectory(folder) ? steps(folder) : List.<Step>of()) {
            try {
                var manifest = CheckpointContents.verify(step.path(), step.version(), true);
                var whole = Optional.of(new Checkpoint(step.path(), manifest));
                examined.add(new Examined(step.version(), step.path(), whole, ""));
            } catch (TornException e) {
                examined.add(new Examined(step.version(), step.path(), Optional.empty(), e.getMessage()));
            } catch (IOException e) {
                examined.add(new Examined(step.version(), step.path(), Optional.empty(), "it cannot be read: " + e));
            }
        }
        Collections.reverse(examined);
        return List.copyOf(examined);
    }

    private record Step(Path path, long version) {}

    private List<Step> steps() throws IOException {
        return steps(folder);
    }

    /** The checkpoints by name, newest first, whole or not. */
    private static List<Step> steps(Path folder) throws IOException {
        var steps = new ArrayList<Step>();
        try (var paths = Files.list(folder)) {
            for (Path path : paths.toList()) {
                var match = STEP.matcher(path.getFileName().toString());
                if (match.matches() && Files.isDirectory(path)) {
                    steps.add(new Step(path, Long.parseLong(match.group(1))));
                }
            }
        }
        steps.sort(Comparator.comparingLong(Step::version).reversed());
        return steps;
    }

    private Path createTemporary(Path target) throws IOException {
        return fresh(target, "tmp", disk::createDirectory);
    }

    private CheckpointManifest complete(Path temporary, CheckpointManifest manifest) throws IOException {
        var complete = manifest.toBuilder().setFormat(CheckpointContents.FORMAT).clearFiles();
        for (Path file : CheckpointContents.filesIn(temporary)) {
            disk.sync(temporary.resolve(file));
            complete.addFiles(CheckpointContents.describe(temporary, file));
        }
        try (var paths = Files.walk(temporary)) {
            for (Path directory : paths.filter(Files::isDirectory)
                    .filter(path -> !path.equals(temporary))
                    .toList()) {
                disk.syncDirectory(directory);
            }
        }
        var built = complete.build();
        byte[] bytes = built.toByteArray();
        writeSynced(temporary.resolve(CheckpointContents.MANIFEST_DIGEST), CheckpointContents.digestLine(bytes));
        writeSynced(temporary.resolve(CheckpointContents.MANIFEST), bytes);
        disk.syncDirectory(temporary);
        return built;
    }

    private void writeSynced(Path file, byte[] bytes) throws IOException {
        disk.write(file, bytes);
        disk.sync(file);
    }

    /** Gives the folder its name. A checkpoint of that name, from before a resumption, steps aside, and is returned. */
    private Optional<Path> publish(Path temporary, Path target) throws IOException {
        if (!Files.exists(target)) {
            disk.move(temporary, target);
            disk.syncDirectory(folder);
            return Optional.empty();
        }
        Path aside = fresh(target, "old", place -> disk.move(target, place));
        try {
            disk.move(temporary, target);
        } catch (IOException e) {
            disk.move(aside, target);
            throw e;
        }
        disk.syncDirectory(folder);
        return Optional.of(aside);
    }

    private interface Placement {
        void at(Path place) throws IOException;
    }

    /** Places something at a hidden name beside the target that is not taken. */
    private static Path fresh(Path target, String kind, Placement placement) throws IOException {
        for (int i = 0; ; i++) {
            Path place = target.resolveSibling("." + target.getFileName() + "." + kind + "-" + i);
            if (!Files.exists(place)) {
                placement.at(place);
                return place;
            }
        }
    }

    /**
     * Keeps the checkpoint just saved and the newest others below it. Torn ones are not among those that are kept. Newer ones are left alone: whoever went
     * back to an older version decides about them.
     */
    private void prune(long saved) throws IOException {
        int kept = 1;
        for (Step step : steps()) {
            if (step.version() >= saved) {
                continue;
            }
            if (kept < keep && looksWhole(step)) {
                kept++;
            } else {
                // renamed first, so that a deletion that is interrupted leaves no half checkpoint
                deleteTree(fresh(step.path(), "tmp", place -> disk.move(step.path(), place)));
            }
        }
    }

    private static boolean looksWhole(Step step) throws IOException {
        try {
            CheckpointContents.verify(step.path(), step.version(), false);
            return true;
        } catch (TornException e) {
            return false;
        }
    }

    private void recover() throws IOException {
        List<Path> entries;
        try (var paths = Files.list(folder)) {
            entries = paths.sorted().toList();
        }
        for (Path entry : entries) {
            String name = entry.getFileName().toString();
            var replaced = REPLACED.matcher(name);
            if (TEMPORARY.matcher(name).matches()) {
                deleteTree(entry);
            } else if (replaced.matches()) {
                Path target = entry.resolveSibling(replaced.group(1));
                if (Files.exists(target)) {
                    deleteTree(entry);
                } else {
                    disk.move(entry, target);
                    disk.syncDirectory(folder);
                }
            }
        }
    }

    private void discard(@Nullable Path temporary, CheckpointException failure) {
        if (temporary == null || !Files.exists(temporary)) {
            return;
        }
        try {
            deleteTree(temporary);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private void deleteTree(Path root) throws IOException {
        List<Path> paths;
        try (var walk = Files.walk(root)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            disk.delete(path);
        }
    }

    private static String name(long version) {
        if (version < 0) {
            throw new IllegalArgumentException("a checkpoint is of a version >= 0, but this is of " + version);
        }
        return String.format(Locale.ROOT, "step-%06d", version);
    }
}
