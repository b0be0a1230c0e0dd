package io.troupe.policy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A file of named tensors, under the names of Hugging Face's layout. Thread-safe for reading; {@link #close()} closes the file. */
interface TensorSource extends AutoCloseable {

    /** The file. */
    Path file();

    /** The shape of every tensor, by name. */
    Map<String, List<Long>> shapes();

    /** What the file says about itself, as texts. */
    default Map<String, String> metadata() {
        return Map.of();
    }

    /**
     * A tensor's numbers, widened to single precision.
     *
     * @throws PolicyFormatException if there is no such tensor or its type cannot be read
     */
    float[] floats(String name);

    @Override
    void close();
}
