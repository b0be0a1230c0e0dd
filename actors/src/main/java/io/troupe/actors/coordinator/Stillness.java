package io.troupe.actors.coordinator;

import java.time.Duration;

/** Notices that nothing has moved for a while, and notices it again after as long. Not thread-safe. */
final class Stillness {

    private final long patienceMillis;
    private long since;
    private long nextComplaint;

    Stillness(Duration patience, long nowMillis) {
        patienceMillis = patience.toMillis();
        broken(nowMillis);
    }

    /** Something moved. */
    void broken(long nowMillis) {
        since = nowMillis;
        nextComplaint = nowMillis + patienceMillis;
    }

    /** Whether it is time to say so. */
    boolean isTooLong(long nowMillis) {
        if (nowMillis < nextComplaint) {
            return false;
        }
        nextComplaint = nowMillis + patienceMillis;
        return true;
    }

    long seconds(long nowMillis) {
        return (nowMillis - since) / 1000;
    }
}
