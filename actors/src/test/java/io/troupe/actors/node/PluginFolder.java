package io.troupe.actors.node;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** A folder of plug-ins with the families for tests. */
public final class PluginFolder {

    private PluginFolder() {}

    /** Makes it, and returns it. */
    public static Path create(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (OutputStream file = Files.newOutputStream(folder.resolve("parity.jar"));
                JarOutputStream jar = new JarOutputStream(file)) {
            jar.putNextEntry(new JarEntry("META-INF/services/io.troupe.verifier.TaskFamily"));
            jar.write((ParityFamily.class.getName() + "\n" + LoopingFamily.class.getName())
                    .getBytes(StandardCharsets.UTF_8));
            jar.closeEntry();
            for (Class<?> family : List.of(ParityFamily.class, LoopingFamily.class)) {
                String classFile = family.getName().replace('.', '/') + ".class";
                jar.putNextEntry(new JarEntry(classFile));
                try (InputStream in = PluginFolder.class.getClassLoader().getResourceAsStream(classFile)) {
                    Objects.requireNonNull(in, classFile).transferTo(jar);
                }
                jar.closeEntry();
            }
        }
        return folder;
    }
}
