package io.troupe.actors.bench;

import io.troupe.actors.process.OwnJava;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link WeightReceiver} in a Java process of its own, seen from the one that measures. Used by one thread. */
final class ReceiverProcess implements AutoCloseable {

    private static final long END_SECONDS = 10;

    private final Process process;
    private final Path log;
    private final BufferedReader answers;
    private final BufferedWriter commands;
    private final String echo;

    /** @param verb the main class and the arguments that make a process a receiver */
    ReceiverProcess(List<String> verb, Path folder, boolean digests) throws IOException {
        Files.createDirectories(folder);
        List<String> command = new ArrayList<>(OwnJava.command(verb));
        command.add(folder.toString());
        if (digests) {
            command.add("--digests");
        }
        log = folder.resolve("receiver.log");
        process = new ProcessBuilder(command).redirectError(log.toFile()).start();
        answers = process.inputReader(StandardCharsets.UTF_8);
        commands = process.outputWriter(StandardCharsets.UTF_8);
        echo = answer();
    }

    /** The address of its echo. */
    String echo() {
        return echo;
    }

    void tell(String command) throws IOException {
        commands.write(command);
        commands.newLine();
        commands.flush();
    }

    /** Its next answer; waits for it. */
    String answer() throws IOException {
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            if (line.startsWith(WeightReceiver.MARK)) {
                return line.substring(WeightReceiver.MARK.length());
            }
        }
        List<String> said = Files.readAllLines(log);
        throw new IOException("a receiver ended: "
                + String.join("\n", said.subList(Math.max(0, said.size() - 5), said.size())));
    }

    @Override
    public void close() throws IOException {
        commands.close();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
