package io.troupe.verifier.isolation;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** Makes plug-ins of test classes: jars that a child JVM loads, whose class path has no tests. */
final class PluginJar {

    private PluginJar() {}

    /** A jar with a family, the classes nested in it, and its line in the services. */
    static Path of(Path folder, Class<?> family) throws IOException, URISyntaxException {
        Path classes = Path.of(
                family.getProtectionDomain().getCodeSource().getLocation().toURI());
        String name = family.getName().replace('.', '/');
        Path directory = classes.resolve(name).getParent();
        Path jar = folder.resolve(family.getSimpleName() + ".jar");
        List<Path> files;
        try (Stream<Path> all = Files.list(directory)) {
            files = all.filter(file -> file.getFileName().toString().startsWith(family.getSimpleName()))
                    .toList();
        }
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            out.putNextEntry(new JarEntry("META-INF/services/io.troupe.verifier.TaskFamily"));
            out.write(family.getName().getBytes(StandardCharsets.UTF_8));
            out.closeEntry();
            for (Path each : files) {
                out.putNextEntry(new JarEntry(classes.relativize(each).toString()));
                try (InputStream in = Files.newInputStream(each)) {
                    in.transferTo(out);
                }
                out.closeEntry();
            }
        }
        return jar;
    }
}
