package io.troupe.actors.node;

import io.troupe.actors.config.ClusterSettings;
import io.troupe.actors.config.SettingsLoader;
import io.troupe.actors.config.TroupeSettings;
import io.troupe.actors.journal.Journal;
import io.troupe.actors.node.RunFailedException.Kind;
import io.troupe.actors.node.WorkerNode.Ending;
import io.troupe.actors.transport.NodeTls;
import io.troupe.actors.weights.Endpoint;
import io.troupe.actors.weights.FetchObserver;
import io.troupe.actors.weights.FetchSettings;
import io.troupe.actors.weights.Fetched;
import io.troupe.actors.weights.WeightFetcher;
import io.troupe.actors.weights.WeightServer;
import io.troupe.actors.weights.WeightServerSettings;
import io.troupe.actors.weights.WeightTransferException;
import io.troupe.actors.wire.NodeProtocol;
import io.troupe.actors.wire.WireProtocol;
import io.troupe.actors.worker.LoopSampler;
import io.troupe.policy.Policy;
import io.troupe.policy.PolicyFormatException;
import io.troupe.proto.v1.NodeHello;
import io.troupe.proto.v1.NodeWelcome;
import io.troupe.proto.v1.PolicyVersion;
import io.troupe.proto.v1.RunStamp;
import io.troupe.verifier.TaskFamilyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that works for runs that go on elsewhere: looks for one, takes part, and looks again when it loses the cluster, until the run is over or it is asked
 * to stop. What it has fetched and opened is kept from one cluster to the next, as long as it is of the same run. Thread-safe; executes once.
 */
public final class WorkerProcess {

    /**
     * What a worker's process goes by.
     *
     * @param name unique in the cluster
     * @param join where a run may be found, as HOST:PORT
     * @param own where this process listens, its roles, and its certificates
     * @param directory where the policy's files are kept; made if it is missing
     * @param assignments keys of the run's configuration that are otherwise here, such as {@code rollout.slots=64}
     * @param drainPatience how long sampling may go on when the process is asked to stop
     * @param stays whether it looks for the next run when one is over
     * @param troupeVersion for people
     */
    public record Settings(
            String name,
            List<String> join,
            ClusterSettings own,
            Path directory,
            List<String> assignments,
            Duration drainPatience,
            boolean stays,
            String troupeVersion) {
        public Settings {
            join = List.copyOf(join);
            assignments = List.copyOf(assignments);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(WorkerProcess.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Settings settings;
    private final Journal journal;
    private final Seeds seeds;
    private final ExecutorService blocking = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "troupe-node-blocking");
        thread.setDaemon(true);
        return thread;
    });
    private boolean stopping;
    private @Nullable NodeTls tls;
    private @Nullable ActorSystem<NodeProtocol.Command> system;
    private @Nullable WeightServer server;
    private @Nullable WeightFetcher fetcher;
    private @Nullable Policy policy;
    private @Nullable Plugins plugins;
    private String equippedFor = "";

    private WorkerProcess(Settings settings, Seeds seeds, Journal journal) {
        this.settings = settings;
        this.seeds = seeds;
        this.journal = journal;
    }

    /**
     * A process.
     *
     * @throws IllegalArgumentException if an address or a role is none
     */
    public static WorkerProcess of(Settings settings, Journal journal) {
        Seeds seeds = Seeds.parse(settings.join());
        if (settings.own().has(ClusterSettings.LEARNER)) {
            throw new IllegalArgumentException("a worker does not learn");
        }
        return new WorkerProcess(settings, seeds, journal);
    }

