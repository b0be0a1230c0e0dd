package io.troupe.actors.cli;

import io.troupe.actors.node.TroupeBuild;
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
        return TroupeBuild.line();
    }
}
