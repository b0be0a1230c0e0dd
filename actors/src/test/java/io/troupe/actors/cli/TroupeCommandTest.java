package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.config.SettingsLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TroupeCommandTest {

    @TempDir
    Path folder;

    @Test
    void withoutAVerbItShowsItsHelp() {
        var help = Invocation.of();

        assertThat(help.exitCode()).isZero();
        assertThat(help.out())
                .contains("Verbs", "train", "Exit codes:", "3   interrupted")
                .doesNotContain("config-docs");
    }

    @Test
    void everyVerbHasAHeaderAnExampleAndHelp() {
        CommandLine troupe = TroupeCommand.commandLine(Surroundings.ofProcess());

        assertThat(troupe.getSubcommands()).allSatisfy((name, verb) -> {
            assertThat(verb.getCommandSpec().usageMessage().header()).as(name).isNotEmpty();
            assertThat(Invocation.of(name, "--help").out())
                    .as(name)
                    .contains("Example")
                    .contains("troupe " + name);
        });
    }

    @Test
    void aVerbOrOptionThatIsNotThereIsAUsageError() {
        var verb = Invocation.of("trian");
        assertThat(verb.exitCode()).isEqualTo(2);
        assertThat(verb.err())
                .startsWith("troupe: ")
                .contains("trian", "troupe train")
                .doesNotContain("\tat ");

        var option = Invocation.of("train", "--drry-run");
        assertThat(option.exitCode()).isEqualTo(2);
        assertThat(option.err()).contains("--drry-run", "--dry-run", "troupe train --help");
    }

    @Test
    void versionNamesTroupeAndJava() {
        assertThat(Invocation.of("--version").out()).startsWith("troupe ").contains("Java 1");
    }

    @Test
    void dryRunPrintsWhatAllLayersComeTo() throws IOException {
        Path file = Files.writeString(folder.resolve("my.conf"), "troupe.train.steps = 7");

        var dry = Invocation.of("train", file.toString(), "--set", "run.seed=9", "--run", "out", "--dry-run");

        assertThat(dry.exitCode()).isZero();
        assertThat(dry.err()).isEmpty();
        Path printed = Files.writeString(folder.resolve("printed.conf"), dry.out());
        var settings = new SettingsLoader().file(printed).load().settings();
        assertThat(settings.train().steps()).isEqualTo(7);
        assertThat(settings.run().seed()).isEqualTo(9);
        assertThat(settings.run().dir()).isEqualTo("out");
    }

    @Test
    void aBadConfigurationIsOneLineAndExitCode2() throws IOException {
        Path file = Files.writeString(folder.resolve("my.conf"), "\n\ntroupe.train.stepz = 7");

        var dry = Invocation.of("train", file.toString(), "--dry-run");

        assertThat(dry.exitCode()).isEqualTo(2);
        assertThat(dry.out()).isEmpty();
        assertThat(dry.err())
                .isEqualTo("troupe: " + file
                        + ":3: troupe.train.stepz is not a known key — did you mean troupe.train.steps?\n");
        assertThat(Invocation.of("train", file.toString(), "--dry-run", "--debug")
                        .err())
                .contains("\tat io.troupe.actors.config");
    }

    @Test
    void resumeTakesTheConfigurationOfTheRun() throws IOException {
        Files.writeString(folder.resolve("config.conf"), "troupe.train.steps = 11");

        var dry = Invocation.of("train", "--run", folder.toString(), "--resume", "--dry-run");

        assertThat(dry.out()).contains("steps = 11");
    }

    @Test
    void resumeWithoutAFolderSaysWhatIsMissing() {
        var resume = Invocation.of("train", "--resume");

        assertThat(resume.exitCode()).isEqualTo(2);
        assertThat(resume.err()).contains("--run DIR");
    }

    @Test
    void aFamilyOrLevelThatIsNotThereIsNamedWithItsLine() throws IOException {
        Path family = Files.writeString(folder.resolve("a.conf"), "troupe.tasks = [\n{ family = math/arithmetik }]");
        var typo = Invocation.of("train", family.toString(), "--dry-run");
        assertThat(typo.exitCode()).isEqualTo(2);
        assertThat(typo.err())
                .contains("a.conf:2: troupe.tasks[0].family = math/arithmetik: there is no such family")
                .contains("did you mean math/arithmetic?");

        Path level = Files.writeString(
                folder.resolve("b.conf"), "troupe.tasks = [{ family = math/arithmetic, level = 99 }]");
        assertThat(Invocation.of("train", level.toString(), "--dry-run").err())
                .contains("b.conf:1: troupe.tasks[0].level = 99: expected 1 to");
    }
}
