package io.troupe.actors.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Nodes of a run, each in a Java process of its own on this machine. One that ends before the run does is started again, at most {@value #STARTS} times in
 * all. A node lives no longer than this process: it leaves when its standard input ends. What a node logs is in {@code node-N.log}. Thread-safe.
 */
public final class LocalNodes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LocalNodes.class);
    private static final int STARTS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final List<String> command;
    private final Path logs;
    private final List<Process> running = new ArrayList<>();
    private boolean closed;

    private LocalNodes(List<String> command, Path logs) {
        this.command = command;
        this.logs = logs;
    }

    /**
     * Starts nodes.
     *
     * @param count how many
     * @param mainAndArguments the main class and the arguments that make a process a node, but for {@code --name}
     * @param logs the folder of their logs; made if it is missing
     */
    public static LocalNodes start(int count, List<String> mainAndArguments, Path logs) throws IOException {
        Files.createDirectories(logs);
        var nodes = new LocalNodes(OwnJava.command(mainAndArguments), logs);
        for (int i = 1; i <= count; i++) {
            nodes.start("node-" + i, 1);
        }
        return nodes;
    }

    private synchronized void start(String name, int attempt) throws IOException {
        if (closed) {
            return;
        }
        var arguments = new ArrayList<>(command);
        arguments.add("--name");
        arguments.add(name);
        Path log = logs.resolve(name + ".log");
        Process process = new ProcessBuilder(arguments)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        running.add(process);
        CompletionStage<Process> exit = process.onExit();
        exit.thenAccept(ended -> onExit(ended, name, attempt, log));
    }

    private synchronized void onExit(Process process, String name, int attempt, Path log) {
        running.remove(process);
        if (closed || process.exitValue() == 0) {
            return;
        }
        if (attempt >= STARTS) {
            LOG.error("{} ended with exit code {} for the {}th time; see {}", name, process.exitValue(), attempt, log);
            return;
        }
        LOG.warn("{} ended with exit code {} and is started again; see {}", name, process.exitValue(), log);
        try {
            start(name, attempt + 1);
        } catch (IOException e) {
            LOG.error("{} cannot be started again", name, e);
        }
    }

    /** Lets the nodes leave, and ends those that do not. */
    @Override
    public void close() {
        List<Process> ending;
        synchronized (this) {
            closed = true;
            ending = List.copyOf(running);
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (Process process : ending) {
            try {
                process.getOutputStream().close();
            } catch (IOException e) {
                LOG.debug("process {} had ended already", process.pid(), e);
            }
        }
        for (Process process : ending) {
            try {
                if (!process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
