package io.troupe.actors.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * A connection between a fetcher and a server, used by one thread. What it waits for has a name and a time-out: an {@link IdleWatch} on another thread
 * cuts it when the time is over, and whatever read or wrote then fails with that name.
 */
abstract class Link implements AutoCloseable {

    /** A wait that moves on must move so many bytes within its time-out. */
    static final int PROGRESS_BYTES = 1 << 18;

    private final String peer;
    private volatile @Nullable Wait wait;
    private volatile @Nullable String expired;
    private long unreported;

    private record Wait(String what, long limitNanos, long sinceNanos, boolean sliding) {}

    Link(String peer) {
        this.peer = peer;
    }

    /** Who is at the other end. */
    final String peer() {
        return peer;
    }

    /** From now on the link is to be done with something within a time, whatever moves. */
    final void within(String what, long limitNanos, long nowNanos) {
        wait = new Wait(what, limitNanos, nowNanos, false);
    }

    /** From now on the link may not stand still for so long. */
    final void movingWithin(String what, long limitNanos, long nowNanos) {
        unreported = 0;
        wait = new Wait(what, limitNanos, nowNanos, true);
    }

    /** Bytes have moved. */
    final void moved(long bytes, long nowNanos) {
        unreported += bytes;
        Wait current = wait;
        if (unreported >= PROGRESS_BYTES && current != null && current.sliding()) {
            unreported = 0;
            wait = new Wait(current.what(), current.limitNanos(), nowNanos, true);
        }
    }

    /** Called by the watch: cuts the link if its time is over. */
    final void cutIfOverdue(long nowNanos) {
        Wait current = wait;
        if (current != null && expired == null && nowNanos - current.sinceNanos() > current.limitNanos()) {
            expired = peer + ": waited " + current.limitNanos() / 1_000_000 + " ms for " + current.what();
            cut();
        }
    }

    /** Why the watch has cut it; null if it has not. */
    final @Nullable String expired() {
        return expired;
    }

    /** The failure of a link, told as the time-out that it was if it was one. */
    final IOException explained(IOException e) {
        String why = expired;
        return why == null ? e : new LinkTimeoutException(why, e);
    }

    /** Reads what there is, at least one byte; −1 at the end. */
    abstract int read(ByteBuffer buffer) throws IOException;

    /** Writes all of it. */
    abstract void write(ByteBuffer buffer) throws IOException;

    /** Sends some bytes of a file; returns how many, at least one. */
    abstract long send(FileChannel file, long offset, long length) throws IOException;

    /** Says that nothing more will be written. */
    abstract void finish() throws IOException;

    /** Ends the connection from any thread, without waiting for anything. */
    abstract void cut();

    @Override
    public abstract void close();
}
