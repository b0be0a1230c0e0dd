package io.troupe.actors.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.learning.UpdateLog.Update;
import io.troupe.actors.replay.RecordedRun;
import io.troupe.actors.replay.Replay;
import io.troupe.actors.replay.ReplayObserver;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, killed with SIGKILL. */
class KilledRunTest {

    private static final String DETERMINISTIC = "run.deterministic=true";

    @TempDir
    static Path home;

    @TempDir
    Path temp;

    @BeforeAll
    static void prepare() throws IOException {
        TinyRun.prepare(home);
    }

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void aKilledRunResumesToTheWeightsOfTheRunThatWasNeverKilled() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String whole = last(run(temp.resolve("whole"), false, Integer.MAX_VALUE, DETERMINISTIC));

        Path killed = temp.resolve("killed");
        List<String> first = run(killed, false, 1 + random.nextInt(6), DETERMINISTIC);
        List<String> second = run(killed, true, 1 + random.nextInt(3), DETERMINISTIC);
        List<String> third = run(killed, true, Integer.MAX_VALUE, DETERMINISTIC);

        assertThat(last(third))
                .as("killed after %s and again after %s, seed %d", last(first), last(second), seed)
                .startsWith("DIGEST ")
                .isEqualTo(whole);
    }

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void theLogOfAnAsynchronousRunThatWasKilledTellsOneStoryThatReplays() throws Exception {
        String[] asynchronous = {
            "train.staleness=2",
            "rollout.workers=2",
            "debug.check-logprobs=false",
            "train.keep-checkpoints=10",
            "run.seed=1"
        };
        Path killed = temp.resolve("killed");
        run(killed, false, 5, asynchronous); // after the checkpoint at 3: updates 4 and 5 are made again
        asynchronous[4] = "train.learning-rate=0.02"; // and otherwise than before
        String last = last(run(killed, true, Integer.MAX_VALUE, asynchronous));

        assertThat(last).startsWith("DIGEST ");
        assertThat(Files.readString(killed.resolve("trajectories/updates.jsonl")))
                .contains("\"epoch\":1")
                .contains("\"epoch\":2");
        RecordedRun run = RecordedRun.open(killed);
        for (String from : List.of("first", "3", "6", "last-1")) {
            long start = run.start(from);
            Replay.Outcome outcome =
                    new Replay(run, name -> TinyRun.policy(home), new Silence()).between(start, run.lastUpdate());
            assertThat(outcome.differences()).as("from %s", from).isZero();
            assertThat(outcome.updates()).isEqualTo(12 - start);
            assertThat(outcome.summary()).isTrue();
        }
    }

    private static final class Silence implements ReplayObserver {
        @Override
        public void began(long version, String arithmetic, String recorded) {}

        @Override
        public void same(Update update) {}

        @Override
        public void sameCheckpoint(long version, int files) {}

        @Override
        public void differs(String what) {
            throw new AssertionError(what);
        }
    }

    /** Runs until so many updates were made, then kills; or to the end. Returns what the process said. */
    private List<String> run(Path directory, boolean resume, int killAfter, String... overrides) throws Exception {
        Path errors = temp.resolve("errors-" + System.nanoTime());
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dai.djl.offline=true",
                "-Dai.djl.pytorch.graph_optimizer=false",
                "-Dlogback.configurationFile=killed-run-logback.xml",
                "-cp",
                System.getProperty("java.class.path"),
                KillableRun.class.getName(),
                home.toString(),
                directory.toString(),
                Boolean.toString(resume)));
        command.addAll(List.of(overrides));
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        List<String> said = new ArrayList<>();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            int steps = 0;
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                said.add(line);
                if (line.startsWith("STEP ") && ++steps == killAfter) {
                    break;
                }
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(said).as(Files.readString(errors)).isNotEmpty();
        return said;
    }

    private static String last(List<String> lines) {
        return lines.get(lines.size() - 1);
    }
}
