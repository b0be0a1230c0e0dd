package io.troupe.actors.study;

import io.troupe.actors.process.OwnJava;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs every cell in a Java process of its own, with the class path and the options of this one, so that a crash or a leak is one cell's. A child lives no
 * longer than this process: it ends when its standard input does. {@value #STOP} on its standard input asks it to save and end; it answers {@code update N}
 * for every update, logs to {@code cell.log} in the run folder, and says how it ended by its exit code. Thread-safe.
 */
public final class ChildProcesses implements CellLauncher {

    /** What is written to a child that is to save and end. */
    public static final String STOP = "stop";

    /** How a child's line begins that tells of an update. */
    public static final String UPDATE = "update ";

    private static final Logger LOG = LoggerFactory.getLogger(ChildProcesses.class);
    private static final int INTERRUPTED = 3;
    private static final int LINES_SEARCHED = 200;

    private final List<String> command;
    private final Set<Process> running = new HashSet<>();
    private boolean stopping;

    /** @param mainAndVerb the main class and the arguments before the configuration file */
    public ChildProcesses(String... mainAndVerb) {
        command = OwnJava.command(List.of(mainAndVerb));
    }

    @Override
    public Ending run(Cell cell, boolean resume, LongConsumer onUpdate) throws IOException, InterruptedException {
        var arguments = new ArrayList<>(command);
        arguments.add(cell.configurationFile().toString());
        arguments.add("--run");
        arguments.add(cell.folder().toString());
        if (resume) {
            arguments.add("--resume");
        }
        Path log = cell.folder().resolve("cell.log");
        Process process =
                start(new ProcessBuilder(arguments).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())));
        try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                if (line.startsWith(UPDATE)) {
                    onUpdate.accept(Long.parseLong(line.substring(UPDATE.length())));
                }
            }
            return ending(process.waitFor(), log);
        } finally {
            process.destroyForcibly();
            synchronized (this) {
                running.remove(process);
            }
        }
    }

    @Override
    public synchronized void stop() {
        stopping = true;
        running.forEach(ChildProcesses::askToStop);
    }

    private synchronized Process start(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        running.add(process);
        if (stopping) {
            askToStop(process);
        }
        return process;
    }

    /** The stream stays open: the child ends at once when it is closed. */
    private static void askToStop(Process process) {
        try {
            OutputStream input = process.getOutputStream();
            input.write((STOP + "\n").getBytes(StandardCharsets.UTF_8));
            input.flush();
        } catch (IOException e) {
            LOG.debug("process {} had ended before it was asked to", process.pid(), e);
        }
    }

    private synchronized Ending ending(int exitCode, Path log) throws IOException {
        if (exitCode == 0) {
            return new Ending(Ending.Kind.DONE, "");
        }
        if (exitCode == INTERRUPTED || stopping) {
            return new Ending(Ending.Kind.STOPPED, "");
        }
        return new Ending(Ending.Kind.FAILED, reason(exitCode, Files.readAllLines(log)));
    }

    /** The last message for people; a process that crashed left none. */
    private static String reason(int exitCode, List<String> log) {
        List<String> last = log.subList(Math.max(0, log.size() - LINES_SEARCHED), log.size());
        for (int i = last.size() - 1; i >= 0; i--) {
            if (last.get(i).startsWith("troupe: ")) {
                return last.get(i).substring("troupe: ".length());
            }
        }
        String end = last.isEmpty() ? "" : ": " + last.get(last.size() - 1).strip();
        return "its process ended with exit code " + exitCode + end;
    }
}
