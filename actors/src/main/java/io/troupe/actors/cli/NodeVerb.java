package io.troupe.actors.cli;

import io.troupe.actors.config.ClusterSettings;
import io.troupe.actors.journal.LogJournal;
import io.troupe.actors.node.TroupeBuild;
import io.troupe.actors.node.WorkerProcess;
import java.io.IOException;
import java.io.OutputStream;
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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code troupe node}. */
@Command(
        name = "node",
        header = "Adds this machine to a running run.",
        description = {
            "",
            "A node that samples or verifies needs nothing but an address: it gets the configuration and the policy from the run's own node, works until",
            "the run is over (with --stay, for the next one too), and looks for the run again when it loses it. Ctrl-C (or SIGTERM) lets it finish or hand back what it samples and leave.",
            "",
            "A run has one learner at a time. A node whose roles include learner waits at the run folder, on storage that machines share, until the run",
            "shows no sign of life, and then goes on with it from its last checkpoint: it is `troupe train --standby`."
        },
        footer = {
            "",
            "Examples:",
            "  troupe node --join 10.0.0.5:7355 --host 10.0.0.6",
            "  troupe node --roles verifier --join learner-0.troupe:7355,learner-1.troupe:7355 --host 10.0.0.7",
            "  troupe node --roles learner,rollout,verifier --run /shared/runs/first --host 10.0.0.8 --port 7355"
        })
final class NodeVerb implements Callable<Integer> {

    private final Surroundings around;

    @Option(
            names = "--roles",
            split = ",",
            defaultValue = "rollout,verifier",
            paramLabel = "ROLE",
            description =
                    "What it does: any of rollout, verifier and learner, with commas (default: ${DEFAULT-VALUE}).")
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

    @Option(
            names = "--weight-port",
            paramLabel = "PORT",
            defaultValue = "0",
            description =
                    "The port at which it serves the policy to other nodes; 0 takes a free one (default: ${DEFAULT-VALUE}).")
    private int weightPort;

    @Option(names = "--run", paramLabel = "DIR", description = "The run folder, if it may be the learner.")
    private @Nullable Path run;

    @Option(
            names = "--ends-with-input",
            hidden = true,
            description = "Leave when standard input ends; Ctrl-C is the parent's.")
    private boolean endsWithInput;

    @Spec
    private CommandSpec spec;

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
            names = "--stay",
            description =
                    "Look for the next run when one is over, until it is asked to leave: for the runs of a study.")
    private boolean stays;

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
            return standBy();
        }
        if (run != null) {
            throw new VerbException(ExitCode.USAGE, "--run is for a node that may be the learner: --roles learner");
        }
        if (join.isEmpty()) {
            throw new VerbException(ExitCode.USAGE, "--join is missing — give the HOST:PORT of a run's node");
        }
        if (drain < 0) {
            throw new VerbException(ExitCode.USAGE, "--drain must be 0 or more");
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

    /** The learner's part is the verb train; it is asked with what was said here. */
    private int standBy() {
        if (run == null) {
            throw new VerbException(
                    ExitCode.USAGE,
                    "--roles learner needs the run folder that it waits at — add --run DIR; a new run is begun by `troupe train`");
        }
        var arguments = new ArrayList<String>(List.of("train", "--standby", "--run", run.toString()));
        var keys = new ArrayList<String>(List.of(
                "cluster.roles=[" + String.join(",", roles) + "]",
                "cluster.host=\"" + host + "\"",
                "cluster.port=" + port,
                "cluster.weight-port=" + weightPort));
        keys.addAll(assignments);
        keys.forEach(key -> arguments.addAll(List.of("--set", key)));
        if (tls != null) {
            arguments.addAll(List.of("--tls", tls.toString()));
        }
        return spec.commandLine().getParent().execute(arguments.toArray(String[]::new));
    }

    private int work(Path folder) throws Exception {
        ClusterSettings own;
        try {
            own = new ClusterSettings(
                    host, port, tls == null ? "" : tls.toString(), weightPort, roles, Duration.ofSeconds(10));
        } catch (IllegalArgumentException e) {
            throw new VerbException(ExitCode.USAGE, "--" + e.getMessage());
        }
        var settings = new WorkerProcess.Settings(
                name != null ? name : ownName(),
                join,
                own,
                folder,
                assignments,
                Duration.ofSeconds(drain),
                stays,
                TroupeBuild.line());
        WorkerProcess process;
        try {
            process = WorkerProcess.of(settings, new LogJournal());
        } catch (IllegalArgumentException e) {
            throw new VerbException(ExitCode.USAGE, "--join: " + e.getMessage());
        }
        Interrupts.handle(process::stop, around.err(), "troupe: leaving the cluster (once more to end at once)");
        if (endsWithInput) {
            Interrupts.leaveToParent();
            endWithInput(process);
        }
        around.out().println("troupe: " + process.execute());
        return ExitCode.DONE.code();
    }

    private void endWithInput(WorkerProcess process) {
        var thread = new Thread(
                () -> {
                    try {
                        around.in().transferTo(OutputStream.nullOutputStream());
                    } catch (IOException e) {
                        around.err().println("troupe: " + e.getMessage()); // it has ended either way
                    }
                    process.stop();
                },
                "troupe-node-input");
        thread.setDaemon(true);
        thread.start();
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
