package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.troupe.policy.BpeTrainer;
import io.troupe.policy.NewPolicy;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ./troupe} in a checkout of its own. What stands in for Maven there counts its calls and hands out the jars of the build that runs this test, so
 * that what is started is the real program.
 */
@DisabledOnOs(OS.WINDOWS)
class LauncherIT {

    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
    private static final List<String> TOOLS = List.of(
            "bash",
            "cat",
            "cp",
            "dirname",
            "env",
            "find",
            "head",
            "mkdir",
            "mktemp",
            "mv",
            "readlink",
            "rm",
            "sed",
            "sleep",
            "stty",
            "tail");

    @TempDir
    Path folder;

    private Path checkout;
    private Path tools;
    private Path source;

    @BeforeEach
    void checkOut() throws IOException {
        checkout = folder.resolve("a checkout");
        source = checkout.resolve("actors").resolve("src").resolve("main").resolve("Some.java");
        Files.createDirectories(source.getParent());
        Files.writeString(source, "");
        Files.writeString(checkout.resolve("pom.xml"), "");
        Files.writeString(checkout.resolve("actors").resolve("pom.xml"), "");
        Files.copy(REPOSITORY.resolve("troupe"), checkout.resolve("troupe"), StandardCopyOption.COPY_ATTRIBUTES);
        tools = Files.createDirectories(folder.resolve("tools"));
        for (String tool : TOOLS) {
            forward(tool, find(tool));
        }
        forward("java", Path.of(System.getProperty("java.home"), "bin", "java"));
        forward("javac", Path.of(System.getProperty("java.home"), "bin", "javac"));
        maven("""
                mkdir -p "$checkout/actors/target" "$checkout/all/target"
                cp %1$s/*/target/troupe-*.jar "$checkout/all/target"
                sed 's|lib/|%1$s/actors/target/lib/|g' %1$s/actors/target/classpath.txt >"$checkout/actors/target/classpath.txt"
                """.formatted(REPOSITORY));
    }

