package io.troupe.actors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every module's pom must say. */
class ModulesTest {

    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

    @Test
    void integrationTestsAreRunWhereverThereAreAny() throws IOException {
        List<Path> modules;
        try (Stream<Path> folders = Files.list(REPOSITORY)) {
            modules = folders.filter(folder -> Files.exists(folder.resolve("pom.xml"))
                            && hasIntegrationTests(folder.resolve("src").resolve("test")))
                    .toList();
        }

        assertThat(modules).contains(REPOSITORY.resolve("actors"), REPOSITORY.resolve("policy"));
        for (Path module : modules) {
            assertThat(module.resolve("pom.xml")).content().contains("<artifactId>maven-failsafe-plugin</artifactId>");
        }
    }

    private static boolean hasIntegrationTests(Path tests) {
        if (!Files.isDirectory(tests)) {
            return false;
        }
        try (Stream<Path> files = Files.walk(tests)) {
            return files.anyMatch(file -> file.toString().endsWith("IT.java"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
