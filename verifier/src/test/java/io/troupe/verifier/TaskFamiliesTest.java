package io.troupe.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskFamiliesTest {

    @Test
    void findsTheFamiliesThatShipWithTroupe() {
        assertThat(TaskFamilies.load().all())
                .extracting(TaskFamily::id)
                .contains("agent/calculator", "logic/knights-and-knaves", "logic/sudoku", "math/arithmetic")
                .isSorted();
    }

    @Test
    void listsTheKnownFamiliesWhenAskedForAnUnknownOne() {
        assertThatThrownBy(() -> TaskFamilies.load().get("math/algebra"))
                .isInstanceOf(TaskFamilyException.class)
                .hasMessageContaining("math/algebra")
                .hasMessageContaining(String.join(
                        ", ",
                        TaskFamilies.load().all().stream().map(TaskFamily::id).toList()));
    }

    @Test
    void saysWhichPluginCannotBeLoaded(@TempDir Path plugin) throws IOException {
        Path services = Files.createDirectories(plugin.resolve("META-INF/services"));
        Files.writeString(services.resolve(TaskFamily.class.getName()), "org.example.Missing\n");
        try (var loader = new URLClassLoader(
                new URL[] {plugin.toUri().toURL()}, getClass().getClassLoader())) {
            assertThatThrownBy(() -> TaskFamilies.load(loader))
                    .isInstanceOf(TaskFamilyException.class)
                    .hasMessageContaining("org.example.Missing");
        }
    }
}