    @Test
    void buildsOnTheFirstStartOnlyAndSaysSoInOneLine() throws Exception {
        Ended first = start("--version");
        Ended second = start("--version");

        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(first.out()).startsWith("troupe ");
        assertThat(first.err()).isEqualTo("troupe: building Troupe (once) …\n");
        assertThat(second.err()).isEmpty();
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void buildsAgainWhenASourceIsNewerOrGone() throws Exception {
        start("--version");

        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
        start("--version");
        assertThat(builds()).isEqualTo(2);

        Files.delete(source);
        start("--version");
        assertThat(builds()).isEqualTo(3);
    }

    @Test
    void whatWasStartedFromAnEarlierBuildIsLeftAlone() throws Exception {
        start("--version");
        Path jars = Path.of(
                Files.readString(checkout.resolve("actors/target/troupe.jars")).strip());
        assertThat(jars)
                .isDirectoryContaining("glob:**/troupe-actors-*.jar")
                .isDirectoryContaining("glob:**/troupe.jsa");

        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
        start("--version");

        assertThat(Path.of(Files.readString(checkout.resolve("actors/target/troupe.jars"))
                        .strip()))
                .isNotEqualTo(jars);
    }

    @Test
    void twoFirstStartsAtOnceBuildOnce() throws Exception {
        Process one = process("--version");
        Process two = process("--version");

        assertThat(ended(one).out()).startsWith("troupe ");
        assertThat(ended(two).out()).startsWith("troupe ");
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void aLockThatADeadProcessLeftIsTakenOver() throws Exception {
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Path lock = Files.createDirectories(checkout.resolve("actors/target/troupe.lock"));
        Files.writeString(lock.resolve("pid"), dead.pid() + "\n");

        assertThat(start("--version").exitCode()).isZero();
    }

    @Test
    void startsFromAnotherFolderThroughASymbolicLinkWithArgumentsAsTheyAre() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("t"), Path.of("a checkout", "troupe"));
        var builder = new ProcessBuilder(link.toString(), "train", "no such.conf").directory(new File("/"));
        builder.environment().put("PATH", tools.toString());

        Ended ended = ended(builder.start());

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err()).contains("troupe: no such.conf is no file");
    }

    @Test
    void aFailedBuildShowsTheEndOfItsLogAndIsTriedAgain() throws Exception {
        maven("echo COMPILATION ERROR; exit 1");

        Ended failed = start("--version");

        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(failed.err())
                .contains("COMPILATION ERROR", "troupe: the build failed; the whole log is " + checkout);
        start("--version");
        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void whatIsMissingToBuildIsNamed() throws Exception {
        Files.delete(tools.resolve("mvn"));
        assertThat(start("--version").err())
                .contains("troupe: there is no Maven here to build with — install Maven 3.8");

        Path old = Files.createDirectories(folder.resolve("old").resolve("bin"));
        script(old.resolve("java"), "echo 'openjdk version \"11.0.2\" 2019-01-15' >&2");
        script(old.resolve("javac"), "");
        maven("exit 1");
        assertThat(ended(builder(
                                        "--version",
                                        Map.of("JAVA_HOME", old.getParent().toString()))
                                .start())
                        .err())
                .contains("troupe: Java 11.0.2 at " + old.resolve("java") + " is too old — Troupe needs 17 or newer");

        Files.delete(tools.resolve("java"));
        assertThat(start("--version").err()).contains("troupe: there is no Java here — install a JDK 17 or newer");
    }

    @Test
    void anInterruptSavesTheRunAndResumeGoesOn() throws Exception {
        Path policy = folder.resolve("policy");
        new NewPolicy(new BpeTrainer.Settings(300, 2, 1e-3), 16, 32, 2, 2, 256, 3)
                .create(policy, List.of("What is 1+2? <answer>3</answer>", "one two three"));
        Path run = folder.resolve("run");
        Path out = folder.resolve("out.txt");
        String[] train = {
            "train",
            "--run",
            run.toString(),
            "--set",
            "policy.path=" + policy,
            "--set",
            "tasks=[{family=math/arithmetic}]",
            "--set",
            "train.batch-groups=2",
            "--set",
            "rollout.max-turn-tokens=4",
            "--set",
            "evaluation.before=false",
            "--set",
            "evaluation.after=false",
            "--set",
            "train.steps=100000"
        };
        Process training = builder(train).redirectOutput(out.toFile()).start();
        await().atMost(Duration.ofMinutes(2)).until(() -> Files.readString(out).contains("update 3/"));

        new ProcessBuilder("kill", "-INT", Long.toString(training.pid()))
                .start()
                .waitFor();

        assertThat(training.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(training.exitValue()).isEqualTo(3);
        assertThat(run.resolve("checkpoints")).isNotEmptyDirectory();
        assertThat(run.resolve("report.html")).exists();
        long made = updates(run);
        Ended resumed = start("train", "--run", run.toString(), "--resume", "--set", "train.steps=" + (made + 2));
        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        assertThat(updates(run)).isEqualTo(made + 2);
    }

    private record Ended(int exitCode, String out, String err) {}

    private Ended start(String... arguments) throws IOException, InterruptedException {
        return ended(process(arguments));
    }

    private Process process(String... arguments) throws IOException {
        return builder(arguments).start();
    }

    private ProcessBuilder builder(String... arguments) {
        var command = new ArrayList<String>();
        command.add(checkout.resolve("troupe").toString());
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        builder.environment().put("PATH", tools.toString());
        builder.environment().remove("JAVA_HOME");
        return builder;
    }

    private ProcessBuilder builder(String argument, Map<String, String> environment) {
        ProcessBuilder builder = builder(argument);
        builder.environment().putAll(environment);
        return builder;
    }

    private static Ended ended(Process process) throws IOException, InterruptedException {
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), out, err);
    }

    private void maven(String script) throws IOException {
        script(
                tools.resolve("mvn"),
                "checkout=" + quoted(checkout) + "\necho build >>" + quoted(folder.resolve("builds")) + "\n" + script);
    }

    private long builds() throws IOException {
        try (Stream<String> lines = Files.lines(folder.resolve("builds"))) {
            return lines.count();
        }
    }

    private static long updates(Path run) throws IOException {
        return JsonLines.JSON
                .readTree(Files.readString(run.resolve("summary.json")))
                .path("steps")
                .asLong();
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, "#!/usr/bin/env bash\nset -e\n" + text + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    /** A tool under its own name: the launcher finds these and no others. */
    private void forward(String name, Path tool) throws IOException {
        Path file = tools.resolve(name);
        Files.writeString(file, "#!/bin/sh\nexec " + quoted(tool) + " \"$@\"\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private static String quoted(Path path) {
        return "'" + path + "'";
    }

    private static Path find(String tool) {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .map(place -> Path.of(place, tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("this test needs " + tool));
    }
}
