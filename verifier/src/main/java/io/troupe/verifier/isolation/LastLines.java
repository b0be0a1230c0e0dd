package io.troupe.verifier.isolation;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The last lines that a process wrote to its standard error; all else is counted and forgotten, so that a flood costs no memory. One thread drains;
 * any may ask.
 */
final class LastLines {

    private static final int LINES = 12;
    private static final int LINE_LENGTH = 400;
    private static final int BUFFER = 8192;

    private final Consumer<String> sink;
    private final Deque<String> lines = new ArrayDeque<>();
    private final StringBuilder line = new StringBuilder();
    private final AtomicLong bytes = new AtomicLong();

    /**
     * No lines yet.
     *
     * @param sink is told every line, cut to {@value #LINE_LENGTH} characters, by the draining thread
     */
    LastLines(Consumer<String> sink) {
        this.sink = sink;
    }

    /** Reads the stream to its end. */
    void drain(InputStream in) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            take(buffer, n);
        }
        endLine();
    }

    /** How many bytes came in all. */
    long bytes() {
        return bytes.get();
    }

    /** The last lines, joined. */
    synchronized String text() {
        return String.join(" | ", lines);
    }

    private void take(byte[] buffer, int n) {
        bytes.addAndGet(n);
        String text = new String(buffer, 0, n, StandardCharsets.UTF_8);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                endLine();
            } else if (line.length() < LINE_LENGTH && !Character.isISOControl(c)) {
                line.append(c);
            }
        }
    }

    private void endLine() {
        if (line.length() == 0) {
            return;
        }
        String ended = line.toString();
        line.setLength(0);
        synchronized (this) {
            lines.addLast(ended);
            if (lines.size() > LINES) {
                lines.removeFirst();
            }
        }
        sink.accept(ended);
    }
}
