package io.troupe.actors.weights;

import io.troupe.proto.v1.RefusalKind;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a server does. Thread-safe. */
final class Tally {

    final LongAdder connections = new LongAdder();
    final LongAdder turnedAway = new LongAdder();
    final LongAdder requests = new LongAdder();
    final LongAdder timeouts = new LongAdder();
    final LongAdder bytes = new LongAdder();
    private final Map<RefusalKind, LongAdder> refused = new EnumMap<>(RefusalKind.class);

    Tally() {
        for (RefusalKind kind : RefusalKind.values()) {
            refused.put(kind, new LongAdder());
        }
    }

    /** Counts a refusal; how many there were of its kind. */
    long refused(RefusalKind kind) {
        LongAdder adder = java.util.Objects.requireNonNull(refused.get(kind));
        adder.increment();
        return adder.sum();
    }

    TransferCounts counts() {
        var byKind = new EnumMap<RefusalKind, Long>(RefusalKind.class);
        refused.forEach((kind, adder) -> {
            if (adder.sum() > 0) {
                byKind.put(kind, adder.sum());
            }
        });
        return new TransferCounts(
                connections.sum(), turnedAway.sum(), requests.sum(), byKind, timeouts.sum(), bytes.sum());
    }
}
