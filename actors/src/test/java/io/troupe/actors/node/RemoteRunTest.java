package io.troupe.actors.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.journal.RunObserver;
import io.troupe.policy.Arithmetic;
import io.troupe.policy.ComputeDevice;
import io.troupe.policy.Policy;
import io.troupe.rollout.serve.CompletionServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs whose turns are sampled by a real inference server. */
class RemoteRunTest {

    @TempDir
    static Path home;

    @TempDir
    Path temp;

    @BeforeAll
    static void prepare() throws IOException {
        TinyRun.prepare(home);
    }

    @Test
    void aRunSampledByAServerHasTheLogProbabilitiesOfTheLearnerAtEveryVersion() throws Exception {
        try (Policy policy = Policy.open(home.resolve("policy"), Arithmetic.EXACT);
                var server = new CompletionServer(
                        policy,
                        new CompletionServer.Settings("127.0.0.1", 0, "tiny", ComputeDevice.CPU, 16, 64, shared()))) {
            RunSummary summary = TrainingRun.of(plan("remote", server.port()), RunObserver.NONE)
                    .execute(); // debug.check-logprobs ends the run at the first that differs
            assertThat(summary.steps()).isEqualTo(4);
            assertThat(summary.groupsDiscarded()).isEmpty();
            assertThat(server.served()).isGreaterThan(4 * 3 * 4);
            assertThat(temp.resolve("remote/metrics.jsonl")).content().contains("kind=TROUPE");
        }
    }

    @Test
    void aServerThatIsNotThereIsNamedBeforeAnythingBegins() throws Exception {
        shared();
        assertThatThrownBy(() ->
                        TrainingRun.of(plan("absent", 1), RunObserver.NONE).execute())
                .isInstanceOf(RunFailedException.class)
                .hasMessageContaining("http://127.0.0.1:1 cannot be used")
                .hasMessageContaining("does the server run?");
    }

    private Path shared() throws IOException {
        return Files.createDirectories(temp.resolve("shared"));
    }

    private RunPlan plan(String name, int port) {
        return TinyRun.plan(
                home,
                temp.resolve(name),
                false,
                "train.staleness=0",
                "rollout.engine=remote",
                "rollout.remote.urls=[\"http://127.0.0.1:" + port + "\"]",
                "rollout.remote.shared-directory=\"" + temp.resolve("shared") + "\"");
    }
}
