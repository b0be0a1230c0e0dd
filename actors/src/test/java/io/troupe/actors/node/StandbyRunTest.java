package io.troupe.actors.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.troupe.actors.node.StandbyRun.Turn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandbyRunTest {

    private static final Duration LAPSE = Duration.ofMillis(600);
    private static final Duration NEVER = Duration.ofHours(10);

    @TempDir
    Path folder;

    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicLong clock = new AtomicLong();
    private CompletableFuture<Turn> turn = new CompletableFuture<>();

    @AfterEach
    void stop() {
        stopped.set(true);
    }

    @Test
    void aRunWhoseLeaseStandsStillIsTakenOver() throws Exception {
        try (RunLease lease = take(NEVER)) {
            long begun = System.nanoTime();
            standBy(LAPSE);

            assertThat(turn.get(10, TimeUnit.SECONDS)).isInstanceOf(StandbyRun.TakeOver.class);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(LAPSE);
            lease.require(); // it is not taken by waiting
        }
    }

    @Test
    void aRunThatLivesIsLeftInPeaceUntilItComesToItsEnd() throws Exception {
        try (RunLease lease = take(LAPSE)) {
            standBy(LAPSE);
            long first = renewal();
            await().until(() -> renewal() > first + 12); // more than two lapses
            assertThat(turn).isNotDone();
            lease.require();

            Files.writeString(folder.resolve("summary.json"), "{}");
            assertThat(turn.get(10, TimeUnit.SECONDS)).isInstanceOf(StandbyRun.Done.class);
        }
    }

    @Test
    void aRunWhoseLearnerFailedIsTakenOverAtOnce() throws Exception {
        take(NEVER).close();
        standBy(NEVER);

        assertThat(turn.get(10, TimeUnit.SECONDS)).isInstanceOf(StandbyRun.TakeOver.class);
    }

    @Test
    void whereNothingHasBegunThereIsNothingToTakeOver() throws Exception {
        standBy(Duration.ofNanos(1));
        await().pollDelay(Duration.ofMillis(500))
                .untilAsserted(() -> assertThat(turn).isNotDone());

        stopped.set(true);
        assertThat(turn.get(10, TimeUnit.SECONDS)).isInstanceOf(StandbyRun.Stopped.class);
    }

    @Test
    void aLeaseThatCannotBeReadForAWhileIsReadAgain() throws Exception {
        try (RunLease holder = take(NEVER)) {
            var storage = new FailingStorage();
            storage.fails.set(true);
            standBy(storage, LAPSE);
            await().until(() -> storage.failures.get() > 3);
            clock.addAndGet(LAPSE.multipliedBy(30).toNanos() - 1);
            int before = storage.failures.get();
            await().until(() -> storage.failures.get() > before + 1);
            assertThat(turn).isNotDone();

            storage.fails.set(false);
            await().until(() -> storage.readings.get() > 0);
            assertThat(turn)
                    .as("the first reading tells nothing of how long it is so")
                    .isNotDone();
            clock.addAndGet(LAPSE.toNanos());

            assertThat(turn.get(10, TimeUnit.SECONDS)).isEqualTo(new StandbyRun.TakeOver(new Vacancy(1, owner())));
            holder.require();
        }
    }

    @Test
    void everyOutageOfTheStorageIsCountedAnew() throws Exception {
        try (RunLease holder = take(NEVER)) {
            var storage = new FailingStorage();
            standBy(storage, LAPSE);
            for (int outage = 0; outage < 3; outage++) {
                storage.fails.set(true);
                int failures = storage.failures.get();
                await().until(() -> storage.failures.get() > failures + 1);
                clock.addAndGet(LAPSE.multipliedBy(30).toNanos() - 1);
                storage.write(storage.claim().renewed()); // the holder reaches it
                storage.fails.set(false);
                int readings = storage.readings.get();
                await().until(() -> storage.readings.get() > readings + 1);
                assertThat(turn).as("after outage %s", outage).isNotDone();
            }
            holder.require();
        }
    }

    @Test
    void aLeaseThatCannotBeReadForTooLongIsNamed() throws Exception {
        Files.writeString(folder.resolve("run.lease"), "{\"holder\": ");
        standBy(RunFolder.lease(folder), LAPSE);
        await().pollDelay(Duration.ofMillis(500))
                .untilAsserted(() -> assertThat(turn).isNotDone());

        clock.addAndGet(LAPSE.multipliedBy(30).toNanos());

        assertThatThrownBy(() -> turn.get(10, TimeUnit.SECONDS))
                .rootCause()
                .isInstanceOf(JsonProcessingException.class);
        assertThatThrownBy(() -> turn.get(10, TimeUnit.SECONDS))
                .cause()
                .cause()
                .isInstanceOf(RunFailedException.class)
                .hasMessageStartingWith("cannot read " + folder.resolve("run.lease") + " for 18 s")
                .hasMessageEndingWith("start this node again when the storage of the run folder can be reached");
    }

    /** Storage that is out of reach whenever a test says so. */
    private final class FailingStorage extends LeaseFile {
        private final AtomicBoolean fails = new AtomicBoolean();
        private final AtomicInteger failures = new AtomicInteger();
        private final AtomicInteger readings = new AtomicInteger();

        FailingStorage() {
            super(folder.resolve("run.lease"));
        }

        Claim claim() throws IOException {
            return super.read().orElseThrow();
        }

        @Override
        Optional<Claim> read() throws IOException {
            if (fails.get()) {
                failures.incrementAndGet();
                throw new IOException("Stale file handle");
            }
            Optional<Claim> read = super.read();
            readings.incrementAndGet();
            return read;
        }
    }

    private void standBy(Duration lapse) {
        turn = run(() -> StandbyRun.await(folder, lapse, stopped::get));
    }

    private void standBy(LeaseFile lease, Duration lapse) {
        turn = run(() -> StandbyRun.await(folder, lease, lapse, clock::get, stopped::get));
    }

    private static CompletableFuture<Turn> run(Callable<Turn> waiting) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return waiting.call();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private RunLease take(Duration lapse) throws Exception {
        return RunLease.take(
                RunFolder.lease(folder), Vacancy.NEVER_TAKEN, "here", lapse, System::nanoTime, reason -> {});
    }

    private long renewal() throws IOException {
        return RunFolder.lease(folder).read().orElseThrow().renewal();
    }

    private String owner() throws IOException {
        return RunFolder.lease(folder).read().orElseThrow().owner();
    }
}
