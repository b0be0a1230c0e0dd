package io.troupe.actors.weights;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How a weight server makes deltas between versions.
 *
 * @param folder where it keeps earlier versions and deltas; the server's alone, emptied when it starts. On the file system of the versions' files the earlier
 *     ones cost no copy
 * @param keptVersions so many versions before the newest are kept to make deltas from; a worker that is further behind gets the whole file
 * @param level Zstandard's, from 1 to 19
 * @param largestShare a delta that is larger than this share of the file is not sent
 * @param patience how long a request waits for a delta that is being made; then it gets the whole file
 */
public record DeltaSettings(Path folder, int keptVersions, int level, double largestShare, Duration patience) {
    public DeltaSettings {
        if (keptVersions < 1 || level < 1 || level > 19 || !(largestShare > 0 && largestShare <= 1)) {
            throw new IllegalArgumentException("kept versions " + keptVersions + " must be at least 1, level " + level
                    + " within 1 and 19, largest share " + largestShare + " within 0 and 1");
        }
    }

    /** What suits a learner's node. */
    public static DeltaSettings in(Path folder) {
        return new DeltaSettings(folder, 3, 1, 0.7, Duration.ofSeconds(10));
    }
}
