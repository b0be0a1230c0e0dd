package io.troupe.actors.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.node.LeaseFile.Claim;
import io.troupe.actors.node.RunLease.LostException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who has a lease that several want. */
class ContestedLeaseTest {

    private static final Duration LAPSE = Duration.ofMillis(200);

    /** A holder that goes by this renews nothing while a test runs. */
    private static final Duration LONG = Duration.ofHours(10);

    @TempDir
    Path temp;

    private final AtomicLong clock = new AtomicLong();
    private final AtomicLong watchersClock = new AtomicLong();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final List<RunLease> leases = new ArrayList<>();

    @AfterEach
    void release() {
        leases.forEach(RunLease::close);
    }

    @Test
    void ofManyThatFoundItFreeInTheSameStateOneHasItWhatThatStateWas() throws Exception {
        int takers = 8;
        ExecutorService together = Executors.newFixedThreadPool(takers);
        var barrier = new CyclicBarrier(takers);
        for (int round = 0; round < 150; round++) {
            Files.createDirectories(folder());
            if (round % 3 == 1) {
                leases.get(leases.size() - 1).close(); // let go of; in the other rounds its holder died
            } else if (round % 3 == 2) {
                Files.delete(file()); // taken by one that died before it came to write this
            }
            Vacancy found = round == 0 ? Vacancy.NEVER_TAKEN : LeaseWatch.vacant(claim());
            List<Future<RunLease>> taking = new ArrayList<>();
            for (int i = 0; i < takers; i++) {
                String machine = "taker-" + i;
                taking.add(together.submit(() -> {
                    barrier.await();
                    return RunLease.take(lease(), found, machine, LONG, clock::get, told::add);
                }));
            }
            List<RunLease> holders = new ArrayList<>();
            for (Future<RunLease> each : taking) {
                try {
                    holders.add(each.get());
                } catch (ExecutionException e) {
                    assertThat(e.getCause())
                            .isInstanceOf(LostException.class)
                            .hasMessageContaining(" took the run over at the same time");
                }
            }
            leases.addAll(holders);
            assertThat(holders).as("round %s", round).hasSize(1);
            holders.get(0).require();
        }
        together.shutdown();
    }

    @Test
    void ofProcessesThatFoundItFreeInTheSameStateOneHasIt() throws Exception {
        int rounds = 60;
        Path go = temp.resolve("go");
        List<Process> racing = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            racing.add(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xshare:auto",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            RacingTaker.class.getName(),
                            temp.toString(),
                            Integer.toString(rounds))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        }
        List<BufferedReader> said = racing.stream().map(Process::inputReader).toList();
        for (BufferedReader each : said) {
            assertThat(each.readLine()).isEqualTo("ready");
        }
        Files.createFile(go);
        List<String> won = new ArrayList<>();
        for (BufferedReader each : said) {
            won.addAll(each.lines().toList());
        }

        assertThat(won)
                .as("every round once")
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, rounds).mapToObj(Integer::toString).toList());
    }

    @Test
    void whoeverFoundItFreeBeforeItWasTakenDoesNotTakeItFromItsHolder() throws Exception {
        take("before", LONG);
        Vacancy found = LeaseWatch.vacant(claim());
        RunLease holder = RunLease.take(lease(), found, "first", LONG, clock::get, told::add);
        leases.add(holder);

        assertThatThrownBy(() -> RunLease.take(lease(), found, "late", LONG, clock::get, told::add))
                .isInstanceOf(LostException.class)
                .hasMessageEndingWith(" on first took the run over at the same time");
        holder.require();
        assertThat(claim().machine()).isEqualTo("first");
    }

    @Test
    void aTakerThatDiedHalfWayHoldsOthersUpForTheLapseOnly() throws Exception {
        take("before", LONG);
        Path taking = folder().resolve("run.lease.takings").resolve("2");
        for (String written : List.of("", "{\"holder\": \"x", "{}")) {
            Files.writeString(taking, written);
            LeaseWatch watch = watch();
            assertThat(watch.vacancy()).as("it may come to write it").isEmpty();
            assertThat(watch.owner()).isEqualTo("a process that takes it over");
            watchersClock.addAndGet(LAPSE.toNanos());
            assertThat(watch.vacancy()).contains(new Vacancy(2, "a process that takes it over"));
        }

        assertThatThrownBy(leases.get(0)::require).isInstanceOf(LostException.class);
        take("after", LONG).require();
        assertThat(claim().taking()).isEqualTo(3);
    }

    @Test
    void aTakerThatWasStoppedHalfWayFindsOutThatAnotherTookIt() throws Exception {
        take("before", LONG);
        Vacancy found = LeaseWatch.vacant(claim());
        LeaseFile slow = new LeaseFile(file()) {
            @Override
            void write(Claim claim) throws IOException {
                try {
                    ContestedLeaseTest.this.take("next", LONG); // which found it lapsed
                } catch (Exception e) {
                    throw new IOException(e);
                }
                super.write(claim);
            }
        };

        assertThatThrownBy(() -> RunLease.take(slow, found, "stopped", LONG, clock::get, told::add))
                .isInstanceOf(LostException.class)
                .hasMessageContaining("taken over by", "on next");
        leases.get(1).require();
        assertThat(claim().machine()).as("whatever stands in run.lease").isEqualTo("next");
    }

    /** Takes it, whosever it was. */
    private RunLease take(String machine, Duration lapse) throws Exception {
        Files.createDirectories(folder());
        Vacancy found = lease().read().map(LeaseWatch::vacant).orElse(Vacancy.NEVER_TAKEN);
        RunLease lease = RunLease.take(lease(), found, machine, lapse, clock::get, told::add);
        leases.add(lease);
        return lease;
    }

    private LeaseWatch watch() {
        return new LeaseWatch(lease(), LAPSE, watchersClock::get);
    }

    private Claim claim() throws IOException {
        return lease().read().orElseThrow();
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
