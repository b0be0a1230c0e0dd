package io.troupe.actors.node;

import static org.assertj.core.api.Assertions.assertThat;

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
        String whole = last(run(temp.resolve("whole"), false, Integer.MAX_VALUE));

        Path killed = temp.resolve("killed");
        List<String> first = run(killed, false, 1 + random.nextInt(6));
        List<String> second = run(killed, true, 1 + random.nextInt(3));
        List<String> third = run(killed, true, Integer.MAX_VALUE);

        assertThat(last(third))
                .as("killed after %s and again after %s, seed %d", last(first), last(second), seed)
                .startsWith("DIGEST ")
                .isEqualTo(whole);
    }

    /** Runs until so many updates were made, then kills; or to the end. Returns what the process said. */
    private List<String> run(Path directory, boolean resume, int killAfter) throws Exception {
        Path errors = temp.resolve("errors-" + System.nanoTime());
        Process process = new ProcessBuilder(
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
                        Boolean.toString(resume))
                .redirectError(errors.toFile())
                .start();
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
