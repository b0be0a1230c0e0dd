package io.troupe.actors.node;

import io.troupe.actors.config.Isolation;
import io.troupe.actors.config.VerifierSettings;
import io.troupe.actors.node.RunFailedException.Kind;
import io.troupe.verifier.TaskFamilies;
import io.troupe.verifier.isolation.EnvironmentFailure;
import io.troupe.verifier.isolation.IsolatedFamilies;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The task families of Troupe and of a folder of plug-ins. Closing it closes the plug-ins' jars and ends their processes. */
public final class Plugins implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Plugins.class);

    /** What is to be closed. */
    private interface Held extends AutoCloseable {
        @Override
        void close() throws IOException;
    }

    private final TaskFamilies families;
    private final Held held;

    private Plugins(TaskFamilies families, Held held) {
        this.families = families;
        this.held = held;
    }

    /**
     * Finds the families.
     *
     * @param settings names a folder of jars, or none for Troupe's own families alone, and how they are isolated
     * @throws RunFailedException if the folder cannot be read, or a plug-in runs into a limit while it is loaded
     * @throws io.troupe.verifier.TaskFamilyException if a family cannot be loaded
     */
    public static Plugins open(VerifierSettings settings) throws RunFailedException {
        String folder = settings.plugins();
        List<Path> jars = folder == null ? List.of() : jars(folder);
        if (jars.isEmpty()) {
            return new Plugins(TaskFamilies.load(), () -> {});
        }
        return settings.isolation() == Isolation.NONE ? trusted(jars) : isolated(jars, settings);
    }

    private static Plugins trusted(List<Path> jars) throws RunFailedException {
        List<URL> places = new ArrayList<>();
        try {
            for (Path jar : jars) {
                places.add(jar.toUri().toURL());
            }
        } catch (IOException e) {
            throw new RunFailedException(Kind.INPUT, "verifier.plugins: " + e.getMessage(), e);
        }
        var loader = new URLClassLoader("plug-ins", places.toArray(URL[]::new), Plugins.class.getClassLoader());
        return new Plugins(TaskFamilies.load(loader), loader::close);
    }

    private static Plugins isolated(List<Path> jars, VerifierSettings settings) throws RunFailedException {
        try {
            IsolatedFamilies isolated = IsolatedFamilies.open(
                    jars, settings.limits().limits(), line -> LOG.debug("a plug-in says: {}", line));
            return new Plugins(TaskFamilies.load().plus(isolated.families()), isolated::close);
        } catch (EnvironmentFailure e) {
            throw new RunFailedException(
                    Kind.INPUT, "the plug-ins in verifier.plugins = " + settings.plugins() + ": " + e.getMessage(), e);
        }
    }

    private static List<Path> jars(String folder) throws RunFailedException {
        List<Path> jars = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(Path.of(folder), "*.jar")) {
            found.forEach(jars::add);
        } catch (IOException e) {
            throw new RunFailedException(
                    Kind.INPUT, "verifier.plugins = " + folder + " cannot be read as a folder of jars: " + e, e);
        }
        Collections.sort(jars);
        return jars;
    }

    /** The families. */
    public TaskFamilies families() {
        return families;
    }

    @Override
    public void close() throws IOException {
        held.close();
    }
}
