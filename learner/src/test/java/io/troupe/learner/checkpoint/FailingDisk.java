package io.troupe.learner.checkpoint;

import java.io.IOException;
import java.nio.file.Path;

/** The real disk, up to its nth operation. From there on nothing is done any more: by an error, or by the end of the process. */
final class FailingDisk implements Disk {

    /** The process ends here. What is caught and cleaned up after an exception is not cleaned up after this. */
    static final class Crash extends Error {
        private static final long serialVersionUID = 1;
    }

    private final long failsAt;
    private final boolean crash;
    private final boolean recovers;
    private long operations;

    private FailingDisk(long failsAt, boolean crash, boolean recovers) {
        this.failsAt = failsAt;
        this.crash = crash;
        this.recovers = recovers;
    }

    /** One that ends the process at that operation. */
    static FailingDisk crashingAt(long operation) {
        return new FailingDisk(operation, true, false);
    }

    /** One that refuses that operation alone. */
    static FailingDisk refusing(long operation) {
        return new FailingDisk(operation, false, true);
    }

    private void operation(String what) throws IOException {
        operations++;
        if (recovers ? operations == failsAt : operations >= failsAt) {
            if (crash) {
                throw new Crash();
            }
            throw new IOException("No space left on device (" + what + ")");
        }
    }

    boolean failed() {
        return operations >= failsAt;
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        operation("mkdir");
        Disk.super.createDirectory(directory);
    }

    @Override
    public void write(Path file, byte[] bytes) throws IOException {
        operation("write");
        Disk.super.write(file, bytes);
    }

    @Override
    public void sync(Path file) throws IOException {
        operation("sync");
        Disk.super.sync(file);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        operation("sync of directory");
        Disk.super.syncDirectory(directory);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        operation("rename");
        Disk.super.move(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        operation("delete");
        Disk.super.delete(path);
    }
}
