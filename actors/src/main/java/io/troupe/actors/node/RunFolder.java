package io.troupe.actors.node;

import io.troupe.actors.node.RunFailedException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The folder of a run, held by this process alone from {@link #open} to {@link #close}. The lock is the operating system's: it
 * goes when the process goes, however it goes.
 */
final class RunFolder implements AutoCloseable {

    private static final String LOCK = "run.lock";

    private final Path directory;
    private final FileChannel channel;
    private final FileLock lock;

    private RunFolder(Path directory, FileChannel channel, FileLock lock) {
        this.directory = directory;
        this.channel = channel;
        this.lock = lock;
    }

    /** Makes the folder if it is missing, and takes it. */
    static RunFolder open(Path directory) throws RunFailedException {
        Path file = directory.resolve(LOCK);
        FileChannel channel;
        try {
            Files.createDirectories(directory);
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new RunFailedException(
                    Kind.INPUT,
                    "cannot make the run folder " + directory + ": " + describe(e) + "; choose another with --run",
                    e);
        }
        try {
            FileLock lock = tryLock(channel);
            if (lock == null) {
                String owner = read(channel);
                channel.close();
                throw new RunFailedException(
                        Kind.FOLDER_IN_USE,
                        "run folder " + directory + " is in use by process " + owner
                                + "; wait for it to end or choose another folder with --run",
                        null);
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)));
            return new RunFolder(directory, channel, lock);
        } catch (IOException e) {
            throw new RunFailedException(Kind.INPUT, "cannot lock " + file + ": " + describe(e), e);
        }
    }

    /**
     * Takes the folder of a process that has lost its lease: it may be stopped and still hold its lock, on a file that steps aside.
     *
     * @throws RunFailedException if it cannot be taken
     */
    static RunFolder takeOver(Path directory) throws RunFailedException {
        try {
            return open(directory);
        } catch (RunFailedException e) {
            if (e.kind() != Kind.FOLDER_IN_USE) {
                throw e;
            }
        }
        Path file = directory.resolve(LOCK);
        try {
            Files.move(file, directory.resolve(LOCK + ".lost-" + System.nanoTime()));
        } catch (IOException e) {
            throw new RunFailedException(Kind.INPUT, "cannot move " + file + " aside: " + describe(e), e);
        }
        return open(directory);
    }

    /** The lease of a run folder, which goes for all machines that share the folder. */
    static LeaseFile lease(Path directory) {
        return new LeaseFile(directory.resolve("run.lease"));
    }

    Path identity() {
        return directory.resolve("run.id");
    }

    Path metrics() {
        return directory.resolve("metrics.jsonl");
    }

    Path summary() {
        return directory.resolve("summary.json");
    }

    Path configuration() {
        return directory.resolve("config.conf");
    }

    Path trajectories() {
        return directory.resolve("trajectories");
    }

    Path checkpoints() {
        return directory.resolve("checkpoints");
    }

    /** The differences between versions that are served to other nodes. */
    Path deltas() {
        return directory.resolve("deltas");
    }

    Path policies() {
        return directory.resolve("policy");
    }

    /** Whether an earlier run left its marks here. */
    boolean holdsARun() {
        return Files.exists(identity());
    }

    @Override
    public void close() throws IOException {
        lock.release();
        channel.close();
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // held by this very process
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(32);
        channel.read(bytes, 0);
        String owner = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8).strip();
        return owner.isEmpty() ? "(unknown)" : owner;
    }

    private static String describe(IOException e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }
}
