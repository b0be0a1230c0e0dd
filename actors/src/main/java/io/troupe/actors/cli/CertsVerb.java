package io.troupe.actors.cli;

import io.troupe.actors.transport.NodeIdentity;
import io.troupe.actors.transport.TlsFolder;
import io.troupe.actors.transport.TrialAuthority;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code troupe certs}. */
@Command(
        name = "certs",
        header = "Makes certificates for a trial of a cluster with TLS.",
        description = {
            "",
            "With --out: a certificate authority in DIR/ca, and a folder for each node, which cluster.tls is to name. Keep DIR/ca to yourself: its key lets"
                    + " anybody into the cluster.",
            "With --ca: a further node's certificate of that authority, or with --replace a new one for a node that has one; it is taken up by running"
                    + " nodes within half a minute."
        },
        subcommands = CertsShowVerb.class,
        footer = {
            "",
            "Examples:",
            "  troupe certs --out certs                                for nodes on this machine",
            "  troupe certs --out certs --host gpu1,10.0.0.5 --host gpu2",
            "  troupe certs --ca certs --node gpu3",
            "  troupe certs --ca certs --node gpu1,10.0.0.5 --replace",
            "  troupe certs show certs/gpu1"
        })
final class CertsVerb implements Callable<Integer> {

    /** Under which nodes on one machine reach each other. */
    private static final String LOCAL = "localhost,127.0.0.1,::1";

    /** Clocks of machines differ. */
    private static final Duration EARLIER = Duration.ofMinutes(10);

    /** An authority outlives what it issues first. */
    private static final int AUTHORITY_TIMES = 10;

    private final Surroundings around;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Make an authority and certificates of it in this folder.")
    private @Nullable Path out;

    @Option(
            names = "--host",
            paramLabel = "NAME[,NAME]",
            description =
                    "A node, by the names and addresses under which others reach it; the first names its folder. As often as there are nodes (default: "
                            + LOCAL + ").")
    private List<String> hosts = new ArrayList<>();

    @Option(names = "--ca", paramLabel = "DIR", description = "Issue by the authority that --out DIR made.")
    private @Nullable Path authority;

    @Option(names = "--node", paramLabel = "NAME[,NAME]", description = "With --ca: the node, as with --host.")
    private @Nullable String node;

    @Option(
            names = "--days",
            paramLabel = "N",
            defaultValue = "365",
            description = "How long the nodes' certificates are valid (default: ${DEFAULT-VALUE}).")
    private int days;

    @Option(names = "--replace", description = "With --ca: replace what the node has.")
    private boolean replace;

    CertsVerb(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        if ((out == null) == (authority == null)) {
            throw misuse("expected either --out DIR or --ca DIR --node NAME");
        }
        if (days < 1) {
            throw misuse("--days must be at least 1, not " + days);
        }
        try {
            if (out != null) {
                makeAll(out);
            } else if (authority != null) {
                issueOne(authority);
            }
        } catch (FileAlreadyExistsException e) {
            throw new VerbException(
                    ExitCode.USAGE,
                    e.getMessage() + " is there already; "
                            + (out != null
                                    ? "issue further certificates with --ca " + out + " --node NAME"
                                    : "replace it with --replace"),
                    e);
        } catch (IOException e) {
            throw new VerbException(ExitCode.FAILED, "cannot make certificates: " + e.getMessage(), e);
        }
        return ExitCode.DONE.code();
    }

    private void makeAll(Path folder) throws IOException {
        if (node != null || replace) {
            throw misuse("--node and --replace go with --ca; name the nodes of a new authority with --host");
        }
        Instant now = around.clock().instant();
        TrialAuthority made = TrialAuthority.create(
                folder.resolve("ca"),
                "Troupe trial authority " + now,
                now.minus(EARLIER),
                now.plus(Duration.ofDays((long) days * AUTHORITY_TIMES)),
                new SecureRandom());
        around.out().println("authority    " + folder.resolve("ca") + ", valid until " + made.until());
        for (String host : hosts.isEmpty() ? List.of(LOCAL) : hosts) {
            issue(made, folder, host, now);
        }
    }

    private void issueOne(Path folder) throws IOException {
        if (node == null || !hosts.isEmpty()) {
            throw misuse("--ca goes with --node NAME[,NAME]");
        }
        issue(
                TrialAuthority.open(folder.resolve("ca"), new SecureRandom()),
                folder,
                node,
                around.clock().instant());
    }

    private void issue(TrialAuthority by, Path folder, String names, Instant now) throws IOException {
        List<String> all = Arrays.stream(names.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
        if (all.isEmpty()) {
            throw misuse("a node needs a name");
        }
        Path place = folder.resolve(all.get(0).replace(':', '-'));
        by.issue(place, all, now.minus(EARLIER), now.plus(Duration.ofDays(days)), replace);
        NodeIdentity identity = new TlsFolder(place).read(now);
        around.out()
                .println("node         " + place + ", for " + String.join(", ", identity.hosts()) + ", valid until "
                        + identity.certificate().getNotAfter().toInstant() + "; cluster.tls = " + place);
    }

    private static VerbException misuse(String message) {
        return new VerbException(ExitCode.USAGE, message + " — see `troupe certs --help`");
    }
}
