package io.troupe.actors.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;

/**
 * What a process finds around it, passed in so that a test can stand in for it.
 *
 * @param in standard input
 * @param out results
 * @param err logs and errors
 * @param environment environment variables
 * @param clock the time
 * @param terminal whether {@code out} is a terminal
 * @param columns the terminal's width in characters
 */
public record Surroundings(
        InputStream in,
        PrintStream out,
        PrintStream err,
        Map<String, String> environment,
        Clock clock,
        boolean terminal,
        int columns) {

    /** The real ones. The launcher says whether there is a terminal and how wide it is, for Java cannot ask. */
    static Surroundings ofProcess() {
        return new Surroundings(
                System.in,
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                System.getenv(),
                Clock.systemUTC(),
                Boolean.getBoolean("troupe.terminal"),
                Math.max(20, Integer.getInteger("troupe.columns", 80)));
    }

    /** Whether results may carry colour and be redrawn in place. */
    boolean live() {
        return terminal
                && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !"dumb".equals(environment.get("TERM"));
    }
}
