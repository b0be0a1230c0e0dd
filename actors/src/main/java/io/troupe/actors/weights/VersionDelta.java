package io.troupe.actors.weights;

import io.troupe.proto.v1.FileManifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What makes one file of another, outside of any transfer: the same bytes that {@link WeightServer} sends. */
public final class VersionDelta {

    private VersionDelta() {}

    /**
     * Writes the delta between two files.
     *
     * @param from the file that whoever applies it has
     * @param to the file that it makes
     * @param out where to
     * @param level Zstandard's, from 1 to 19
     * @param planes whether the bytes of words are sorted by their place before they are packed, as the server does
     */
    public static void write(Path from, Path to, Path out, int level, boolean planes) throws IOException {
        try (var writer = new DeltaWriter(level, planes ? DeltaWriter.WIDTHS : List.of(1))) {
            writer.write(from, FileDigests.of("", from).getSha256(), to, FileDigests.of("", to), out, Long.MAX_VALUE);
        }
    }

    /**
     * Applies a delta.
     *
     * @param from the file that the delta was made from
     * @param delta what {@link #write} wrote
     * @param to the manifest of what it makes, which every block is held to
     * @param out where to
     * @throws IOException if the delta is for other files or damaged; the message says in which way
     */
    public static void apply(Path from, Path delta, FileManifest to, Path out) throws IOException {
        DeltaReader.apply(from, FileDigests.of("", from).getSha256(), delta, to, out);
    }
}
