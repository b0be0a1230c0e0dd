package io.troupe.actors.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.bench.AsyncBenchmark;
import io.troupe.actors.bench.AsyncBenchmark.Side;
import io.troupe.actors.journal.RunObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AsyncBenchmarkTest {

    @TempDir
    static Path home;

    @TempDir
    Path temp;

    @BeforeAll
    static void prepare() throws IOException {
        TinyRun.prepare(home);
    }

    @Test
    void whereEnvironmentsWaitAsynchronyMakesMoreGroupsAMinute() throws Exception {
        Side synchronous = AsyncBenchmark.run(plan("sync", 0), 2, RunObserver.NONE);
        Side asynchronous = AsyncBenchmark.run(plan("async", 4), 2, RunObserver.NONE);

        assertThat(synchronous.stalenessMax()).isZero();
        assertThat(asynchronous.stalenessMax()).isBetween(1L, 4L);
        assertThat(synchronous.trainerWaitSeconds()).isGreaterThan(0.15); // the median alone, and more
        assertThat(asynchronous.groupsPerMinute()).isGreaterThan(1.2 * synchronous.groupsPerMinute());
        assertThat(synchronous.success()).containsOnlyKeys(ParityFamily.ID);
    }

    @Test
    void aRunThatIsAllWarmUpMeasuresNothing() {
        assertThatThrownBy(() -> AsyncBenchmark.run(plan("short", 0, "train.steps=1"), 1, RunObserver.NONE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("after 1 updates");
    }

    private RunPlan plan(String name, int staleness, String... overrides) {
        List<String> all = new ArrayList<>(List.of(
                "debug.check-logprobs=false",
                "debug.environment-latency.median=150ms",
                "train.staleness=" + staleness,
                "train.steps=10",
                "rollout.slots=60",
                "evaluation.before=false",
                "evaluation.after=false"));
        all.addAll(List.of(overrides));
        return TinyRun.plan(home, temp.resolve(name), false, all.toArray(String[]::new));
    }
}
