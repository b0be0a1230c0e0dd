package io.troupe.verifier.isolation;

import io.troupe.verifier.isolation.SandboxResult.End;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs commands that nobody has read, such as a policy's programs: in namespaces of their own, so that they see no network, no other process and of the
 * file system only the system's programs, read-only, and an empty folder in memory; without privileges and environment variables; with hard limits. All
 * that a command started is killed when it ends. Made of util-linux' commands, as Linux has them; elsewhere, and where the system does not allow it,
 * {@link #detect} says why, and there is no other way to run anything.
 *
 * <p>Not protected from: faults of the kernel, and what a command can learn from the programs below {@code /usr} or by measuring time. Safe for any
 * thread.
 */
public final class Sandbox {

    private static final List<String> NAMESPACES =
            List.of("--mount", "--net", "--pid", "--ipc", "--uts", "--fork", "--kill-child");
    private static final List<String> TOOLS =
            List.of("sh", "unshare", "mount", "chroot", "env", "setpriv", "prlimit", "timeout");
    private static final String READY = "ready\n";
    private static final int FIRST_USER = 1_900_000_000;
    private static final int USERS = 1 << 16;
    private static final int KILLED = 128 + 9; // SIGKILL
    private static final int OUT_OF_CPU = 128 + 24; // SIGXCPU
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final AtomicInteger NEXT_USER = new AtomicInteger();

    /**
     * What a system allows.
     *
     * @param sandbox the sandbox; empty if there can be none
     * @param reason why not, or how
     */
    public record Detection(java.util.Optional<Sandbox> sandbox, String reason) {

        /**
         * The sandbox.
         *
         * @throws SandboxException if there is none; says why
         */
        public Sandbox orElseThrow() {
            return sandbox.orElseThrow(() -> new SandboxException(reason));
        }
    }

    private final boolean asRoot;
    private final Path script;

    private Sandbox(boolean asRoot, Path script) {
        this.asRoot = asRoot;
        this.script = script;
    }

    /** Tries out what this system allows; takes some hundredths of a second. */
    public static Detection detect() {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        if (!system.contains("linux")) {
            return none("sandboxes are made of Linux namespaces, and this is " + System.getProperty("os.name"));
        }
        for (String tool : TOOLS) {
            if (!isOnPath(tool)) {
                return none("the command " + tool + " is missing: install util-linux and coreutils");
            }
        }
        Path script = script();
        String refusals = "";
        // what root can do is better: a user of its own for each command, whose processes the system counts
        for (boolean asRoot : isRoot() ? new boolean[] {true, false} : new boolean[] {false}) {
            Sandbox sandbox = new Sandbox(asRoot, script);
            try {
                SandboxResult probe = sandbox.run(
                        List.of("sh", "-c", "test ! -e /etc/shadow && test ! -e /proc/self && echo isolated"),
                        "",
                        List.of(),
                        SandboxLimits.DEFAULT);
                if (probe.out().equals("isolated\n")) {
                    return new Detection(
                            java.util.Optional.of(sandbox),
                            asRoot ? "namespaces, made as root" : "namespaces in a user namespace");
                }
                refusals += "; the probe ended " + probe.end() + " " + probe.exitCode() + " "
                        + probe.err().strip();
            } catch (SandboxException e) {
                refusals += "; " + e.getMessage();
            }
        }
        return none("the system does not allow processes to be isolated" + refusals
                + ". Containers need user namespaces (unshare --user) for it");
    }

    private static Detection none(String reason) {
        return new Detection(java.util.Optional.empty(), reason);
    }

    /**
     * Runs a command to its end.
     *
     * @param command the program, found below {@code /usr/bin} and {@code /bin} or by its whole path, and its arguments
     * @param input its standard input
     * @param readable further folders that it may read, where the program and its libraries are elsewhere than the system's
     * @param limits what it may use
     * @return what became of it
     * @throws SandboxException if the sandbox itself fails
     */
    public SandboxResult run(List<String> command, String input, List<Path> readable, SandboxLimits limits) {
        try {
            Path root = Files.createTempDirectory("troupe-sandbox");
            try {
                return run(words(command, readable, limits, root), input, limits);
            } finally {
                Files.deleteIfExists(root); // what was mounted on it was so in the sandbox only
            }
        } catch (IOException e) {
            throw new SandboxException("a sandbox can't be started: " + e.getMessage());
        }
    }

    private List<String> words(List<String> command, List<Path> readable, SandboxLimits limits, Path root) {
        // a bound that holds also when this JVM dies
        List<String> words = new ArrayList<>(List.of(
                "timeout",
                "-s",
                "KILL",
                Long.toString(limits.wallTime().plus(GRACE).toSeconds() + 1),
                "unshare"));
        String identity = "-";
        int attendants =
                asRoot ? 1 : 2; // the shell that gives the exit code, and what made the user namespace, which is in it
        if (asRoot) {
            int user = FIRST_USER + Math.floorMod(NEXT_USER.getAndIncrement(), USERS);
            identity = "--reuid=" + user + " --regid=" + user + " --clear-groups";
        } else {
            words.addAll(List.of("--user", "--map-root-user"));
        }
        words.addAll(NAMESPACES);
        words.addAll(List.of("sh", script.toString(), root.toString(), Long.toString(limits.disk()), identity));
        words.add(Integer.toString(readable.size()));
        readable.forEach(folder -> words.add(folder.toString()));
        words.addAll(List.of(
                "prlimit",
                "--as=" + limits.memory(),
                "--cpu=" + limits.cpuSeconds() + ":" + (limits.cpuSeconds() + 1),
                "--fsize=" + limits.disk(),
                "--nofile=" + limits.openFiles(),
                "--nproc=" + (limits.processes() + attendants),
                "--core=0",
                "--",
                "sh",
                "-c",
                "echo ready >&2; \"$@\"; exit $?",
                "sh"));
        words.addAll(command);
        return words;
    }

    private static SandboxResult run(List<String> words, String input, SandboxLimits limits) throws IOException {
        long start = System.nanoTime();
        ProcessBuilder builder = new ProcessBuilder(words);
        Map<String, String> environment = builder.environment();
        environment.keySet().retainAll(List.of("PATH"));
        environment.merge("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", (own, more) -> own + ":" + more);
        Process process = builder.start();
        try {
            var flooded = new CompletableFuture<Boolean>();
            Runnable flood = () -> flooded.complete(true);
            CompletableFuture<String> out = read(process.getInputStream(), limits.output(), flood);
            CompletableFuture<String> err = read(process.getErrorStream(), limits.output() + READY.length(), flood);
            write(process.getOutputStream(), input);
            CompletableFuture<Object> either = CompletableFuture.anyOf(flooded, process.onExit());
            either.completeOnTimeout(false, limits.wallTime().toMillis(), TimeUnit.MILLISECONDS)
                    .join();
            boolean exited = !process.isAlive();
            ProcessTree.kill(process.toHandle());
            Duration taken = Duration.ofNanos(System.nanoTime() - start);
            String errors = err.get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
            String output = out.get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
            if (!errors.startsWith(READY)) {
                throw new SandboxException(
                        "a sandbox did not come about within " + taken.toMillis() + " ms: " + errors.strip());
            }
            process.waitFor();
            End end = flooded.isDone() ? End.OUTPUT : exited ? end(process.exitValue(), taken, limits) : End.WALL_TIME;
            return new SandboxResult(end, process.exitValue(), output, errors.substring(READY.length()), taken);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new SandboxException("the output of a sandbox can't be read: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("interrupted while a command ran");
        } finally {
            ProcessTree.kill(process.toHandle());
        }
    }

    private static End end(int exitCode, Duration taken, SandboxLimits limits) {
        boolean longEnough = taken.toSeconds() >= limits.cpuSeconds();
        if (exitCode == OUT_OF_CPU || (longEnough && exitCode == KILLED)) {
            return End.CPU_TIME;
        }
        return exitCode == KILLED ? End.KILLED : End.EXITED;
    }

    /** Reads at most so many bytes, and says so if there were more. */
    private static CompletableFuture<String> read(InputStream in, int limit, Runnable flood) {
        var result = new CompletableFuture<String>();
        thread(() -> {
            var kept = new ByteArrayOutputStream();
            try (in) {
                byte[] buffer = new byte[8192];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    kept.write(buffer, 0, Math.min(n, limit - kept.size()));
                    if (kept.size() == limit) {
                        flood.run();
                        break;
                    }
                }
                result.complete(kept.toString(StandardCharsets.UTF_8));
            } catch (IOException e) {
                result.complete(kept.toString(StandardCharsets.UTF_8)); // it was killed
            }
        });
        return result;
    }

    private static void write(OutputStream out, String input) {
        thread(() -> {
            try (out) {
                out.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                return; // it reads no more: its affair
            }
        });
    }

    private static void thread(Runnable work) {
        Thread thread = new Thread(work, "sandbox-stream");
        thread.setDaemon(true);
        thread.start();
    }

    private static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private static boolean isOnPath(String tool) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/usr/bin:/sbin:/bin";
        for (String folder : path.split(":", -1)) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, tool))) {
                return true;
            }
        }
        return false;
    }

    /** The script as a file, for a shell to read. */
    private static Path script() {
        try (InputStream in = Sandbox.class.getResourceAsStream("enter.sh")) {
            if (in == null) {
                throw new IllegalStateException("enter.sh is not beside " + Sandbox.class.getName());
            }
            Path file = Files.createTempFile("troupe-sandbox", ".sh");
            file.toFile().deleteOnExit();
            Files.write(file, in.readAllBytes());
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("the sandbox's script can't be written", e);
        }
    }
}
