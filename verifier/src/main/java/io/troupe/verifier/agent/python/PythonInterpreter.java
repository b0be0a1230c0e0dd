package io.troupe.verifier.agent.python;

import io.troupe.verifier.isolation.Sandbox;
import io.troupe.verifier.isolation.SandboxException;
import io.troupe.verifier.isolation.SandboxResult;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A Python interpreter in a sandbox. What it says of a program depends on the program alone, but for programs near the limits on time. Safe for any
 * thread.
 */
final class PythonInterpreter {

    private static final Path SYSTEM = Path.of("/usr");
    private static final long PROBE_SECONDS = 20;
    private static final int LAST_LINES = 3;

    private final Sandbox sandbox;
    private final PythonOptions options;
    private final String executable;
    private final List<Path> readable;

    private PythonInterpreter(Sandbox sandbox, PythonOptions options, String executable, Path prefix) {
        this.sandbox = sandbox;
        this.options = options;
        this.executable = executable;
        this.readable = prefix.startsWith(SYSTEM) ? List.of() : List.of(prefix);
    }

    /**
     * What a program's run gave the policy.
     *
     * @param text what the policy sees
     * @param failed whether the program failed or was stopped
     */
    record Observation(String text, boolean failed) {}

    /**
     * Finds the interpreter and tries it in a sandbox.
     *
     * @throws SandboxException if there is none, or no sandbox for it; says which and why
     */
    static PythonInterpreter open(PythonOptions options) {
        Sandbox sandbox = Sandbox.detect().orElseThrow();
        // a launcher on the path, such as a version manager's, is asked where the real one is
        String[] places = ask(find(options.interpreter())).split("\n", -1);
        if (places.length < 2) {
            throw new SandboxException(options.interpreter() + " does not say where it is installed");
        }
        var interpreter = new PythonInterpreter(sandbox, options, places[0], Path.of(places[1]));
        Observation probe = interpreter.run("print(6 * 7)");
        if (!probe.text().equals("42")) {
            throw new SandboxException(places[0] + " does not work in the sandbox: " + probe.text());
        }
        return interpreter;
    }

    private static Path find(String name) {
        if (name.contains("/")) {
            return Path.of(name);
        }
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            Path candidate = Path.of(folder, name);
            if (!folder.isEmpty() && Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        throw new SandboxException(
                "there is no " + name + " on the PATH: install Python 3, or name one with the option interpreter");
    }

    private static String ask(Path launcher) {
        try {
            Process process = new ProcessBuilder(
                            launcher.toString(),
                            "-I",
                            "-S",
                            "-c",
                            "import os,sys; print(os.path.realpath(sys.executable)); print(os.path.realpath(sys.base_prefix))")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new SandboxException(launcher + " does not answer");
            }
            try (InputStream out = process.getInputStream()) {
                return new String(out.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            throw new SandboxException(launcher + " can't be run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("interrupted while " + launcher + " was looked at");
        }
    }

    /**
     * Runs a program.
     *
     * @return its output, cut at its end where it is too long, and after that what went wrong: the last lines of the error, or the limit
     * @throws SandboxException if the sandbox fails
     */
    Observation run(String program) {
        // no input, no user's packages, no site's; the program is the standard input, so that it is never an argument
        SandboxResult result = sandbox.run(
                List.of(executable, "-I", "-S", "-X", "utf8", "-"), program + "\n", readable, options.limits());
        String output = cut(result.out().strip(), options.outputChars());
        String problem = problem(result);
        String text = output.isEmpty() || problem.isEmpty() ? output + problem : output + "\n" + problem;
        return new Observation(text.isEmpty() ? "(no output: print what you want to see)" : text, !problem.isEmpty());
    }

    private String problem(SandboxResult result) {
        return switch (result.end()) {
            case EXITED -> result.exitCode() == 0 ? "" : error(result);
            case WALL_TIME -> "error: stopped after " + options.wallSeconds() + " s";
            case CPU_TIME -> "error: stopped after " + options.cpuSeconds() + " s of computing";
            case OUTPUT -> "error: stopped, for it printed too much";
            case KILLED -> "error: killed";
        };
    }

    private String error(SandboxResult result) {
        List<String> lines =
                result.err().lines().filter(line -> !line.isBlank()).toList();
        if (lines.isEmpty()) {
            return String.format(Locale.ROOT, "error: exit code %d", result.exitCode());
        }
        String last = String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
        int most = Math.min(last.length(), options.outputChars());
        return "error: " + last.substring(last.length() - most).strip();
    }

    private static String cut(String text, int chars) {
        return text.length() <= chars
                ? text
                : text.substring(0, chars) + "\n[cut: " + (text.length() - chars) + " more characters]";
    }
}
