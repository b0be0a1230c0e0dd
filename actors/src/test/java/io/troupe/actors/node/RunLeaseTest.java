package io.troupe.actors.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.troupe.actors.node.LeaseFile.Claim;
import io.troupe.actors.node.RunLease.LostException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
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
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final List<RunLease> leases = new ArrayList<>();

    @AfterEach
    void release() {
        leases.forEach(RunLease::close);
    }

    @Test
    void aLeaseThatIsRenewedIsNotFreeHoweverMuchTimePasses() throws Exception {
        take("here", SHORT);
        LeaseWatch watch = watch();
        assertThat(watch.vacancy()).isEmpty();

        for (int i = 0; i < 5; i++) {
            long before = claim().renewal();
            await().until(() -> claim().renewal() > before);
            watchersClock.addAndGet(SHORT.multipliedBy(10).toNanos());
            assertThat(watch.vacancy()).as("renewed since the last look").isEmpty();
        }
        assertThat(watch.owner()).isEqualTo("process " + ProcessHandle.current().pid() + " on here");
    }

    @Test
    void aLeaseThatStandsStillIsFreeAfterTheLapseByTheWatchersOwnClockAlone() throws Exception {
        take("here", LONG);
        Claim first = claim();
        LeaseWatch watch = watch();
        assertThat(watch.vacancy()).isEmpty();

        for (String touched : List.of("1999-01-01T00:00:00Z", "2099-01-01T00:00:00Z")) {
            Files.setLastModifiedTime(file(), FileTime.from(Instant.parse(touched)));
            assertThat(watch.vacancy()).as("touched in %s", touched).isEmpty();
        }
        clock.addAndGet(LONG.toNanos()); // what the holder's clock says is no matter
        watchersClock.addAndGet(SHORT.toNanos() - 1);
        assertThat(watch.vacancy()).isEmpty();
        watchersClock.addAndGet(1);
        assertThat(watch.vacancy()).isPresent();
        assertThat(watch.wasRenewed(first)).isFalse();
    }

    @Test
    void whoeverTakesTheLeaseBeginsItsTimeAnew() throws Exception {
        take("here", LONG);
        Claim first = claim();
        LeaseWatch watch = watch();
        watch.vacancy();
        watchersClock.addAndGet(SHORT.toNanos());
        take("there", LONG);

        assertThat(watch.vacancy()).isEmpty();
        assertThat(watch.wasRenewed(first)).isTrue();
        assertThat(watch.owner()).endsWith(" on there");
    }

    @Test
    void aLeaseThatIsNobodysOrWasLetGoIsFreeAtOnce() throws Exception {
        assertThat(watch().vacancy()).isPresent();
        RunLease lease = take("here", LONG);
        assertThat(watch().vacancy()).isEmpty();

        lease.close();
        assertThat(claim().released()).isTrue();
        assertThat(watch().vacancy()).isPresent();
        RunLease next = take("there", LONG);
        lease.close();
        assertThat(claim().released()).isFalse();
        assertThatCode(next::require).doesNotThrowAnyException();
    }

    @Test
    void aRenewalOfTheFormerHolderThatCameTooLateTakesNothingBack() throws Exception {
        take("stalled", LONG);
        byte[] late = Files.readAllBytes(file());
        RunLease next = take("next", SHORT);
        renameInto(late);

        assertThatCode(next::require).doesNotThrowAnyException();
        assertThat(claim().machine()).as("the later taking counts").isEqualTo("next");
        await().until(() -> !Arrays.equals(Files.readAllBytes(file()), late)); // by the next renewal
        assertThatThrownBy(leases.get(0)::require)
                .isInstanceOf(LostException.class)
                .hasMessageContaining("on next");
        renameInto(late);
        next.close();
        assertThat(claim().released()).isTrue();
        assertThat(told).isEmpty();
    }

    @Test
    void aHolderWhoseStorageDoesNotAnswerIsToldWhenTheLeaseLapsesAndNotWhenItAnswers() throws Exception {
        var stalled = new CountDownLatch(1);
        var writing = new CountDownLatch(2);
        LeaseFile slow = new LeaseFile(file()) {
            @Override
            void write(Claim claim) throws IOException {
                writing.countDown();
                if (claim.renewal() > 0) {
                    try {
                        stalled.await();
                    } catch (InterruptedException e) {
                        throw new InterruptedIOException();
                    }
                }
                super.write(claim);
            }
        };
        Files.createDirectories(folder());
        RunLease lease = RunLease.take(slow, Vacancy.NEVER_TAKEN, "here", SHORT, clock::get, told::add);
        leases.add(lease);
        writing.await();
        clock.addAndGet(SHORT.toNanos() - 1);
        assertThatCode(lease::require).as("it does not wait for the storage").doesNotThrowAnyException();

        clock.addAndGet(1);

        assertThatThrownBy(lease::require).isInstanceOf(LostException.class);
        await().untilAsserted(() -> assertThat(told)
                .singleElement()
                .asString()
                .contains("could not be renewed for 0 s", file() + " could not be written"));
        take("next", LONG); // finds it lapsed
        stalled.countDown();
        await().until(() -> Files.readString(file()).contains("\"here\"")); // what it began comes late
        assertThat(claim().machine()).isEqualTo("next");
        assertThatThrownBy(lease::require).isInstanceOf(LostException.class);
        assertThat(told).hasSize(1);
    }

    @Test
    void aHolderThatWasStoppedForAsLongAsTheLapseHasLostTheLease() throws Exception {
        RunLease lease = take("here", SHORT);
        for (int i = 0; i < 4; i++) { // longer than the lapse in all, but renewed in between
            clock.addAndGet(SHORT.toNanos() / 2);
            assertThatCode(lease::require).doesNotThrowAnyException();
            awaitRenewals(2); // the second began after the clock was moved
        }
        assertThat(told).isEmpty();

        clock.addAndGet(SHORT.toNanos());

        assertThatThrownBy(lease::require).isInstanceOf(LostException.class);
        await().untilAsserted(() -> assertThat(told).hasSize(1));
        assertThatThrownBy(lease::require).isInstanceOf(LostException.class);
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("troupe-run-lease")));
        assertThat(told).as("told once").hasSize(1);
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
        assertThat(told).isEmpty();

        clock.addAndGet(1);

        assertThatThrownBy(lease::require).isInstanceOf(LostException.class);
        await().untilAsserted(() -> assertThat(told).hasSize(1));
    }

    @Test
    void aHolderIsToldWhoTookTheRunOver() throws Exception {
        RunLease lease = take("here", SHORT);
        RunLease asleep = take("asleep", LONG);
        await().untilAsserted(
                        () -> assertThat(told).as("found by its own thread").hasSize(1));
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
        assertThat(told).hasSize(1);
    }

    @Test
    void nobodyIsToldOfALeaseThatWasLetGo() throws Exception {
        RunLease lease = take("here", SHORT);
        lease.close();
        long released = claim().renewal();
        clock.addAndGet(SHORT.toNanos());
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("troupe-run-lease")));

        assertThat(told).isEmpty();
        assertThat(claim().renewal()).isEqualTo(released);
        try (Stream<Path> files = Files.list(folder())) {
            assertThat(files)
                    .as("nothing else is left beside it")
                    .containsExactlyInAnyOrder(file(), folder().resolve("run.lease.takings"));
        }
    }

    /** Takes it, whosever it was. */
    private RunLease take(String machine, Duration lapse) throws Exception {
        Files.createDirectories(folder());
        Vacancy found = lease().read().map(LeaseWatch::vacant).orElse(Vacancy.NEVER_TAKEN);
        RunLease lease = RunLease.take(lease(), found, machine, lapse, clock::get, told::add);
        leases.add(lease);
        return lease;
    }

    private void renameInto(byte[] claim) throws IOException {
        Path aside = Files.write(temp.resolve("late"), claim);
        Files.move(aside, file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private LeaseWatch watch() {
        return new LeaseWatch(lease(), SHORT, watchersClock::get);
    }

    private Claim claim() throws IOException {
        return lease().read().orElseThrow();
    }

    private void awaitRenewals(int count) throws IOException {
        long before = claim().renewal();
        await().until(() -> claim().renewal() >= before + count);
    }

    private LeaseFile lease() {
        return new LeaseFile(file());
    }

    private Path folder() {
        return temp.resolve("run");
    }

    private Path file() {
        return folder().resolve("run.lease");
    }
}
