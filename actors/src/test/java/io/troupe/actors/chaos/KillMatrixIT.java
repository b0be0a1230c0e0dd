package io.troupe.actors.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.chaos.RunAudit.Findings;
import io.troupe.actors.chaos.RunEvents.Event;
import io.troupe.actors.config.ClusterSettings;
import io.troupe.actors.node.ClusterQuery;
import io.troupe.actors.node.PluginFolder;
import io.troupe.proto.v1.ClusterStatus;
import io.troupe.proto.v1.WorkerStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every part of a cluster is taken away in every state that it can be in, with SIGKILL or by cutting its link, and it is measured when that is noticed and when the
 * work goes on elsewhere. {@code -Dtroupe.matrix=full} does all; without it, one cell of each part that CI has time for. docs/cluster.md has the table.
 */
class KillMatrixIT {

    private enum Part {
        ROLLOUT("rollout node"),
        VERIFIER("verifier node"),
        ENVIRONMENT("environment process"),
        LEARNER("learner and coordinator node"),
        LINK("network link of a rollout node");

        final String words;

        Part(String words) {
            this.words = words;
        }
    }

    private enum State {
        IDLE("idle"),
        BUSY("busy"),
        UPDATE("during a weight update");

        final String words;

        State(String words) {
            this.words = words;
        }
    }

    private record Cell(Part part, State state) {}

    /**
     * What was measured, in seconds; NaN where there was nothing to measure.
     *
     * @param lost leases that were out when it happened
     * @param discarded groups that were given up for it
     */
    private record Row(Cell cell, double noticed, double again, long lost, long discarded) {}

    private static final boolean FULL =
            System.getProperty("troupe.matrix", "short").equals("full");
    private static final int BATCH = 8;
    private static final int GROUP = 8;
    private static final String WORKER = "rollout-1/worker-1";
    private static final int CUT_SECONDS = 12;

    private final List<Row> rows = new ArrayList<>();
    private String learner = "learner-a";
    private int takeovers;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @Test
    void whatIsTakenAwayIsNoticedAndItsWorkGoesOnElsewhere() throws Exception {
        Optional<Network> network = Network.create();
        try (Network net = network.orElse(null);
                TrialCluster cluster = new TrialCluster(folder, net, settings())) {
            try {
                begin(cluster);
                String host = net == null ? "127.0.0.1" : net.ownAddress();
                try (ClusterQuery eye = ClusterQuery.open(cluster.addresses(), ClusterSettings.at(host, 0, ""))) {
                    for (Cell cell : cells(net)) {
                        rows.add(take(cluster, eye, cell));
                        System.out.println(line(rows.get(rows.size() - 1)));
                    }
                }
                assertThat(cluster.interrupt(learner, Duration.ofMinutes(1)))
                        .as("exit code of a run that was interrupted")
                        .isEqualTo(3);
            } catch (Exception | AssertionError e) {
                System.out.println(cluster.lastWords());
                throw e;
            }
            examine(cluster);
        }
    }

    private List<String> settings() throws Exception {
        Path plugins = PluginFolder.create(folder.resolve("plugins"));
        return List.of(
                "tasks=[{family=\"test/parity\"},{family=\"math/arithmetic\"}]",
                "verifier.plugins=\"" + plugins + "\"",
                "train.staleness=0", // so that samplers are idle while the learner learns
                "train.steps=100000",
                "train.batch-groups=" + BATCH,
                "train.checkpoint-every=3",
                "rollout.group-size=" + GROUP,
                "rollout.slots=32");
    }

    private static List<Cell> cells(@Nullable Network net) {
        List<Cell> cells = new ArrayList<>();
        for (Part part : Part.values()) {
            for (State state : State.values()) {
                boolean possible = part != Part.LINK || net != null;
                boolean told = FULL || (state == State.BUSY && part != Part.ENVIRONMENT && part != Part.LINK);
                if (possible && told) {
                    cells.add(new Cell(part, state));
                }
            }
        }
        return cells;
    }

