package io.troupe.learner.checkpoint;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The operations that change a disk, one by one, so that a test can fail at each of them. */
interface Disk {

    /** The real one. */
    Disk REAL = new Disk() {};

    default void createDirectory(Path directory) throws IOException {
        Files.createDirectory(directory);
    }

    default void write(Path file, byte[] bytes) throws IOException {
        Files.write(file, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /** Returns when the file's bytes are on the device. */
    default void sync(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** Returns when the directory's entries are on the device. Windows does not open directories, and needs no such call. */
    default void syncDirectory(Path directory) throws IOException {
        if (File.separatorChar == '\\') {
            return;
        }
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    default void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    default void delete(Path path) throws IOException {
        Files.delete(path);
    }
}
