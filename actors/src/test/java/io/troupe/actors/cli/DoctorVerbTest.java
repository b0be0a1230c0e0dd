package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.cli.Checkup.Finding;
import io.troupe.actors.cli.Checkup.State;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorVerbTest {

    @TempDir
    Path folder;

    @Test
    void namesEngineDevicesThreadsMemoryAndDisk() {
        var doctor = Invocation.of("doctor", "--run", folder.toString());

        assertThat(doctor.out())
                .contains(
                        "java ",
                        "cores ",
                        "OMP_NUM_THREADS",
                        "memory ",
                        "engine ",
                        "libtorch 2.",
                        "devices ",
                        "cpu",
                        "natives ")
                .contains("cache ", "run folders ", "embedded policy", "task families");
    }

    @Test
    void jsonIsOneObjectALine() throws IOException {
        for (String line : Invocation.of("doctor", "--json").out().lines().toList()) {
            JsonNode finding = JsonLines.JSON.readTree(line);
            assertThat(finding.path("check").asText()).isNotEmpty();
            assertThat(finding.path("state").asText()).isIn("ok", "warn", "missing");
            assertThat(finding.path("state").asText().equals("ok"))
                    .isEqualTo(finding.path("advice").asText().isEmpty());
        }
    }

    @Test
    void tooManyThreadsOrNoneGivenIsAWarning() {
        assertThat(state("OMP_NUM_THREADS", Map.of("OMP_NUM_THREADS", "1"))).isEqualTo(State.OK);
        assertThat(state("OMP_NUM_THREADS", Map.of("OMP_NUM_THREADS", "999"))).isEqualTo(State.WARN);
        assertThat(state("OMP_NUM_THREADS", Map.of())).isEqualTo(State.WARN);
    }

    @Test
    void aRunFolderThatCannotBeMadeIsMissing() {
        List<Finding> findings = Checkup.of(Map.of(), Path.of("/proc/nowhere"));

        assertThat(findings)
                .filteredOn(finding -> finding.name().equals("run folders"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.advice()).contains("choose another with --run"));
    }

    @Test
    void aPolicysMemoryIsReckonedForSamplingAndTraining() {
        var single = Invocation.of("doctor", "--policy", "embedded");
        var larger = Invocation.of("doctor", "--policy", "embedded", "--set", "rollout.slots=4096");

        assertThat(single.exitCode()).as(single.err()).isZero();
        assertThat(single.out())
                .contains("policy ", "million parameters", "memory, sampling", "keys and values of 128 sequences")
                .contains("memory, training", "the optimiser's moments", " on cpu: ");
        assertThat(bytesOf(larger.out())).isGreaterThan(10 * bytesOf(single.out()));
    }

    @Test
    void aPolicyThatIsNotThereIsMissing() {
        var doctor = Invocation.of("doctor", "--policy", folder.resolve("none").toString());

        assertThat(doctor.exitCode()).isEqualTo(1);
        assertThat(doctor.out()).contains("missing  policy", "there is no policy directory");
    }

    /** How much sampling is said to take, in GiB. */
    private static double bytesOf(String out) {
        String sampling = out.lines()
                .filter(line -> line.contains("memory, sampling"))
                .findFirst()
                .orElseThrow();
        return Double.parseDouble(sampling.replaceAll(".*memory, sampling +([0-9.]+) GiB of .*", "$1"));
    }

    private State state(String name, Map<String, String> environment) {
        return Checkup.of(environment, folder).stream()
                .filter(finding -> finding.name().equals(name))
                .findFirst()
                .orElseThrow()
                .state();
    }
}
