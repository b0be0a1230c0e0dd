package io.troupe.actors.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.config.SettingsException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyPlanTest {

    @TempDir
    Path folder;

    @Test
    void runsThatGoOnAtOnceCannotShareAPort() throws Exception {
        assertThatThrownBy(() -> Studies.plan(folder, "parallel=2", "base.cluster.port=7355"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("study.parallel = 2")
                .hasMessageContaining("default/grpo/seed-1 has cluster.port = 7355");

        assertThat(Studies.plan(folder, "base.cluster.port=7355").cells()).hasSize(4);
        assertThat(Studies.plan(folder, "parallel=2").cells()).hasSize(4);
    }
}
