package io.troupe.actors.cli;

import io.troupe.actors.config.ClusterSettings;
import io.troupe.actors.journal.LogJournal;
import io.troupe.actors.node.TroupeBuild;
import io.troupe.actors.node.WorkerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code troupe node}. */
@Command(
        name = "node",
        header = "Adds this machine to a running run.",
        description = {
            "",
            "A node that samples or verifies needs nothing but an address: it gets the configuration and the policy from the run's own node, works until",
            "the run is over, and looks for the run again when it loses it. Ctrl-C (or SIGTERM) lets it finish or hand back what it samples and leave."
        },
        footer = {
            "",
            "Examples:",
            "  troupe node --join 10.0.0.5:7355 --host 10.0.0.6",
            "  troupe node --roles verifier --join learner-0.troupe:7355,learner-1.troupe:7355 --host 10.0.0.7"
        })
final class NodeVerb implements Callable<Integer> {

    private final Surroundings around;

    @Option(
            names = "--roles",
            split = ",",
            defaultValue = "rollout,verifier",
            paramLabel = "ROLE",
            description = "What it does: rollout, verifier, or both (default: ${DEFAULT-VALUE}).")
    private List<String> roles = new ArrayList<>();

    @Option(
            names = "--join",
            paramLabel = "HOST:PORT",
            description =
                    "Where a run may be found: its cluster.host and cluster.port. As often as you like, or with commas.")
    private List<String> join = new ArrayList<>();

    @Option(
            names = "--host",
            defaultValue = "127.0.0.1",
            description = "Its own host name or address, under which others reach it (default: ${DEFAULT-VALUE}).")
    private String host = "";

    @Option(
            names = "--port",
            defaultValue = "0",
            description = "Its own port; 0 takes a free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--name", description = "Its name, unique in the cluster (default: its host name and process).")
    private @Nullable String name;

    @Option(
            names = "--dir",
            description = "Where it keeps the policy's files (default: a temporary folder, deleted at the end).")
    private @Nullable Path directory;

    @Option(
            names = "--drain",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description =
                    "How long sampling may go on when it is asked to end; the rest is handed back (default: ${DEFAULT-VALUE}).")
    private int drain;

    @Option(
            names = "--tls",
            paramLabel = "DIR",
            description =
                    "Talk to other nodes by TLS, with the key and certificates in this folder; `troupe certs` makes some for a trial.")
    private @Nullable Path tls;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "A key of the run's configuration that is otherwise here, such as rollout.slots=64 or verifier.plugins=DIR.")
    private List<String> assignments = new ArrayList<>();

    NodeVerb(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws Exception {
        if (!ClusterSettings.ROLES.containsAll(roles) || roles.isEmpty()) {
            throw new VerbException(
                    ExitCode.USAGE,
                    "--roles " + String.join(",", roles) + " — expected one or more of "
                            + String.join(", ", ClusterSettings.ROLES));
        }
        if (roles.contains(ClusterSettings.LEARNER)) {
            throw new VerbException(
                    ExitCode.USAGE,
                    "--roles learner — a learner is started by `troupe train`; one that waits to take a run over, by `troupe train --run DIR --standby`");
        }
        if (join.isEmpty()) {
            throw new VerbException(ExitCode.USAGE, "--join is missing — give the HOST:PORT of a run's node");
        }
        if (drain < 0 || port < 0 || port > 65_535) {
            throw new VerbException(ExitCode.USAGE, "--drain must be 0 or more and --port in 0..65535");
        }
        Path kept = directory;
        Path folder = kept != null ? kept : Files.createTempDirectory("troupe-node-");
        try {
            return work(folder);
        } finally {
            if (kept == null) {
                delete(folder);
            }
        }
    }

    private int work(Path folder) throws Exception {
        var settings = new WorkerProcess.Settings(
                name != null ? name : ownName(),
                join,
                new ClusterSettings(host, port, tls == null ? "" : tls.toString(), 0, roles, Duration.ofSeconds(10)),
                folder,
                assignments,
                Duration.ofSeconds(drain),
                TroupeBuild.line());
        WorkerProcess process;
        try {
            process = WorkerProcess.of(settings, new LogJournal());
        } catch (IllegalArgumentException e) {
            throw new VerbException(ExitCode.USAGE, "--join: " + e.getMessage());
        }
        Interrupts.handle(process::stop, around.err(), "troupe: leaving the cluster (once more to end at once)");
        around.out().println("troupe: " + process.execute());
        return ExitCode.DONE.code();
    }

    private static String ownName() {
        String machine;
        try {
            machine = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            machine = "node";
        }
        return machine + "-" + ProcessHandle.current().pid();
    }

    private static void delete(Path folder) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(folder)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
    }
}
