package io.troupe.actors.weights;

import io.troupe.proto.v1.FileManifest;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A file that was fetched.
 *
 * @param file where it is, whole and verified
 * @param manifest how it is checked
 * @param bytesReceived how many bytes came over the network; 0 if it was here already
 * @param resumedAt where an earlier, broken transfer had come to
 * @param delta whether only the difference to a version that was here was sent
 * @param took how long all of it took
 */
public record Fetched(
        Path file, FileManifest manifest, long bytesReceived, long resumedAt, boolean delta, Duration took) {}
