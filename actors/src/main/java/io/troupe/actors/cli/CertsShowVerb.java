package io.troupe.actors.cli;

import io.troupe.actors.transport.TlsFilesException;
import io.troupe.actors.transport.TlsFolder;
import io.troupe.actors.transport.TrialAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code troupe certs show}. */
@Command(
        name = "show",
        header = "Says which certificates a folder holds, until when, and whether a node can use them.",
        description = {"", "Ends with 0, or with 1 if a node could not use them."},
        footer = {"", "Examples:", "  troupe certs show certs/gpu1", "  troupe certs show certs/ca"})
final class CertsShowVerb implements Callable<Integer> {

    private final Surroundings around;

    @Parameters(paramLabel = "DIR", description = "A folder with tls.crt and ca.crt, or an authority's.")
    private Path folder = Path.of(".");

    CertsShowVerb(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        Instant now = around.clock().instant();
        TlsFolder files = new TlsFolder(folder);
        try {
            files.describe(now).forEach(around.out()::println);
            if (Files.exists(folder.resolve(TrialAuthority.KEY)) && !Files.exists(folder.resolve(TlsFolder.KEY))) {
                around.out()
                        .println("an authority: its key " + folder.resolve(TrialAuthority.KEY)
                                + " lets anybody into the cluster; keep it to yourself");
                return ExitCode.DONE.code();
            }
            files.read(now);
            files.warnings().forEach(warning -> around.out().println("warning: " + warning));
            around.out().println("a node can use these: cluster.tls = " + folder);
            return ExitCode.DONE.code();
        } catch (TlsFilesException e) {
            throw new VerbException(ExitCode.FAILED, "no node can use " + folder + ": " + e.getMessage(), e);
        }
    }
}
