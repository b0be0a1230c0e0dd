package io.troupe.actors.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.config.ClusterSettings;
import io.troupe.actors.journal.RecordingJournal;
import io.troupe.actors.journal.RunObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node that serves one run after another. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class StayingNodeTest {

    @TempDir
    Path temp;

    @Test
    void aNodeThatStaysWorksForTheNextRunOfAnotherPolicyToo() throws Exception {
        int port = freePort();
        var journal = new RecordingJournal();
        WorkerProcess node = node(port, journal);
        CompletableFuture<String> ending = CompletableFuture.supplyAsync(() -> {
            try {
                return node.execute();
            } catch (RunFailedException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        try {
            for (String name : List.of("first", "second")) {
                Path home = temp.resolve(name);
                TinyRun.prepare(home);
                if (name.equals("second")) {
                    TinyRun.replacePolicy(home, 4);
                }
                RunSummary summary = onlyLearning(home, port);
                assertThat(summary.steps()).isEqualTo(3);
            }
        } finally {
            node.stop();
        }

        assertThat(ending.get(30, TimeUnit.SECONDS)).isEqualTo("left as asked");
        assertThat(journal.messages("over"))
                .isNotEmpty()
                .allSatisfy(message -> assertThat(message).startsWith("the run is over: "));
        assertThat(journal.messages("fetching")).hasSize(2);
    }

    /** A run that makes nothing of its own: without a node it would wait. */
    private static RunSummary onlyLearning(Path home, int port) throws Exception {
        return TrainingRun.of(
                        TinyRun.plan(
                                home,
                                home.resolve("run"),
                                false,
                                "train.steps=3",
                                "cluster.port=" + port,
                                "cluster.roles=[learner]",
                                "evaluation.before=false",
                                "evaluation.after=false"),
                        RunObserver.NONE)
                .execute();
    }

    private WorkerProcess node(int port, RecordingJournal journal) {
        return WorkerProcess.of(
                new WorkerProcess.Settings(
                        "stays",
                        List.of("127.0.0.1:" + port),
                        new ClusterSettings(
                                "127.0.0.1", 0, "", 0, List.of("rollout", "verifier"), Duration.ofSeconds(10)),
                        temp.resolve("node"),
                        List.of(),
                        Duration.ofSeconds(1),
                        true,
                        "test"),
                journal);
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }
}
