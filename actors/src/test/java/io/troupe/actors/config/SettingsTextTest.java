package io.troupe.actors.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTextTest {

    @TempDir
    Path folder;

    @Test
    void whatIsWrittenBindsToTheSameSettings() throws IOException {
        TroupeSettings settings = new SettingsLoader()
                .set("run.dir=a \"quoted\" folder")
                .set("run.seed=9223372036854775807")
                .set("tasks=[{family=agent/calculator, level=3, weight=0.25}]")
                .set("rollout.stop=[\"\\n\\n\", \"</s>\"]")
                .set("rollout.lease-timeout=1500 milliseconds")
                .set("train.time-limit=4m")
                .set("train.schedule=cosine")
                .set("train.epsilon=1e-12")
                .set("objective.weight.tau=4")
                .set("objective.off-policy.cap=null")
                .load()
                .settings();

        assertThat(reread(settings)).isEqualTo(settings);
    }

    @Test
    void theDefaultsBindToThemselves() throws IOException {
        TroupeSettings defaults = SettingsLoader.defaults().settings();

        assertThat(reread(defaults)).isEqualTo(defaults);
    }

    @Test
    void aCopyWithAnotherObjectiveIsThatObjective() throws IOException {
        Path copy = Files.writeString(
                folder.resolve("copy.conf"),
                SettingsText.of(SettingsLoader.defaults().settings()));

        var switched =
                new SettingsLoader().file(copy).set("objective.name=grpo").load();

        assertThat(switched.settings().objective())
                .isEqualTo(io.troupe.learner.objective.ObjectivePresets.named("grpo"));
    }

    private TroupeSettings reread(TroupeSettings settings) throws IOException {
        Path file = Files.writeString(folder.resolve("config.conf"), SettingsText.of(settings));
        return new SettingsLoader().file(file).load().settings();
    }
}
