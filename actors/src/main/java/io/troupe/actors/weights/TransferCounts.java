package io.troupe.actors.weights;

import io.troupe.proto.v1.RefusalKind;
import java.util.Map;

/**
 * What a weight server has done since it started.
 *
 * @param connections connections accepted
 * @param turnedAway connections closed at once because there were too many
 * @param requests requests understood
 * @param refused requests refused, by why; malformed ones are among them
 * @param timeouts connections cut because the other end stood still
 * @param bytes bytes of files sent
 */
public record TransferCounts(
        long connections, long turnedAway, long requests, Map<RefusalKind, Long> refused, long timeouts, long bytes) {

    public TransferCounts {
        refused = Map.copyOf(refused);
    }

    /** How many requests were refused for a reason. */
    public long refused(RefusalKind kind) {
        return refused.getOrDefault(kind, 0L);
    }
}
