package io.troupe.verifier.isolation;

import io.troupe.proto.v1.CallFailure;
import io.troupe.proto.v1.CallFailureKind;
import io.troupe.proto.v1.EnvironmentReply;
import io.troupe.proto.v1.EnvironmentRequest;
import io.troupe.verifier.OptionsException;
import io.troupe.verifier.TaskFamilyException;
import io.troupe.verifier.TaskGenerationException;
import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The main class of an environment's process: serves {@link EnvironmentRequest}s from its standard input, each on a thread of its own, until that ends;
 * then it halts, whatever the environments are doing. What they print goes to the standard error.
 */
public final class EnvironmentServer {

    static final int REQUEST_LIMIT = 64 << 20;
    static final int WIRE_BROKEN = 70;

    private static final int MESSAGE_LENGTH = 1000;

    private final OutputStream wire;
    private final int outputLimit;

    private EnvironmentServer(OutputStream wire, int outputLimit) {
        this.wire = wire;
        this.outputLimit = outputLimit;
    }

    /**
     * Serves.
     *
     * @param arguments the most bytes of an answer, then the plug-in's jars
     */
    @SuppressWarnings("SystemOut") // moved out of the environments' reach
    public static void main(String[] arguments) {
        InputStream requests = new BufferedInputStream(new FileInputStream(FileDescriptor.in));
        var server = new EnvironmentServer(new FileOutputStream(FileDescriptor.out), Integer.parseInt(arguments[0]));
        System.setOut(System.err);
        System.setIn(InputStream.nullInputStream());
        URL[] jars =
                Arrays.stream(arguments).skip(1).map(jar -> url(Path.of(jar))).toArray(URL[]::new);
        server.serve(requests, new URLClassLoader("plug-ins", jars, EnvironmentServer.class.getClassLoader()));
    }

    private void serve(InputStream requests, ClassLoader plugins) {
        ExecutorService threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "environment");
            thread.setDaemon(true);
            thread.setContextClassLoader(plugins);
            return thread;
        });
        // loaded on another thread, so that the end of the input is noticed whatever a plug-in does while it is loaded
        var calls = threads.submit(() -> {
            EnvironmentCalls loaded;
            try {
                loaded = EnvironmentCalls.load(plugins);
            } catch (Throwable e) {
                send(failure(e).build());
                throw e;
            }
            send(EnvironmentReply.newBuilder().setCatalogue(loaded.catalogue()).build());
            return loaded;
        });
        try {
            for (byte[] body = Frames.read(requests, REQUEST_LIMIT);
                    body != null;
                    body = Frames.read(requests, REQUEST_LIMIT)) {
                EnvironmentRequest request = EnvironmentRequest.parseFrom(body);
                threads.execute(() -> {
                    EnvironmentReply.Builder reply;
                    try {
                        reply = calls.get().answer(request);
                    } catch (Throwable e) { // whatever it is, it is the environment's, and the parent is told
                        reply = failure(e);
                    }
                    send(reply.setId(request.getId()).build());
                });
            }
        } catch (IOException e) {
            System.err.println("the wire from Troupe broke: " + e);
            Runtime.getRuntime().halt(WIRE_BROKEN);
        }
        Runtime.getRuntime().halt(0);
    }

    private void send(EnvironmentReply reply) {
        EnvironmentReply sent = reply;
        if (reply.getSerializedSize() > outputLimit) {
            sent = EnvironmentReply.newBuilder()
                    .setId(reply.getId())
                    .setFailure(CallFailure.newBuilder()
                            .setKind(CallFailureKind.CALL_FAILURE_KIND_OUTPUT)
                            .setMessage("an answer of " + reply.getSerializedSize() + " bytes"))
                    .build();
        }
        try {
            synchronized (wire) {
                Frames.write(wire, sent);
            }
        } catch (IOException e) {
            System.err.println("the wire to Troupe broke: " + e);
            Runtime.getRuntime().halt(WIRE_BROKEN);
        }
    }

    private static EnvironmentReply.Builder failure(Throwable thrown) {
        Throwable e = thrown instanceof java.util.concurrent.ExecutionException && thrown.getCause() != null
                ? thrown.getCause()
                : thrown;
        CallFailureKind kind = kind(e);
        String message = kind == CallFailureKind.CALL_FAILURE_KIND_THREW
                ? e.getClass().getName() + ": " + e.getMessage()
                : String.valueOf(e.getMessage());
        return EnvironmentReply.newBuilder()
                .setFailure(CallFailure.newBuilder()
                        .setKind(kind)
                        .setMessage(message.substring(0, Math.min(message.length(), MESSAGE_LENGTH))));
    }

    private static CallFailureKind kind(Throwable e) {
        if (e instanceof OptionsException) {
            return CallFailureKind.CALL_FAILURE_KIND_OPTIONS;
        }
        if (e instanceof TaskGenerationException) {
            return CallFailureKind.CALL_FAILURE_KIND_GENERATION;
        }
        if (e instanceof TaskFamilyException) {
            return CallFailureKind.CALL_FAILURE_KIND_LOADING;
        }
        if (e.getClass() == IllegalArgumentException.class) {
            return CallFailureKind.CALL_FAILURE_KIND_ARGUMENT;
        }
        if (e.getClass() == IllegalStateException.class) {
            return CallFailureKind.CALL_FAILURE_KIND_STATE;
        }
        return CallFailureKind.CALL_FAILURE_KIND_THREW;
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }
}
