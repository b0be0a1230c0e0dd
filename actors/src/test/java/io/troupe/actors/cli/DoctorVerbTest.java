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
                .contains("java ", "cores ", "OMP_NUM_THREADS", "memory ", "engine ", "libtorch 2.", "devices ", "CPU")
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

    private State state(String name, Map<String, String> environment) {
        return Checkup.of(environment, folder).stream()
                .filter(finding -> finding.name().equals(name))
                .findFirst()
                .orElseThrow()
                .state();
    }
}
