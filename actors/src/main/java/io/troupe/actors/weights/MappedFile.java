package io.troupe.actors.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A file's pages in this process's memory: what is read from a socket into them is in the file, without a copy. Stays the file's when that is renamed. */
final class MappedFile {

    private static final long PIECE = 1L << 30;
    private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");

    private final MappedByteBuffer[] pieces;

    private MappedFile(MappedByteBuffer[] pieces) {
        this.pieces = pieces;
    }

    /**
     * Maps a file on a file system that is in memory. All its pages must have been written once: a page for which there is no room could not be refused
     * like a write.
     *
     * @return null for any other file system: there, pages on their way to the disk are waited for at every access
     */
    static @Nullable MappedFile inMemory(Path file) throws IOException {
        if (!IN_MEMORY.contains(Files.getFileStore(file).type())) {
            return null;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long size = channel.size();
            var pieces = new MappedByteBuffer[Math.toIntExact((size + PIECE - 1) / PIECE)];
            for (int i = 0; i < pieces.length; i++) {
                pieces[i] = channel.map(FileChannel.MapMode.READ_WRITE, i * PIECE, Math.min(PIECE, size - i * PIECE));
            }
            return new MappedFile(pieces);
        }
    }

    /** The bytes from a place on: so many, or fewer where a piece ends. */
    ByteBuffer window(long at, int length) {
        MappedByteBuffer piece = pieces[(int) (at / PIECE)];
        int within = (int) (at % PIECE);
        return piece.slice(within, Math.min(length, piece.capacity() - within));
    }
}
