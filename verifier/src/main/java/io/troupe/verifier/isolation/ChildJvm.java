package io.troupe.verifier.isolation;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.MessageLite;
import io.troupe.proto.v1.EnvironmentRequest;
import io.troupe.verifier.TaskFamily;
import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a child JVM is started that knows the verifier and a plug-in's jars and nothing else: none of the parent's other libraries, few of its environment
 * variables. Where the system has process namespaces, it is the first process of one, so that whatever it starts dies with it; and where it can be asked
 * to, the system kills it when its parent dies. Since it takes the death of the thread that started a process for that, one thread starts them all.
 */
final class ChildJvm implements AutoCloseable {

    private static final List<String> ENVIRONMENT = List.of("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR");
    private static final long PROBE_SECONDS = 10;
    private static final int MEBIBYTE = 1 << 20;

    private final List<String> command;
    private final ExecutorService starter = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "environment-processes-starter");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * A way to start.
     *
     * @param jars the plug-in's class path
     * @param limits its limits
     * @throws EnvironmentFailure if the class path of the verifier itself can't be told
     */
    ChildJvm(List<Path> jars, IsolationLimits limits) {
        List<String> words = new ArrayList<>(Namespace.PREFIX);
        long heap = limits.heap() / MEBIBYTE;
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(List.of(
                "-Xmx" + heap + "m",
                "-XX:MaxDirectMemorySize=" + heap + "m",
                "-XX:MaxMetaspaceSize=128m",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:+DisplayVMOutputToStderr", // its standard output is the wire
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-XX:-UsePerfData",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=/dev/null",
                "-Djava.awt.headless=true",
                "-Dfile.encoding=UTF-8",
                "-cp",
                classPath(),
                EnvironmentServer.class.getName(),
                Integer.toString(limits.output())));
        jars.forEach(jar -> words.add(jar.toAbsolutePath().toString()));
        command = List.copyOf(words);
    }

    Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> environment = builder.environment();
        environment.keySet().retainAll(ENVIRONMENT);
        try {
            return starter.submit(builder::start).get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a process was started");
        }
    }

    /** Ends the thread, and with it what it started. */
    @Override
    public void close() {
        starter.shutdown();
    }

    /** Whether what the child starts is sure to die with it. */
    static boolean hasNamespace() {
        return Namespace.PREFIX.contains("unshare");
    }

    private static String classPath() {
        Set<String> places = new LinkedHashSet<>();
        for (Class<?> needed : List.of(
                TaskFamily.class,
                EnvironmentRequest.class,
                MessageLite.class,
                ObjectMapper.class,
                JsonFactory.class,
                JsonProperty.class,
                Nullable.class)) {
            places.add(place(needed));
        }
        return String.join(File.pathSeparator, places);
    }

    private static String place(Class<?> needed) {
        CodeSource source = needed.getProtectionDomain().getCodeSource();
        if (source == null) {
            throw new EnvironmentFailure(
                    EnvironmentFailure.Kind.START, "class path", needed.getName() + " comes from no file");
        }
        try {
            return Path.of(source.getLocation().toURI()).toString();
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw new IllegalStateException("the place of " + needed.getName() + " is " + source.getLocation(), e);
        }
    }

    /** Asked once, when it is first needed. */
    private static final class Namespace {
        static final List<String> PREFIX = prefix();

        private static List<String> prefix() {
            List<String> dying = List.of("setpriv", "--pdeathsig", "KILL");
            for (String how : List.of("--pid", "--user --map-current-user --pid")) {
                List<String> prefix = new ArrayList<>(dying);
                prefix.add("unshare");
                prefix.addAll(Arrays.asList(how.split(" ", -1)));
                prefix.addAll(List.of("--fork", "--kill-child"));
                if (works(prefix)) {
                    return List.copyOf(prefix);
                }
            }
            if (works(dying)) {
                return dying;
            }
            return List.of();
        }

        private static boolean works(List<String> prefix) {
            List<String> words = new ArrayList<>(prefix);
            words.add("true");
            try {
                Process probe = new ProcessBuilder(words)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                if (probe.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
                    return probe.exitValue() == 0;
                }
                ProcessTree.kill(probe.toHandle());
                return false;
            } catch (IOException e) {
                return false; // there is no such command
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }
}
