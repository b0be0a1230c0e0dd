package io.troupe.actors.transport;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what connections were refused for, without letting anybody fill the log: of one reason the first, the second, the fourth … are told. Thread-safe.
 */
final class Refusals {

    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

    /** Reasons told apart; more are counted as one. */
    private static final int REASONS = 64;

    private static final String OTHERS = "other reasons";
    private static final int LONGEST = 400;

    private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();

    void refused(String who, String reason) {
        String text = reason.length() <= LONGEST ? reason : reason.substring(0, LONGEST) + "…";
        String key = counts.containsKey(text) || counts.size() < REASONS ? text : OTHERS;
        long count = counts.computeIfAbsent(key, fresh -> new AtomicLong()).incrementAndGet();
        if (Long.bitCount(count) == 1) {
            LOG.warn("{}: {} ({} so far)", who, text, count);
        }
    }

    /** Connections that were refused. */
    long count() {
        return counts.values().stream().mapToLong(AtomicLong::get).sum();
    }
}
