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
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code troupe node}. */
@Command(
        name = "node",
        header = "Adds this machine to a running run, or waits to take one over.",
        description = {
            "",
            "A node that samples or verifies needs nothing but an address: it gets the configuration and the policy from the run's own node, works until",
            "the run is over, and looks for the run again when it loses it. Ctrl-C (or SIGTERM) lets it finish or hand back what it samples and leave.",
            "A node with the role learner waits at a run's folder, on storage that both machines share, until the run shows no sign of life, and goes on",
            "from its last checkpoint."
        },
        footer = {
            "",
            "Examples:",
            "  troupe node --join 10.0.0.5:7355 --host 10.0.0.6",
            "  troupe node --roles verifier --join learner-0.troupe:7355,learner-1.troupe:7355 --host 10.0.0.7",
            "  troupe node --roles learner --run /shared/runs/first --host 10.0.0.8 --port 7355"
        })
final class NodeVerb implements Callable<Integer> {

    private final Surroundings around;

    @Option(
            names = "--roles",
            split = ",",
            defaultValue = "rollout,verifier",
            paramLabel = "ROLE",
            description = "What it does: rollout, verifier, or learner (default: ${DEFAULT-VALUE}).")
    private List<String> roles = new ArrayList<>();

    @Option(
            names = "--join",
            paramLabel = "HOST:PORT",
            description = "Where a run may be found: its cluster.host and cluster.port. As often as you like, or with commas.")
    private List<String> join = new ArrayList<>();

    @Option(
            names = "--host",
            defaultValue = "127.0.0.1",
            description = "Its own host name or address, under which others reach it (default: ${DEFAULT-VALUE}).")
    private String host = "";

    @Option(names = "--port", defaultValue = "0", description = "Its own port; 0 takes a free one (default: ${DEFAULT-VALUE}).")
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
            description = "How long sampling may go on when it is asked to end; the rest is handed back (default: ${DEFAULT-VALUE}).")
    private int drain;

    @Option(
            names = "--run",
            paramLabel = "DIR",
            description = "With the role learner: the folder of the run to take over.")
    private @Nullable Path run;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A key of the run's configuration that is otherwise here, such as rollout.slots=64 or verifier.plugins=DIR.")
    private List<String> assignments = new ArrayList<>();

    @Mixin
    private ParentOption parent;

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
            return new StandbyLearner(around, roles, host, port, run, assignments).call();
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
                roles,
                join,
                host,
                port,
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
        parent.endWithIt(around.in());
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

    /** A parent that starts nodes and wants none of them to outlive it. */
    static final class ParentOption {
        @Option(names = "--end-with-input", hidden = true, description = "End when standard input does.")
        private boolean endWithInput;

        /** From here on this process lives no longer than its standard input. */
        void endWithIt(java.io.InputStream in) {
            if (!endWithInput) {
                return;
            }
            Interrupts.leaveToParent();
            var thread = new Thread(
                    () -> {
                        try {
                            in.transferTo(java.io.OutputStream.nullOutputStream());
                        } catch (IOException e) {
                            // as good as its end
                            Runtime.getRuntime().halt(ExitCode.FAILED.code());
                        }
                        Runtime.getRuntime().halt(ExitCode.FAILED.code());
                    },
                    "troupe-node-parent");
            thread.setDaemon(true);
            thread.start();
        }
    }
}
