package io.troupe.actors.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Which Troupe this is: version and commit, as the build wrote them down, and the Java it runs on. */
final class TroupeVersion implements IVersionProvider {

    TroupeVersion() {}

    @Override
    public String[] getVersion() {
        return new String[] {
            line(),
            "Java " + Runtime.version() + ", " + System.getProperty("os.name") + " " + System.getProperty("os.arch")
        };
    }

    static String line() {
        var build = new Properties();
        try (InputStream file = TroupeVersion.class.getResourceAsStream("/io/troupe/actors/build.properties")) {
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
