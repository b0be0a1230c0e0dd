package io.troupe.actors.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.troupe.actors.config.ClusterSettings;
import io.troupe.actors.journal.RecordingJournal;
import io.troupe.actors.journal.RunObserver;
import io.troupe.actors.journal.StepMetrics;
import io.troupe.actors.node.RunFailedException.Kind;
import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose disk is too small, on a real file system of that size. Skipped where none may be mounted. */
class FullDiskTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int DISK_BYTES = 8 << 20;

    @TempDir
    Path temp;

    private final List<Long> steps = new CopyOnWriteArrayList<>();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private Path home;
    private Path disk;

    @BeforeEach
    void mount() throws Exception {
        home = Files.createDirectory(temp.resolve("home"));
        disk = Files.createDirectory(temp.resolve("disk"));
        assumeTrue(
                ran("mount", "-t", "tmpfs", "-o", "size=" + DISK_BYTES, "tmpfs", disk.toString()),
                "no file system can be mounted here");
        TinyRun.prepare(home);
    }

    @AfterEach
    void unmount() throws Exception {
        ran("umount", "--lazy", disk.toString()); // what the node mapped is let go of when its buffers are collected
    }

    @Test
    void aNodeWithoutRoomForTheNextVersionSaysSoAndEndsAndTheRunGoesOnWithoutIt() throws Exception {
        int port = freePort();
        Path directory = temp.resolve("run");
        TrainingRun training = TrainingRun.of(
                TinyRun.plan(
                        home,
                        directory,
                        false,
                        "train.steps=2000",
                        "cluster.port=" + port,
                        "evaluation.before=false",
                        "evaluation.after=false"),
                new Watcher());
        CompletableFuture<RunSummary> run = begun(training::execute);
        try {
            await().atMost(PATIENCE).until(() -> !steps.isEmpty());
            leaveRoomForOneVersion(directory.resolve("policy"));
            var journal = new RecordingJournal();
            CompletableFuture<String> node = begun(node(port, journal)::execute);

            assertThatThrownBy(() -> node.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOfSatisfying(RunFailedException.class, e -> {
                        assertThat(e.kind()).isEqualTo(Kind.FAILED);
                        assertThat(e.kind().exitCode()).isNotZero();
                    })
                    .hasMessageContaining(disk.toString())
                    .hasMessageContaining("No space left on device")
                    .hasMessageEndingWith(
                            "; this node ends, and others do its work; make room there, or start it with another --dir");
            assertThat(journal.messages("working")).hasSize(1);
            await().atMost(PATIENCE).until(() -> events.contains("node small is gone"));
            int then = steps.size();
            await().atMost(PATIENCE).until(() -> steps.size() > then + 3);
        } finally {
            training.stop();
        }
        RunSummary summary = run.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

        assertThat(summary.groupsDiscarded().keySet()).isSubsetOf("too-stale");
        assertThatEveryGroupWasTrainedOnceAndJudged(directory.resolve("trajectories"), summary.steps());
    }

    private WorkerProcess node(int port, RecordingJournal journal) {
        return WorkerProcess.of(
                new WorkerProcess.Settings(
                        "small",
                        List.of("127.0.0.1:" + port),
                        new ClusterSettings(
                                "127.0.0.1", 0, "", 0, List.of(ClusterSettings.ROLLOUT), Duration.ofSeconds(10)),
                        disk.resolve("node"),
                        List.of(),
                        Duration.ofSeconds(1),
                        false,
                        "test"),
                journal);
    }

    /** For the files that the policy is made of, and one and a half of what is published at every step. */
    private void leaveRoomForOneVersion(Path published) throws IOException {
        long version;
        try (Stream<Path> files = Files.list(published)) {
            version = Files.size(files.findAny().orElseThrow());
        }
        long needed = version * 3 / 2;
        try (Stream<Path> files = Files.list(TinyRun.policy(home))) {
            for (Path file : files.toList()) {
                needed += (Files.size(file) + 4095) / 4096 * 4096;
            }
        }
        Files.write(disk.resolve("what-others-keep-there"), new byte[Math.toIntExact(DISK_BYTES - needed)]);
    }

    private static void assertThatEveryGroupWasTrainedOnceAndJudged(Path trajectories, long updates)
            throws IOException {
        Set<Long> trained = new HashSet<>();
        for (long update = 1; update <= updates; update++) {
            try (InputStream in = Files.newInputStream(trajectories.resolve(String.format("step-%06d.pb", update)))) {
                for (Group group = Group.parseDelimitedFrom(in); group != null; group = Group.parseDelimitedFrom(in)) {
                    assertThat(trained.add(group.getId()))
                            .as("group %s", group.getId())
                            .isTrue();
                    assertThat(group.getTrajectoriesList())
                            .allSatisfy(trajectory -> assertThat(
                                            trajectory.getVerdict().getOutcome())
                                    .isIn(
                                            Outcome.OUTCOME_CORRECT,
                                            Outcome.OUTCOME_WRONG,
                                            Outcome.OUTCOME_NO_ANSWER,
                                            Outcome.OUTCOME_UNPARSABLE_ANSWER));
                }
            }
        }
        assertThat(trained).isNotEmpty();
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    private static boolean ran(String... command) throws Exception {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false; // there is no such command here
        }
    }

    private static <T> CompletableFuture<T> begun(Callable<T> task) {
        var result = new CompletableFuture<T>();
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(task.call());
                    } catch (Exception e) {
                        result.completeExceptionally(e);
                    }
                },
                "full-disk-test");
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    private final class Watcher implements RunObserver {
        @Override
        public void onEvent(RunEvent event) {
            events.add(event.message());
        }

        @Override
        public void onStep(StepMetrics step) {
            steps.add(step.step());
        }
    }
}
