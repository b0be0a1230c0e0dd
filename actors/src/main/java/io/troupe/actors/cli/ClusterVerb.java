package io.troupe.actors.cli;

import io.troupe.actors.config.ClusterSettings;
import io.troupe.actors.node.ClusterQuery;
import io.troupe.proto.v1.ClusterStatus;
import io.troupe.proto.v1.LeaseStatus;
import io.troupe.proto.v1.NodeStatus;
import io.troupe.proto.v1.WorkerStatus;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code troupe cluster}. */
@Command(
        name = "cluster",
        header = "Looks at a cluster.",
        subcommands = ClusterVerb.Status.class,
        synopsisSubcommandLabel = "VERB",
        commandListHeading = "%nVerbs:%n",
        footer = {"", "Example:", "  troupe cluster status --join 10.0.0.5:7355"})
final class ClusterVerb implements Runnable {

    @Spec
    private @Nullable CommandSpec spec;

    ClusterVerb() {}

    @Override
    public void run() {
        if (spec != null) {
            spec.commandLine().usage(spec.commandLine().getOut());
        }
    }

    /** {@code troupe cluster status}. */
    @Command(
            name = "status",
            header = "Shows a run's nodes, workers and leases, and what is being waited for.",
            footer = {"", "Example:", "  troupe cluster status --join 10.0.0.5:7355"})
    static final class Status implements Callable<Integer> {

        private final Surroundings around;

        @Option(
                names = "--join",
                required = true,
                paramLabel = "HOST:PORT",
                description =
                        "The run's node: its cluster.host and cluster.port. As often as you like, or with commas.")
        private List<String> join = new ArrayList<>();

        @Option(
                names = "--host",
                defaultValue = "127.0.0.1",
                description = "This machine's own host name or address, for the answer (default: ${DEFAULT-VALUE}).")
        private String host = "";

        @Option(names = "--tls", paramLabel = "DIR", description = "The key and certificates to ask with.")
        private @Nullable Path tls;

        @Option(
                names = "--timeout",
                paramLabel = "SECONDS",
                defaultValue = "10",
                description = "How long to wait for an answer (default: ${DEFAULT-VALUE}).")
        private int timeout;

        Status(Surroundings around) {
            this.around = around;
        }

        @Override
        public Integer call() throws Exception {
            if (timeout < 1) {
                throw new VerbException(ExitCode.USAGE, "--timeout must be at least 1");
            }
            var own = new ClusterSettings(
                    host,
                    0,
                    tls == null ? "" : tls.toString(),
                    0,
                    List.of(ClusterSettings.VERIFIER),
                    Duration.ofSeconds(10));
            try (ClusterQuery query = ClusterQuery.open(join, own)) {
                print(query.status(Duration.ofSeconds(timeout)), around.out());
            } catch (IllegalArgumentException e) {
                throw new VerbException(ExitCode.USAGE, "--join: " + e.getMessage());
            }
            return ExitCode.DONE.code();
        }

        private static void print(ClusterStatus status, PrintStream out) {
            out.printf(
                    Locale.ROOT,
                    "run %s, epoch %d, version %d of %d, %s%n",
                    status.getStamp().getRunId(),
                    status.getStamp().getEpoch(),
                    status.getVersion(),
                    status.getSteps(),
                    status.getTroupeVersion());
            out.printf(
                    Locale.ROOT,
                    "groups: %d trained, %d complete, %d leased, %d to be leased; discarded: %s%n",
                    status.getLedger().getTrained(),
                    status.getCollected(),
                    status.getLeasesOut(),
                    status.getAdmitted(),
                    status.getLedger().getDiscardedList().stream()
                            .map(count -> count.getGroups() + " " + count.getReason())
                            .reduce((a, b) -> a + ", " + b)
                            .orElse("none"));
            out.println("nodes:");
            for (NodeStatus node : status.getNodesList()) {
                out.printf(
                        Locale.ROOT,
                        "  %-28s %-22s %-26s %s for %.0f s%n",
                        node.getName(),
                        node.getAddress(),
                        String.join(",", node.getRolesList()),
                        node.getState(),
                        node.getSeconds());
            }
            out.println("rollout workers:");
            for (WorkerStatus worker : status.getWorkersList()) {
                out.printf(
                        Locale.ROOT,
                        "  %-28s version %d, %d leases, %d free slots, %d tokens, %s%n",
                        worker.getName(),
                        worker.getPolicyVersion(),
                        worker.getLeases(),
                        worker.getFreeSlots(),
                        worker.getTokensSampled(),
                        worker.getHeardSeconds() < 0
                                ? "silent"
                                : String.format(Locale.ROOT, "heard %.1f s ago", worker.getHeardSeconds()));
            }
            out.println("oldest leases:");
            for (LeaseStatus lease : status.getLeasesList()) {
                out.printf(
                        Locale.ROOT,
                        "  group %d, attempt %d: %s for %.1f s, %.0f s left%n",
                        lease.getGroupId(),
                        lease.getAttempt(),
                        lease.getWorker(),
                        lease.getSeconds(),
                        lease.getLeftSeconds());
            }
            out.println("waiting for:");
            status.getWaitingList().stream().limit(20).forEach(line -> out.println("  " + line));
        }
    }
}
