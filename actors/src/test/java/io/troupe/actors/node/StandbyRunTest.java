package io.troupe.actors.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.troupe.actors.node.StandbyRun.Turn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandbyRunTest {

    private static final Duration LAPSE = Duration.ofMillis(600);
    private static final Duration NEVER = Duration.ofHours(10);

    @TempDir
    Path folder;

    private final AtomicBoolean stopped = new AtomicBoolean();
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

            assertThat(turn.get(10, TimeUnit.SECONDS)).isEqualTo(Turn.TAKE_OVER);
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
            assertThat(turn.get(10, TimeUnit.SECONDS)).isEqualTo(Turn.DONE);
        }
    }

    @Test
    void aRunWhoseLearnerFailedIsTakenOverAtOnce() throws Exception {
        take(NEVER).close();
        standBy(NEVER);

        assertThat(turn.get(10, TimeUnit.SECONDS)).isEqualTo(Turn.TAKE_OVER);
    }

    @Test
    void whereNothingHasBegunThereIsNothingToTakeOver() throws Exception {
        standBy(Duration.ofNanos(1));
        await().pollDelay(Duration.ofMillis(500))
                .untilAsserted(() -> assertThat(turn).isNotDone());

        stopped.set(true);
        assertThat(turn.get(10, TimeUnit.SECONDS)).isEqualTo(Turn.STOPPED);
    }

    @Test
    void aLeaseThatCannotBeReadIsNamed() throws IOException {
        Files.writeString(folder.resolve("run.lease"), "{\"holder\": ");

        assertThatThrownBy(() -> StandbyRun.await(folder, LAPSE, stopped::get))
                .isInstanceOf(RunFailedException.class)
                .hasMessageStartingWith("cannot read " + folder.resolve("run.lease"));
    }

    private void standBy(Duration lapse) {
        turn = CompletableFuture.supplyAsync(() -> {
            try {
                return StandbyRun.await(folder, lapse, stopped::get);
            } catch (RunFailedException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private RunLease take(Duration lapse) throws Exception {
        return RunLease.take(folder.resolve("run.lease"), "here", lapse, System::nanoTime, () -> {});
    }

    private long renewal() throws IOException {
        return RunLease.read(folder.resolve("run.lease")).orElseThrow().renewal();
    }
}