    private static void begin(TrialCluster cluster) throws Exception {
        cluster.startLearner();
        cluster.startNode("rollout-1", "rollout");
        cluster.startNode("rollout-2", "rollout");
        cluster.startNode("verifier-1", "verifier");
        cluster.startNode("verifier-2", "verifier");
        assertThat(cluster.events().awaitStep(2, Duration.ofMinutes(2)))
                .as("the run begins")
                .isTrue();
        cluster.startLearner();
    }

    private Row take(TrialCluster cluster, ClusterQuery eye, Cell cell) throws Exception {
        RunEvents events = cluster.events();
        long steps = events.steps();
        assertThat(events.awaitStep(steps + 2, Duration.ofMinutes(1)))
                .as("the run gets on before %s", cell)
                .isTrue();
        ClusterStatus status = awaitWorkersAndState(eye, cell.state());
        long leases = cell.state() == State.IDLE
                ? status.getLeasesOut()
                : worker(status).map(WorkerStatus::getLeases).orElse(0);
        Instant taken = Instant.now();
        Row row = switch (cell.part()) {
            case ROLLOUT -> {
                cluster.node("rollout-1").kill();
                Row measured = rollout(events, cell, taken, leases);
                cluster.startNode("rollout-1", "rollout");
                yield measured;
            }
            case LINK -> {
                cluster.host("rollout-1").cut();
                Row measured = rollout(events, cell, taken, leases);
                long left = CUT_SECONDS * 1000L
                        - Duration.between(taken, Instant.now()).toMillis();
                TimeUnit.MILLISECONDS.sleep(Math.max(0, left));
                cluster.host("rollout-1").heal();
                yield measured;
            }
            case VERIFIER -> {
                cluster.node("verifier-1").kill();
                Event noticed = event(events, taken, 15, "node", "verifier-1 does not answer");
                // what was open there is opened elsewhere in the moment in which the routers hear of it
                Instant again = events.await(
                                taken, Duration.ofSeconds(2), event -> event.is("verifier", "does not answer"))
                        .map(Event::time)
                        .orElse(null);
                cluster.startNode("verifier-1", "verifier");
                yield row(events, cell, taken, noticed.time(), again, leases);
            }
            case ENVIRONMENT -> environment(cluster, cell, taken, leases);
            case LEARNER -> learner(cluster, cell, taken, status.getLeasesOut());
        };
        assertThat(events.awaitStep(events.steps() + (cell.part() == Part.LEARNER ? 1 : 2), Duration.ofMinutes(1)))
                .as("the run gets on after %s", cell)
                .isTrue();
        return row;
    }

    private static Row rollout(RunEvents events, Cell cell, Instant taken, long leases) throws Exception {
        Event noticed = event(events, taken, 15, "worker", "rollout worker " + WORKER);
        List<Event> lost = events.since(taken).stream()
                .filter(event -> event.is("lease-lost", "worker " + WORKER))
                .toList();
        Instant again = null;
        for (Event lease : lost) {
            String group = lease.message().substring(0, lease.message().indexOf(','));
            Event leased = event(events, lease.time(), 30, "leased-again", group + ", ");
            again = again == null || leased.time().isAfter(again) ? leased.time() : again;
        }
        return row(events, cell, taken, noticed.time(), again, leases);
    }

    private Row learner(TrialCluster cluster, Cell cell, Instant taken, long leases) throws Exception {
        cluster.node(learner).kill();
        Event resumed = event(cluster.events(), taken, 60, "resumed", "");
        Event joined = event(cluster.events(), resumed.time(), 60, "worker", "joined");
        takeovers++;
        learner = "learner-" + (char) ('a' + takeovers % 3);
        cluster.startLearner();
        return row(cluster.events(), cell, taken, resumed.time(), joined.time(), leases);
    }

