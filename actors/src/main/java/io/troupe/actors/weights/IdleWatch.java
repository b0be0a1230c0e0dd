package io.troupe.actors.weights;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Cuts links whose wait is over. One daemon thread, named by its owner; thread-safe. */
final class IdleWatch implements AutoCloseable {

    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final LongSupplier nanoTime;

    IdleWatch(String thread, Duration every, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        var watching = new Thread(() -> watch(every), thread);
        watching.setDaemon(true);
        watching.start();
    }

    void add(Link link) {
        links.add(link);
    }

    void remove(Link link) {
        links.remove(link);
    }

    /** Cuts all links and ends the thread. */
    @Override
    public void close() {
        closed.countDown();
        links.forEach(Link::cut);
    }

    private void watch(Duration every) {
        try {
            while (!closed.await(every.toNanos(), TimeUnit.NANOSECONDS)) {
                long now = nanoTime.getAsLong();
                links.forEach(link -> link.cutIfOverdue(now));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the process ends its threads: nothing is left to watch
        }
    }
}
