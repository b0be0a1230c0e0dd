package io.troupe.actors.node;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which Troupe this is, as the build wrote it down. */
public final class TroupeBuild {

    private TroupeBuild() {}

    /** Version and commit, such as {@code troupe 0.1.0 (abc1234)}. */
    public static String line() {
        var build = new Properties();
        try (InputStream file = TroupeBuild.class.getResourceAsStream("/io/troupe/actors/build.properties")) {
            if (file != null) {
                build.load(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String commit = build.getProperty("commit", "");
        return "troupe " + build.getProperty("version", "unbuilt") + (commit.isEmpty() ? "" : " (" + commit + ")");
    }
}