    private static Row environment(TrialCluster cluster, Cell cell, Instant taken, long leases) throws Exception {
        ProcessHandle verifier =
                ProcessHandle.of(cluster.node("verifier-1").pid()).orElseThrow();
        Set<Long> killed = verifier.descendants()
                .filter(ProcessHandle::destroyForcibly)
                .map(ProcessHandle::pid)
                .collect(Collectors.toSet());
        assertThat(killed).as("processes of environments").isNotEmpty();
        Instant replaced = null;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (replaced == null && System.nanoTime() < deadline) {
            if (verifier.descendants().anyMatch(process -> !killed.contains(process.pid()))) {
                replaced = Instant.now();
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertThat(replaced).as("another process of environments").isNotNull();
        return row(cluster.events(), cell, taken, replaced, replaced, leases);
    }

    private static Row row(
            RunEvents events, Cell cell, Instant taken, Instant noticed, @Nullable Instant again, long leases)
            throws Exception {
        long discarded = events.since(taken).stream()
                .filter(event -> event.is("discarded", ""))
                .count();
        return new Row(
                cell, seconds(taken, noticed), again == null ? Double.NaN : seconds(taken, again), leases, discarded);
    }

    /** Both samplers are there, and the run is in a state. */
    private static ClusterStatus awaitWorkersAndState(ClusterQuery eye, State state) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < deadline) {
            ClusterStatus status = eye.status(Duration.ofSeconds(10));
            Optional<WorkerStatus> worker = worker(status);
            long verifiers = status.getNodesList().stream()
                    .filter(node -> node.getRolesList().contains("verifier")
                            && node.getState().equals("up"))
                    .count();
            if (worker.isPresent() && status.getWorkersCount() == 2 && verifiers == 2) {
                boolean is = switch (state) {
                    case IDLE -> status.getLeasesOut() == 0 && worker.get().getPolicyVersion() == status.getVersion();
                    case BUSY -> worker.get().getLeases() > 0;
                    case UPDATE ->
                        worker.get().getPolicyVersion() >= 0 && worker.get().getPolicyVersion() < status.getVersion();
                };
                if (is) {
                    return status;
                }
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        throw new AssertionError("the cluster is never " + state.words);
    }

    private static Optional<WorkerStatus> worker(ClusterStatus status) {
        return status.getWorkersList().stream()
                .filter(worker -> worker.getName().equals(WORKER) && worker.getHeardSeconds() >= 0)
                .findFirst();
    }

    private static Event event(RunEvents events, Instant since, int seconds, String name, String part)
            throws Exception {
        return events.await(since, Duration.ofSeconds(seconds), event -> event.is(name, part))
                .orElseThrow(() ->
                        new AssertionError("no event \"" + name + "\" with \"" + part + "\" within " + seconds + " s"));
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1000.0;
    }

    private static String line(Row row) {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %.1f s | %s | %d | %d |",
                row.cell().part().words,
                row.cell().state().words,
                row.noticed(),
                Double.isNaN(row.again()) ? "nothing was out" : String.format(Locale.ROOT, "%.1f s", row.again()),
                row.lost(),
                row.discarded());
    }

    private void examine(TrialCluster cluster) throws Exception {
        Findings findings = RunAudit.of(cluster.run(), BATCH, GROUP);
        List<String> lines = new ArrayList<>(List.of(
                "| taken away | while | noticed after | its work again elsewhere after | leases out | groups given up |",
                "| --- | --- | --- | --- | --- | --- |"));
        rows.forEach(row -> lines.add(line(row)));
        lines.add("");
        lines.add(findings.toString());
        Files.write(Path.of("target", "kill-matrix.md"), lines);
        lines.forEach(System.out::println);
        assertThat(findings.twice()).as("groups trained twice").isZero();
        assertThat(findings.lost()).as("groups lost").isZero();
        assertThat(findings.unjudged()).as("trained without a verdict").isZero();
        assertThat(findings.discarded()).as("groups given up").isEmpty();
        for (Row row : rows) {
            boolean learning = row.cell().part() == Part.LEARNER;
            assertThat(row.noticed()).as("%s noticed", row.cell()).isLessThan(learning ? 30 : 5);
            if (!Double.isNaN(row.again())) {
                assertThat(row.again()).as("%s again", row.cell()).isLessThan(learning ? 30 : 10);
            }
        }
    }
}
