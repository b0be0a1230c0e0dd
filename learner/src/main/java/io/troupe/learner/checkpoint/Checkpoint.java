package io.troupe.learner.checkpoint;

import io.troupe.proto.v1.CheckpointManifest;
import java.nio.file.Path;

/**
 * A complete checkpoint whose every byte was verified when it was found or written.
 *
 * @param folder where its files are
 * @param manifest what it holds
 */
public record Checkpoint(Path folder, CheckpointManifest manifest) {

    /**
     * A file of this checkpoint.
     *
     * @param name as its writer named it
     * @return its path
     */
    public Path file(String name) {
        return folder.resolve(name);
    }
}
