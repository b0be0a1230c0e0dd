package io.troupe.actors.node;

import io.troupe.actors.node.RunFailedException.Kind;
import io.troupe.verifier.TaskFamilies;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The task families of Troupe and of a folder of plug-ins. Closing it closes the plug-ins' jars. */
public final class Plugins implements AutoCloseable {

    private final URLClassLoader loader;
    private final TaskFamilies families;

    private Plugins(URLClassLoader loader) {
        this.loader = loader;
        this.families = TaskFamilies.load(loader);
    }

    /**
     * Finds the families.
     *
     * @param folder a folder of jars, or null for Troupe's own families alone
     * @throws RunFailedException if the folder cannot be read
     * @throws io.troupe.verifier.TaskFamilyException if a family cannot be loaded
     */
    public static Plugins open(@Nullable String folder) throws RunFailedException {
        List<URL> jars = new ArrayList<>();
        if (folder != null) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(Path.of(folder), "*.jar")) {
                for (Path jar : found) {
                    jars.add(jar.toUri().toURL());
                }
            } catch (IOException e) {
                throw new RunFailedException(
                        Kind.INPUT, "verifier.plugins = " + folder + " cannot be read as a folder of jars: " + e, e);
            }
        }
        return new Plugins(new URLClassLoader("plug-ins", jars.toArray(URL[]::new), Plugins.class.getClassLoader()));
    }

    /** The families. */
    public TaskFamilies families() {
        return families;
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }
}
