package io.troupe.actors.chaos;

import io.troupe.actors.cli.TroupeCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@code troupe} command in a process of its own, which can be killed, stopped and continued. */
final class TroupeProcess implements AutoCloseable {

    private final String name;
    private final Path log;
    private final Process process;

    private TroupeProcess(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    /** @param prefix what the command is run by, such as {@code ip netns exec NAME}; may be empty */
    static TroupeProcess start(String name, Path folder, List<String> prefix, List<String> arguments)
            throws IOException {
        Path log = folder.resolve(name + ".log");
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dai.djl.offline=true",
                "-Dai.djl.pytorch.graph_optimizer=false",
                "-cp",
                System.getProperty("java.class.path"),
                TroupeCommand.class.getName()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        return new TroupeProcess(name, log, process);
    }

    String name() {
        return name;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.onExit().join();
    }

    void signal(String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).start();
        if (kill.waitFor() != 0) {
            throw new IOException("cannot send " + signal + " to " + name);
        }
    }

    /** Its exit code, or −1 if it goes on. */
    int await(Duration patience) throws InterruptedException {
        return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS) ? process.exitValue() : -1;
    }

    String said() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The end of what it said. */
    String lastWords() {
        List<String> lines = said().lines().toList();
        return name + ":\n" + String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            try {
                signal("CONT"); // a stopped process cannot be waited for
            } catch (IOException | InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        kill();
    }
}
