package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.learner.objective.ObjectivePage;
import io.troupe.learner.objective.ObjectivePresets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectivesVerbTest {

    @Test
    void listsEveryRowWithItsSource() {
        var list = Invocation.of("objectives");

        assertThat(list.exitCode()).as(list.err()).isZero();
        assertThat(list.out().lines().filter(line -> line.contains("arXiv"))).hasSizeGreaterThan(20);
        for (String name : ObjectivePresets.names()) {
            assertThat(list.out()).containsPattern("(?m)^" + name + " ");
        }
    }

    @Test
    void showsFormulaCertaintyAndEveryChoiceOfARow() {
        var dapo = Invocation.of("objectives", "dapo");

        assertThat(dapo.exitCode()).as(dapo.err()).isZero();
        assertThat(dapo.out())
                .contains("DAPO, arXiv 2503.14476")
                .contains("clip(u, 1 − 0.2, 1 + 0.28)")
                .contains("Certain: all four parts")
                .contains("  * objective.trust-region.clip-high = 0.28")
                .contains("    objective.trust-region.clip-low = 0.2")
                .contains("  * objective.dynamic-sampling.rounds = 10");
    }

    @Test
    void aNameThatIsNoneIsRefusedWithThoseThatAre() {
        var unknown = Invocation.of("objectives", "ppo");

        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.err()).contains("ppo").contains("tr-grpo, grpo, dr-grpo, dapo");
        assertThat(unknown.out()).isEmpty();
    }

    @Test
    void writesThePage(@TempDir Path folder) throws IOException {
        Path page = folder.resolve("page.md");
        var write = Invocation.of("objectives", "--write", page.toString());

        assertThat(write.exitCode()).as(write.err()).isZero();
        assertThat(Files.readString(page)).isEqualTo(ObjectivePage.markdown());
    }
}
