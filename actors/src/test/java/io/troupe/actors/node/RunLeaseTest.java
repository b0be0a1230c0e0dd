package io.troupe.actors.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.troupe.actors.node.RunLease.LostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLeaseTest {

    /** A holder that goes by this renews every 40 ms; its clock stands unless a test moves it. */
    private static final Duration SHORT = Duration.ofMillis(200);

    /** A holder that goes by this renews nothing while a test runs. */
    private static final Duration LONG = Duration.ofHours(10);

    @TempDir
    Path temp;

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5); // it may overflow
    private final AtomicLong watchersClock = new AtomicLong(-7);
    private final AtomicInteger told = new AtomicInteger();
    private final List<RunLease> leases = new ArrayList<>();

    @AfterEach
    void release() {
        leases.forEach(RunLease::close);
    }

    @Test
    void aLeaseThatIsRenewedIsNotFreeHoweverMuchTimePasses() throws Exception {
        take("here", SHORT);
        LeaseWatch watch = watch();
        assertThat(watch.isFree()).isFalse();

        for (int i = 0; i < 5; i++) {
            long before = claim().renewal();
            await().until(() -> claim().renewal() > before);
            watchersClock.addAndGet(SHORT.multipliedBy(10).toNanos());
            assertThat(watch.isFree()).as("renewed since the last look").isFalse();
        }
        assertThat(watch.owner()).isEqualTo("process " + ProcessHandle.current().pid() + " on here");
    }

    @Test
    void aLeaseThatStandsStillIsFreeAfterTheLapseByTheWatchersOwnClockAlone() throws Exception {
        take("here", LONG);
        RunLease.Claim first = claim();
        LeaseWatch watch = watch();
        assertThat(watch.isFree()).isFalse();

        for (String touched : List.of("1999-01-01T00:00:00Z", "2099-01-01T00:00:00Z")) {
            Files.setLastModifiedTime(file(), FileTime.from(Instant.parse(touched)));
            assertThat(watch.isFree()).as("touched in %s", touched).isFalse();
        }
        clock.addAndGet(LONG.toNanos()); // what the holder's clock says is no matter
        watchersClock.addAndGet(SHORT.toNanos() - 1);
        assertThat(watch.isFree()).isFalse();
        watchersClock.addAndGet(1);
        assertThat(watch.isFree()).isTrue();
        assertThat(watch.wasRenewed(first)).isFalse();
    }

    @Test
    void whoeverTakesTheLeaseBeginsItsTimeAnew() throws Exception {
        take("here", LONG);
        RunLease.Claim first = claim();
        LeaseWatch watch = watch();
        watch.isFree();
        watchersClock.addAndGet(SHORT.toNanos());
        take("there", LONG);

        assertThat(watch.isFree()).isFalse();
        assertThat(watch.wasRenewed(first)).isTrue();
        assertThat(watch.owner()).endsWith(" on there");
    }

    @Test
    void aLeaseThatIsNobodysOrWasLetGoIsFreeAtOnce() throws Exception {
        assertThat(watch().isFree()).isTrue();
        RunLease lease = take("here", LONG);
        assertThat(watch().isFree()).isFalse();

        lease.close();
        assertThat(claim().released()).isTrue();
        assertThat(watch().isFree()).isTrue();
        RunLease next = take("there", LONG);
        lease.close();
        assertThat(claim().released()).isFalse();
        assertThatCode(next::require).doesNotThrowAnyException();
    }

    @Test
    void ofTwoThatTakeItAtOnceOneHasItAndTheOtherIsTold() throws Exception {
        take("before", LONG); // died with it
        var together = new CyclicBarrier(2);
        Callable<RunLease> taking = () -> {
            together.await();
            return RunLease.take(file(), "other", LONG, clock::get, told::incrementAndGet);
        };
        ExecutorService both = Executors.newFixedThreadPool(2);
        List<Future<RunLease>> taken = List.of(both.submit(taking), both.submit(taking));
        both.shutdown();
        List<RunLease> holders = new ArrayList<>();
        List<Throwable> refused = new ArrayList<>();
        for (Future<RunLease> each : taken) {
            try {
                leases.add(each.get());
                leases.get(leases.size() - 1).require(); // one that was very late is told here
                holders.add(leases.get(leases.size() - 1));
            } catch (ExecutionException e) {
                refused.add(e.getCause());
            } catch (LostException e) {
                refused.add(e);
            }
        }

        assertThat(holders).hasSize(1);
        assertThat(refused).singleElement().isInstanceOf(LostException.class);
        assertThat(refused.get(0)).hasMessageContaining("on other");
    }

    @Test
    void whoeverTakesTheLeaseFromAnotherMakesSureThatNobodyTakesItInTheSameMoment() throws Exception {
        take("before", LONG);
        String dead = claim().holder();
        ExecutorService beside = Executors.newSingleThreadExecutor();
        Future<RunLease> first = beside.submit(() -> RunLease.take(file(), "first", LONG, clock::get, () -> {}));
        beside.shutdown();
        while (claim().holder().equals(dead)) {
            Thread.onSpinWait();
        }
        take("second", LONG).require();

        assertThatThrownBy(first::get)
                .hasCauseInstanceOf(LostException.class)
                .hasMessageContaining("on second took the run over at the same time");
    }

    @Test
    void aRenewalOfTheFormerHolderThatCameTooLateTakesNothingBack() throws Exception {
        take("stalled", LONG);
        byte[] late = Files.readAllBytes(file());
        ExecutorService beside = Executors.newSingleThreadExecutor();
        Future<RunLease> taking =
                beside.submit(() -> RunLease.take(file(), "next", SHORT, clock::get, told::incrementAndGet));
        beside.shutdown();
        while (claim().machine().equals("stalled")) {
            Thread.onSpinWait();
        }
        renameInto(late); // while the next makes sure

        RunLease next = taking.get();
        leases.add(next);
        assertThat(claim().machine()).isEqualTo("next");
        renameInto(late); // and after it did
        assertThatCode(next::require).doesNotThrowAnyException();
        await().until(() -> claim().machine().equals("next"));
        assertThatThrownBy(leases.get(0)::require)
                .isInstanceOf(LostException.class)
                .hasMessageContaining("on next");
        assertThat(told).hasValue(0);
    }

    @Test
    void aHolderThatWasStoppedForAsLongAsTheLapseHasLostTheLease() throws Exception {
        RunLease lease = take("here", SHORT);
        for (int i = 0; i < 4; i++) { // longer than the lapse in all, but renewed in between
            clock.addAndGet(SHORT.toNanos() / 2);
            assertThatCode(lease::require).doesNotThrowAnyException();
            awaitRenewals(2); // the second began after the clock was moved
        }
        assertThat(told).hasValue(0);

        clock.addAndGet(SHORT.toNanos());

        assertThatThrownBy(lease::require).isInstanceOf(LostException.class);
        await().untilAsserted(() -> assertThat(told).hasValue(1));
        assertThatThrownBy(lease::require).isInstanceOf(LostException.class);
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("troupe-run-lease")));
        assertThat(told).as("told once").hasValue(1);
    }

    @Test
    void aHolderThatSleepsBetweenItsRenewalsFindsOutBeforeItSaves() throws Exception {
        RunLease lease = take("here", LONG);
        clock.addAndGet(LONG.toNanos() - 1);
        assertThatCode(lease::require).doesNotThrowAnyException();

        clock.addAndGet(1);

        assertThatThrownBy(lease::require)
                .isInstanceOf(LostException.class)
                .hasMessageContaining("could not be renewed for 36000 s");
    }

    @Test
    void aHolderWhoseStorageIsGoneKeepsTheLeaseForTheLapseAndNoLonger() throws Exception {
        RunLease lease = take("here", SHORT);
        awaitRenewals(1);
        Files.move(folder(), temp.resolve("elsewhere"));
        clock.addAndGet(SHORT.toNanos() - 1);
        assertThatCode(lease::require).as("nothing is lost yet").doesNotThrowAnyException();
        assertThat(told).hasValue(0);

        clock.addAndGet(1);

        assertThatThrownBy(lease::require).isInstanceOf(LostException.class);
        await().untilAsserted(() -> assertThat(told).hasValue(1));
    }

    @Test
    void aHolderIsToldWhoTookTheRunOver() throws Exception {
        RunLease lease = take("here", SHORT);
        RunLease asleep = take("asleep", LONG);
        await().untilAsserted(
                        () -> assertThat(told).as("found by its own thread").hasValue(1));
        RunLease next = take("there", LONG);

        assertThatThrownBy(lease::require).isInstanceOf(LostException.class).hasMessageContaining("taken over by");
        assertThatThrownBy(asleep::require)
                .as("found when it is about to save")
                .isInstanceOf(LostException.class)
                .hasMessageContaining("on there");
        lease.close();
        asleep.close();
        assertThat(claim().machine()).isEqualTo("there");
        assertThat(claim().released()).isFalse();
        assertThatCode(next::require).doesNotThrowAnyException();
        assertThat(told).hasValue(1);
    }

    @Test
    void nobodyIsToldOfALeaseThatWasLetGo() throws Exception {
        RunLease lease = take("here", SHORT);
        lease.close();
        long released = claim().renewal();
        clock.addAndGet(SHORT.toNanos());
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("troupe-run-lease")));

        assertThat(told).hasValue(0);
        assertThat(claim().renewal()).isEqualTo(released);
        try (Stream<Path> files = Files.list(folder())) {
            assertThat(files).as("nothing is left beside it").containsExactly(file());
        }
    }

    private RunLease take(String machine, Duration lapse) throws Exception {
        Files.createDirectories(folder());
        RunLease lease = RunLease.take(file(), machine, lapse, clock::get, told::incrementAndGet);
        leases.add(lease);
        return lease;
    }

    private void renameInto(byte[] claim) throws IOException {
        Path aside = Files.write(temp.resolve("late"), claim);
        Files.move(aside, file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private LeaseWatch watch() {
        return new LeaseWatch(file(), SHORT, watchersClock::get);
    }

    private RunLease.Claim claim() throws IOException {
        return RunLease.read(file()).orElseThrow();
    }

    private void awaitRenewals(int count) throws IOException {
        long before = claim().renewal();
        await().until(() -> claim().renewal() >= before + count);
    }

    private Path folder() {
        return temp.resolve("run");
    }

    private Path file() {
        return folder().resolve("run.lease");
    }
}
