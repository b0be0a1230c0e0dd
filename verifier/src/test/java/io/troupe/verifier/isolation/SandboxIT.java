package io.troupe.verifier.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.troupe.verifier.isolation.SandboxResult.End;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hostile programs in real sandboxes. */
class SandboxIT {

    private static final SandboxLimits LIMITS =
            new SandboxLimits(Duration.ofSeconds(3), Duration.ofSeconds(1), 256L << 20, 1L << 20, 32, 16, 10_000);

    private static Sandbox sandbox;

    @TempDir
    Path outside;

    @BeforeAll
    static void detect() {
        Sandbox.Detection detection = Sandbox.detect();
        assumeTrue(detection.sandbox().isPresent(), detection.reason());
        sandbox = detection.orElseThrow();
    }

    private static SandboxResult shell(String script) {
        return sandbox.run(List.of("sh", "-c", script), "", List.of(), LIMITS);
    }

    private static SandboxResult python(String program) {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "there is no /usr/bin/python3 here");
        return sandbox.run(List.of("/usr/bin/python3", "-I", "-S", "-"), program, List.of(), LIMITS);
    }

    @Test
    void aCommandGetsItsInputAndGivesItsOutputErrorsAndExitCode() {
        SandboxResult result =
                sandbox.run(List.of("sh", "-c", "cat; echo bad >&2; exit 3"), "héllo", List.of(), LIMITS);
        assertThat(result.end()).isEqualTo(End.EXITED);
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.out()).isEqualTo("héllo");
        assertThat(result.err()).isEqualTo("bad\n");
    }

    @Test
    void aCommandSeesAnEmptyFolderOfItsOwnAndNoVariablesOfOurs() {
        assertThat(shell("pwd; ls -A; echo x > file; cat file").out()).isEqualTo("/tmp\nx\n");
        assertThat(shell("ls -A").out()).isEmpty();
        assertThat(shell("env | cut -d= -f1 | sort").out().split("\n"))
                .isSubsetOf("HOME", "LANG", "PATH", "PWD", "OLDPWD", "TMPDIR", "_", "SHLVL");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cat /etc/shadow                  | No such file",
                "cat /etc/passwd                  | No such file",
                "ls /home                         | No such file",
                "ls /proc                         | No such file",
                "ls /sys                          | No such file",
                "ls /var                          | No such file",
                "echo x > /usr/lib/planted        | Read-only file system",
                "echo x > /planted                | Read-only file system",
                "mkdir /root/planted              | cannot create",
                "mount -t tmpfs none /usr         | mount",
                "mount -o remount,rw /usr         | mount",
                "chroot /tmp ls                   | chroot",
                "unshare --user --map-root-user ls | Operation not permitted",
                "head -c 2000000 /dev/zero > big  | File",
            })
    void whatIsNotItsOwnIsOutOfReach(String attempt, String refusal) {
        SandboxResult result = shell(attempt);
        assertThat(result.exitCode()).isNotZero();
        assertThat(result.err()).contains(refusal);
    }

    @Test
    void ourOwnFilesCannotBeSeenOrWritten() throws IOException {
        Path secret = Files.writeString(outside.resolve("secret"), "treasure");
        Files.setPosixFilePermissions(outside, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(shell("cat " + secret).err()).contains("No such file");
        assertThat(shell("echo stolen > " + secret).exitCode()).isNotZero();
        assertThat(Files.readString(secret)).isEqualTo("treasure");
        assertThat(sandbox.run(List.of("cat", secret.toString()), "", List.of(outside), LIMITS)
                        .out())
                .as("a folder that was shown")
                .isEqualTo("treasure");
        assertThat(sandbox.run(List.of("rm", secret.toString()), "", List.of(outside), LIMITS)
                        .err())
                .contains("Read-only file system");
    }

    @Test
    void thereIsNoNetwork() {
        assertThat(python("import socket\nsocket.create_connection(('1.1.1.1', 53), 1)")
                        .err())
                .contains("Network is unreachable");
        assertThat(python("import socket\nsocket.create_connection(('127.0.0.1', 22), 1)")
                        .err())
                .containsAnyOf("Network is unreachable", "Cannot assign requested address");
    }

    @Test
    void aLoopIsStoppedByItsCpuTime() {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "there is no /usr/bin/python3 here");
        var patient =
                new SandboxLimits(Duration.ofSeconds(60), Duration.ofSeconds(1), 256L << 20, 1L << 20, 32, 16, 10_000);
        SandboxResult result =
                sandbox.run(List.of("/usr/bin/python3", "-I", "-S", "-"), "while True: pass", List.of(), patient);
        report("loop", result);
        assertThat(result.end()).isEqualTo(End.CPU_TIME);
    }

    @Test
    void aSleepIsStoppedByItsWallTime() {
        SandboxResult result = shell("sleep 100");
        report("sleep", result);
        assertThat(result.end()).isEqualTo(End.WALL_TIME);
        assertThat(result.wallTime()).isBetween(Duration.ofMillis(2900), Duration.ofSeconds(4));
    }

    @Test
    void aFloodIsCutAndStopped() {
        SandboxResult result = shell("yes flood");
        report("flood", result);
        assertThat(result.end()).isEqualTo(End.OUTPUT);
        assertThat(result.out()).startsWith("flood\nflood\n").hasSize(10_000);
        SandboxResult errors = shell("yes flood >&2");
        assertThat(errors.end()).isEqualTo(End.OUTPUT);
        assertThat(errors.err()).hasSize(10_000);
    }

    @Test
    void aForkStormFindsItsLimitAndLeavesNothing() {
        SandboxResult result = python("""
                import os
                refused = 0
                while refused < 100:
                    try:
                        if os.fork() == 0:
                            while True: pass
                    except OSError:
                        refused += 1
                print('refused', refused)
                """);
        report("fork storm", result);
        assertThat(result.out()).as(result.err()).isEqualTo("refused 100\n");
        long deadline = System.nanoTime() + Duration.ofSeconds(1).toNanos();
        while (sandboxed() > 0 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(sandboxed()).isZero();
    }

    private static long sandboxed() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains("/usr/bin/python3 -I -S -"))
                .count();
    }

    @Test
    void anOrphanInASessionOfItsOwnDiesWithTheRest() {
        SandboxResult result = shell("(setsid sleep 77.7 &) ; (setsid sleep 77.7 &) ; echo done");
        assertThat(result.out()).isEqualTo("done\n");
        long deadline = System.nanoTime() + Duration.ofSeconds(1).toNanos();
        while (orphans() > 0 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(orphans()).isZero();
    }

    private static long orphans() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains("sleep 77.7"))
                .count();
    }

    @Test
    void aGigabyteIsRefused() {
        SandboxResult result = python("x = bytearray(10 ** 9)");
        report("1 GB", result);
        assertThat(result.err()).contains("MemoryError");
    }

    @Test
    void aCrashIsTheCommandsOwn() {
        SandboxResult result = python("import ctypes\nctypes.string_at(0)");
        assertThat(result.exitCode()).isNotZero();
    }

    @Test
    void aProgramThatIsNotThereIsSaidToBe() {
        assertThat(sandbox.run(List.of("no-such-program"), "", List.of(), LIMITS)
                        .err())
                .contains("not found");
    }

    @Test
    void nothingIsLeftOfItOnTheDisk() throws IOException {
        shell("echo x > /tmp/x");
        try (Stream<Path> left = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            assertThat(left.filter(Files::isDirectory)
                            .filter(path -> path.getFileName().toString().startsWith("troupe-sandbox")))
                    .isEmpty();
        }
    }

    @Test
    void limitsAreChecked() {
        assertThatThrownBy(() -> new SandboxLimits(Duration.ZERO, Duration.ofSeconds(1), 1, 1, 1, 1, 1))
                .hasMessageContaining("wallTime");
    }

    private static void report(String attack, SandboxResult result) {
        System.out.printf(
                "%-12s %-9s after %5d ms, exit code %d%n",
                attack, result.end(), result.wallTime().toMillis(), result.exitCode());
    }
}