    /**
     * Works; blocks until there is nothing to work for, which a node that stays finds only when it is asked to leave.
     *
     * @return how it ended, for people
     * @throws RunFailedException if the node may not come in, or cannot work
     * @throws InterruptedException if this thread is interrupted
     */
    public String execute() throws RunFailedException, InterruptedException {
        tls = ActorSystems.tls(settings.own());
        try {
            while (true) {
                Ending ending = incarnation();
                if (ending instanceof WorkerNode.Over over) {
                    String how = "the run is over: " + over.how();
                    if (!settings.stays()) {
                        return how;
                    }
                    journal.event("over", how + "; looking for the next one");
                } else if (ending instanceof WorkerNode.Drained) {
                    return "left as asked";
                } else if (ending instanceof WorkerNode.Refused refused) {
                    throw new RunFailedException(Kind.INPUT, "this node may not come in: " + refused.reason(), null);
                } else if (ending instanceof WorkerNode.Lost lost) {
                    journal.event("lost", lost.why() + "; looking for the run again");
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
            }
        } catch (ExecutionException e) {
            throw failure(e.getCause() == null ? e : e.getCause());
        } finally {
            release();
            WeightServer serving = server;
            if (serving != null) {
                serving.close();
            }
            blocking.shutdownNow();
        }
    }

    /** Asks the node to leave in order. Returns at once; {@link #execute} returns when it has. */
    public synchronized void stop() {
        stopping = true;
        ActorSystem<NodeProtocol.Command> running = system;
        if (running != null) {
            running.tell(WorkerNode.Drain.INSTANCE);
        }
    }

    private Ending incarnation() throws RunFailedException, InterruptedException, ExecutionException {
        var ending = new CompletableFuture<Ending>();
        synchronized (this) {
            if (stopping) {
                return new WorkerNode.Drained();
            }
            ActorSystem<NodeProtocol.Command> started =
                    ActorSystems.create(WorkerNode.create(parts(), ending), settings.own(), tls);
            started.getWhenTerminated().whenComplete((done, failure) -> ending.complete(lostOrLeft()));
            system = started;
        }
        try {
            return ending.get();
        } finally {
            terminate();
        }
    }

    private synchronized Ending lostOrLeft() {
        return stopping ? new WorkerNode.Drained() : new WorkerNode.Lost("the cluster is lost");
    }

    private WorkerNode.Parts parts() {
        NodeHello hello = NodeHello.newBuilder()
                .setProtocol(WireProtocol.VERSION)
                .setTroupeVersion(settings.troupeVersion())
                .setCluster(ActorSystems.NAME)
                .addAllRoles(settings.own().roles())
                .setNode(settings.name())
                .build();
        return new WorkerNode.Parts(
                settings.name(),
                seeds,
                hello,
                this::equip,
                blocking,
                settings.drainPatience(),
                journal,
                System::nanoTime);
    }

    /** Makes what the node works with; keeps what an earlier incarnation of the same run has opened. */
    private Equipment equip(NodeWelcome welcome) throws IOException, RunFailedException, InterruptedException {
        var loader = new SettingsLoader().text(welcome.getConfiguration(), "the run's configuration");
        settings.assignments().forEach(loader::set);
        TroupeSettings run = loader.load().settings();
        RunStamp stamp = welcome.getStamp();
        Roles roles = new Roles(run, stamp);
        String wanted = stamp.getRunId() + "\n" + welcome.getConfiguration();
        if (!equippedFor.equals(wanted)) {
            release();
            delete(policyFolder()); // another run's
            equippedFor = wanted;
        }
        Plugins found = plugins;
        if (found == null) {
            found = Plugins.open(run.verifier());
            plugins = found;
        }
        var families = found.families().configured(run.families());
        Equipment.Sampling sampling = settings.own().has(ClusterSettings.ROLLOUT) ? sampling(welcome, roles) : null;
        return new Equipment(roles, families, settings.own().has(ClusterSettings.VERIFIER), sampling);
    }

    private Equipment.Sampling sampling(NodeWelcome welcome, Roles roles)
            throws IOException, RunFailedException, InterruptedException {
        if (roles.settings().rollout().engine() != io.troupe.actors.config.RolloutEngine.LOCAL) {
            throw new RunFailedException(
                    Kind.INPUT,
                    "the run samples on inference servers (rollout.engine = remote), which its own node asks; a node can only verify: --roles verifier",
                    null);
        }
        WeightFetcher weights = fetcher(welcome.getStamp());
        Policy opened = policy;
        if (opened == null) {
            Path files = policyFolder();
            journal.event("fetching", "fetching the policy's files from " + welcome.getPolicySourcesList());
            List<Endpoint> sources = new ArrayList<>();
            welcome.getPolicySourcesList().forEach(source -> sources.add(Endpoint.parse(source)));
            weights.fetchFolder(welcome.getPolicyFolder(), sources, files);
            TroupeSettings run = roles.settings();
            opened = Policy.openForTraining(
                    files,
                    run.policy().arithmetic(),
                    run.train().lora().adapters(),
                    run.run().seed());
            policy = opened;
        }
        Policy sampled = opened;
        int slots = roles.settings().rollout().slots();
        int longest = roles.settings().rollout().maxTrajectoryTokens();
        return new Equipment.Sampling(
                port -> LoopSampler.local(
                        sampled,
                        roles.settings().rollout().computeDevice(),
                        slots,
                        longest,
                        roles.loop(),
                        port,
                        System::nanoTime),
                version -> fetch(weights, version));
    }

    /** What the policy server announces counts, also if it is older: it is the only one who announces, and its messages come in order. */
    private static Fetched fetch(WeightFetcher weights, PolicyVersion version)
            throws IOException, InterruptedException {
        if (version.getVersion() < weights.newest()) {
            weights.rewind();
        }
        return weights.fetch(version);
    }

    private WeightFetcher fetcher(RunStamp stamp) throws IOException {
        WeightServer serving = server;
        if (serving == null) {
            Files.createDirectories(settings.directory().resolve("versions"));
            serving = WeightServer.start(
                    WeightServerSettings.on(
                            settings.own().host(), settings.own().weightPort()),
                    stamp,
                    context(),
                    System::nanoTime);
            server = serving;
        }
        WeightFetcher weights = fetcher;
        if (weights == null) {
            weights = new WeightFetcher(
                    settings.directory().resolve("versions"),
                    FetchSettings.of(settings.name()),
                    stamp,
                    context(),
                    serving,
                    new FetchObserver() {
                        @Override
                        public void noted(String what) {
                            journal.event("weights", what);
                        }
                    },
                    System::nanoTime);
            fetcher = weights;
        }
        serving.belongTo(stamp);
        weights.belongTo(stamp);
        return weights;
    }

    private Path policyFolder() {
        return settings.directory().resolve("policy");
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> walk = Files.walk(folder)) {
                for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private @Nullable SSLContext context() {
        NodeTls own = tls;
        return own == null ? null : own.context();
    }

    private void release() {
        Policy opened = policy;
        policy = null;
        if (opened != null) {
            opened.close();
        }
        Plugins found = plugins;
        plugins = null;
        if (found != null) {
            try {
                found.close();
            } catch (IOException e) {
                LOG.warn("the plug-ins did not close in order", e);
            }
        }
        WeightFetcher weights = fetcher;
        fetcher = null;
        if (weights != null) {
            weights.close();
        }
    }

    private void terminate() throws InterruptedException {
        ActorSystem<NodeProtocol.Command> running;
        synchronized (this) {
            running = system;
            system = null;
        }
        ActorSystems.end(running);
    }

    private static RunFailedException failure(Throwable cause) {
        if (cause instanceof RunFailedException failed) {
            return failed;
        }
        String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        if (cause instanceof WeightTransferException broken && broken.kind() == WeightTransferException.Kind.DISK) {
            message += "; this node ends, and others do its work; make room there, or start it with another --dir";
        }
        boolean input = cause instanceof PolicyFormatException
                || cause instanceof TaskFamilyException
                || cause instanceof IllegalArgumentException;
        return new RunFailedException(input ? Kind.INPUT : Kind.FAILED, message, cause);
    }
}
