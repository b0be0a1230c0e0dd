package io.troupe.environments.mcp;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * A server as a child process: messages are lines of JSON on its standard input and output. The SDK's own transport leaves requests waiting when the process
 * dies; this one says at once that it did, with its exit status and the last that it wrote to standard error.
 *
 * <p>Life: {@link #start}, then the SDK's calls, then {@link #stop}, which closes the standard input, waits, and kills the process and its children. The
 * child sees the variables of {@link #INHERITED} and those that it is given. Safe for any thread.
 */
final class ProcessTransport implements McpClientTransport {

    private static final List<String> INHERITED = List.of(
            "PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "LANG", "LC_ALL", "TMPDIR", "JAVA_HOME", "SYSTEMROOT");
    private static final int MAX_LINE = 16 << 20;
    private static final int KEPT = 2_000;
    private static final Duration GRACE = Duration.ofMillis(500);

    private final Process process;
    private final McpJsonMapper mapper;
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private final StringBuilder lastWords = new StringBuilder();
    private volatile Consumer<Throwable> onException = e -> {};

    private ProcessTransport(Process process, McpJsonMapper mapper) {
        this.process = process;
        this.mapper = mapper;
    }

    /**
     * Starts a server.
     *
     * @param command the program and its arguments
     * @param env further environment variables
     * @param mapper reads and writes messages
     * @throws IOException if there is no such program
     */
    static ProcessTransport start(List<String> command, Map<String, String> env, McpJsonMapper mapper)
            throws IOException {
        var builder = new ProcessBuilder(command);
        builder.environment().keySet().retainAll(INHERITED);
        builder.environment().putAll(env);
        var transport = new ProcessTransport(builder.start(), mapper);
        daemon("mcp-errors", () -> transport.drain(transport.process.getErrorStream()));
        return transport;
    }

    /** Completed with how the process ended, when it did. */
    CompletableFuture<String> ended() {
        return ended;
    }

    @Override
    public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
        return Mono.fromRunnable(() -> daemon("mcp-messages", () -> readMessages(handler)));
    }

    @Override
    public Mono<Void> sendMessage(JSONRPCMessage message) {
        return Mono.<Void>fromRunnable(() -> write(message)).subscribeOn(Schedulers.boundedElastic());
    }

    @Override
    public void setExceptionHandler(Consumer<Throwable> handler) {
        onException = handler;
    }

    @Override
    public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
        return mapper.convertValue(data, type);
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.<Void>fromRunnable(this::stop).subscribeOn(Schedulers.boundedElastic());
    }

    /** Ends the process and its children: asks, waits half a second, asks louder, waits, kills. */
    void stop() {
        List<ProcessHandle> children = process.descendants().toList();
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            note("closing its input: " + e.getMessage());
        }
        try {
            if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroy();
                process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            children.forEach(ProcessHandle::destroyForcibly);
        }
    }

    private void write(JSONRPCMessage message) {
        try {
            byte[] line = (mapper.writeValueAsString(message) + "\n").getBytes(StandardCharsets.UTF_8);
            OutputStream out = process.getOutputStream();
            synchronized (out) {
                out.write(line);
                out.flush();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void readMessages(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
        try (InputStream in = new BufferedInputStream(process.getInputStream())) {
            for (String line = line(in); line != null; line = line(in)) {
                if (line.isBlank()) {
                    continue;
                }
                JSONRPCMessage message = message(line);
                if (message != null) {
                    handler.apply(Mono.just(message)).subscribe(handled -> {}, onException);
                }
            }
        } catch (IOException e) {
            note("reading its output: " + e.getMessage());
            process.destroyForcibly();
        }
        ended.complete(end());
    }

    private @Nullable JSONRPCMessage message(String line) {
        try {
            return McpSchema.deserializeJsonRpcMessage(mapper, line);
        } catch (IOException | RuntimeException e) {
            note("no message: " + line); // a banner, say; it helps to see it when the server fails
            return null;
        }
    }

    private String end() {
        try {
            if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                return "closed its output" + said();
            }
            return "ended with status " + process.exitValue() + said();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "ended" + said();
        }
    }

    private String said() {
        synchronized (lastWords) {
            String words = lastWords.toString().strip();
            return words.isEmpty() ? "" : "; its last words: " + words;
        }
    }

    private void drain(InputStream errors) {
        try (InputStream in = new BufferedInputStream(errors)) {
            for (String line = line(in); line != null; line = line(in)) {
                note(line);
            }
        } catch (IOException e) {
            note("reading its errors: " + e.getMessage());
        }
    }

    private void note(String line) {
        synchronized (lastWords) {
            lastWords
                    .append(line.length() <= KEPT ? line : line.substring(0, KEPT))
                    .append('\n');
            lastWords.delete(0, Math.max(0, lastWords.length() - KEPT));
        }
    }

    /** The next line; null at the end. */
    private static @Nullable String line(InputStream in) throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n') {
                return bytes.toString(StandardCharsets.UTF_8);
            }
            if (bytes.size() == MAX_LINE) {
                throw new IOException("a line of more than " + MAX_LINE + " bytes");
            }
            bytes.write(next);
        }
        return bytes.size() == 0 ? null : bytes.toString(StandardCharsets.UTF_8);
    }

    private static void daemon(String name, Runnable work) {
        var thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }
}
