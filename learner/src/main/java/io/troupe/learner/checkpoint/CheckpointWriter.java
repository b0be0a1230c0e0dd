package io.troupe.learner.checkpoint;

import java.io.IOException;
import java.nio.file.Path;

/** Writes the files of a checkpoint. It need not sync them, but must have closed them when it returns. */
@FunctionalInterface
public interface CheckpointWriter {

    /**
     * Writes every file of the checkpoint but the manifest.
     *
     * @param folder an empty folder that exists
     * @throws IOException if a file cannot be written; nothing of this checkpoint stays then
     */
    void write(Path folder) throws IOException;
}
