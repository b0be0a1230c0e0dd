package io.troupe.actors.node;

import io.troupe.actors.config.RolloutEngine;
import io.troupe.actors.config.RolloutSettings;
import io.troupe.actors.coordinator.Ledger;
import io.troupe.actors.journal.MetricsLog;
import io.troupe.actors.journal.RunJournal;
import io.troupe.actors.journal.RunObserver;
import io.troupe.actors.learning.DivergedException;
import io.troupe.actors.learning.LearnerActor;
import io.troupe.actors.learning.LearnerActor.Ended;
import io.troupe.actors.learning.UpdateLog;
import io.troupe.actors.node.RunFailedException.Kind;
import io.troupe.actors.node.RunSummary.Ending;
import io.troupe.actors.transport.NodeTls;
import io.troupe.actors.weights.DeltaSettings;
import io.troupe.actors.weights.WeightServer;
import io.troupe.actors.weights.WeightServerSettings;
import io.troupe.learner.Learner;
import io.troupe.learner.LearnerSettings;
import io.troupe.learner.PolicyFitness;
import io.troupe.learner.checkpoint.Checkpoint;
import io.troupe.learner.checkpoint.CheckpointException;
import io.troupe.learner.checkpoint.Checkpoints;
import io.troupe.policy.DeviceUnavailableException;
import io.troupe.policy.Policy;
import io.troupe.policy.PolicyFormatException;
import io.troupe.proto.v1.RunStamp;
import io.troupe.rollout.SamplingParams;
import io.troupe.rollout.remote.RemoteServers;
import io.troupe.rollout.remote.UnfitServerException;
import io.troupe.verifier.TaskFamilies;
import io.troupe.verifier.TaskFamilyException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One training run in this process: takes the run folder for itself, starts the node, trains, evaluates, writes {@code summary.json} and
 * ends the node. Thread-safe; a run executes once.
 *
 * <p>{@link #stop} drains it: the current update is finished, a checkpoint is written and {@link #execute} returns with {@link
 * Ending#STOPPED}. Signals are the caller's to translate into it.
 */
public final class TrainingRun {

    private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);
    private static final Executor BLOCKING = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "troupe-run-blocking");
        thread.setDaemon(true);
        return thread;
    });

    private final CompletableFuture<TrainingNode.Outcome> outcome = new CompletableFuture<>();
    private final RunPlan plan;
    private final RunObserver observer;
    private final Clock clock;
    private boolean stopping;
    private @Nullable ActorSystem<TrainingNode.Command> system;

    private TrainingRun(RunPlan plan, RunObserver observer, Clock clock) {
        this.plan = plan;
        this.observer = observer;
        this.clock = clock;
    }

    public static TrainingRun of(RunPlan plan, RunObserver observer) {
        return new TrainingRun(plan, observer, Clock.systemUTC());
    }

    /**
     * Trains to the end; blocks until then.
     *
     * @throws RunFailedException if the run cannot start or cannot go on
     * @throws InterruptedException if this thread is interrupted; the run is ended without being drained
     */
    public RunSummary execute() throws RunFailedException, InterruptedException {
        try (Tenancy tenancy = Tenancy.begin(plan, this::onLeaseLost)) {
            RunFolder folder = tenancy.folder();
            RunIdentity identity = RunIdentity.read(folder.identity());
            var checkpoints = Checkpoints.open(
                    folder.checkpoints(), plan.settings().train().keepCheckpoints());
            var latest = plan.resume()
                    ? checkpoints.latest(identity::objection)
                    : new Checkpoints.Latest(Optional.empty(), List.of());
            var metrics = new MetricsLog(folder.metrics(), LOG::error);
            metrics.forgetStepsAfter(version(latest.checkpoint()));
            try (Policy policy = Policy.openForTraining(
                            plan.policy(),
                            plan.settings().policy().arithmetic(),
                            plan.settings().train().lora().adapters(),
                            plan.settings().run().seed());
                    RunJournal journal = new RunJournal(metrics, observer, clock)) {
                requireFitting(policy);
                requireMemory(policy);
                latest.checkpoint().ifPresent(found -> policy.requireRestorable(found.folder()));
                report(latest, journal);
                tenancy.lease().require(); // opening a large policy takes its time
                RunStamp stamp = identity.next(version(latest.checkpoint()));
                return run(folder, stamp, policy, checkpoints, latest.checkpoint(), journal, tenancy.lease());
            }
        } catch (PolicyFormatException
                | DeviceUnavailableException
                | TaskFamilyException
                | UnfitServerException
                | IllegalArgumentException e) {
            throw new RunFailedException(Kind.INPUT, message(e), e);
        } catch (RunLease.LostException e) {
            throw new RunFailedException(Kind.TAKEN_OVER, message(e), e);
        } catch (CheckpointException e) {
            throw new RunFailedException(Kind.FAILED, message(e), e);
        } catch (IOException e) {
            throw new RunFailedException(Kind.FAILED, "cannot use " + plan.directory() + ": " + e, e);
        }
    }

    private void requireFitting(Policy policy) {
        PolicyFitness.require(policy, plan.settings().objective());
        if (plan.settings().rollout().engine() == RolloutEngine.REMOTE) {
            policy.requireAutoregressive("rollout.engine = remote");
        }
    }

    private void requireMemory(Policy policy) throws RunFailedException {
        MemoryNeeds needs = MemoryNeeds.of(plan.settings(), policy);
        Optional<String> shortage = needs.shortage();
        if (shortage.isPresent() && plan.settings().run().checkMemory()) {
            throw new RunFailedException(Kind.INPUT, shortage.get() + "\n" + MemoryNeeds.ADVICE, null);
        }
        needs.uses().forEach(use -> LOG.info("memory for {}: about {}", use.role(), MemoryNeeds.line(use)));
    }

    /** Asks the run to drain. Returns at once; {@link #execute} returns when it is done. */
    public synchronized void stop() {
        stopping = true;
        ActorSystem<TrainingNode.Command> running = system;
        if (running != null) {
            running.tell(TrainingNode.Drain.INSTANCE);
        }
    }

    private RunSummary run(
            RunFolder folder,
            RunStamp stamp,
            Policy policy,
            Checkpoints checkpoints,
            Optional<Checkpoint> resume,
            RunJournal journal,
            RunLease lease)
            throws IOException, RunFailedException, InterruptedException {
        Roles roles = new Roles(plan.settings(), stamp);
        NodeTls tls = ActorSystems.tls(plan.settings().cluster());
        Files.deleteIfExists(
                folder.summary()); // an earlier incarnation's: whoever stands by would take the run for done
        Files.writeString(folder.configuration(), plan.configuration());
        Files.createDirectories(folder.trajectories());
        Files.writeString(
                UpdateLog.configuration(folder.trajectories(), roles.stamp().getEpoch()), plan.configuration());
        try (Plugins plugins = Plugins.open(plan.settings().verifier());
                RemoteServers servers = servers(roles, policy, journal);
                WeightServer weights = WeightServer.start(
                        WeightServerSettings.on(
                                plan.settings().cluster().host(),
                                plan.settings().cluster().weightPort()),
                        roles.stamp(),
                        tls == null ? null : tls.context(),
                        DeltaSettings.in(folder.deltas()),
                        System::nanoTime)) {
            TaskFamilies families =
                    plugins.families().configured(plan.settings().families());
            roles.trainingTasks(families); // a family that is missing is found here and not by an actor
            var parts = new TrainingNode.Parts(
                    roles,
                    policy,
                    servers,
                    families,
                    weights,
                    plan.configuration(),
                    BLOCKING,
                    ledger(resume),
                    version(resume),
                    material(policy, plan.settings().learner(), checkpoints, resume, lease),
                    folder,
                    journal,
                    clock,
                    System::nanoTime);
            start(parts, tls);
            try {
                RunSummary summary = summary(roles, outcome.get());
                SummaryFile.write(folder.summary(), summary);
                return summary;
            } catch (ExecutionException e) {
                throw failure(e.getCause() == null ? e : e.getCause(), journal);
            } finally {
                terminate();
            }
        }
    }

    /** The servers that sample, tried out before anything begins; null if this process does. */
    private @Nullable RemoteServers servers(Roles roles, Policy policy, RunJournal journal) {
        RolloutSettings rollout = plan.settings().rollout();
        if (rollout.engine() == RolloutEngine.LOCAL) {
            return null;
        }
        RemoteServers servers = RemoteServers.connect(
                rollout.remote().servers(System.getenv()),
                policy,
                SamplingParams.of(roles.coordinator().sampling()),
                roles.stamp().getRunId().substring(0, 8) + "-" + roles.stamp().getEpoch());
        journal.event("engine", "sampling by " + rollout.remote().urls() + ": " + servers.findings());
        if (!servers.findings().tokenIds()) {
            journal.event(
                    "warning",
                    "the servers give no token ids: trajectories are made from text, and carry the metric reencoded");
        }
        return servers;
    }

    private synchronized void start(TrainingNode.Parts parts, @Nullable NodeTls tls) throws RunFailedException {
        ActorSystem<TrainingNode.Command> started = ActorSystems.start(
                TrainingNode.create(parts, outcome), plan.settings().cluster(), tls);
        started.getWhenTerminated()
                .whenComplete((done, failure) -> outcome.completeExceptionally(
                        failure == null ? new IllegalStateException("the actor system ended") : failure));
        system = started;
        if (stopping) {
            started.tell(TrainingNode.Drain.INSTANCE);
        }
    }

    private void terminate() throws InterruptedException {
        ActorSystem<TrainingNode.Command> running;
        synchronized (this) {
            running = system;
            system = null;
        }
        ActorSystems.end(running);
    }

    private void report(Checkpoints.Latest latest, RunJournal journal) {
        plan.settings().warnings().forEach(warning -> journal.event("warning", warning));
        for (Checkpoints.Rejected rejected : latest.rejected()) {
            journal.event("warning", "checkpoint " + rejected.folder() + " is not used: " + rejected.reason());
        }
        if (plan.resume()) {
            journal.event(
                    "resumed",
                    latest.checkpoint()
                            .map(found -> "going on from " + found.folder())
                            .orElse("there is no checkpoint yet; starting from the beginning"));
        }
    }

    private static long version(Optional<Checkpoint> checkpoint) {
        return checkpoint.map(found -> found.manifest().getVersion()).orElse(0L);
    }

    private Ledger ledger(Optional<Checkpoint> resume) {
        int attempts = plan.settings().rollout().maxAttempts();
        return resume.map(found -> Ledger.restore(found.manifest().getLedger(), attempts))
                .orElseGet(() -> new Ledger(attempts));
    }

    private static LearnerActor.Material material(
            Policy policy,
            LearnerSettings settings,
            Checkpoints checkpoints,
            Optional<Checkpoint> resume,
            RunLease lease) {
        return new LearnerActor.Material(
                manager -> new Learner(policy, settings, manager), checkpoints, resume, lease::require);
    }

    private static RunSummary summary(Roles roles, TrainingNode.Outcome outcome) {
        Ended ended = outcome.ended();
        SortedMap<String, Double> before = outcome.evaluations().getOrDefault("before", new TreeMap<>());
        SortedMap<String, Double> after = outcome.evaluations().getOrDefault("after", new TreeMap<>());
        SortedMap<String, RunSummary.Family> families = new TreeMap<>();
        roles.settings()
                .tasks()
                .forEach(task -> families.put(
                        task.called(), new RunSummary.Family(before.get(task.called()), after.get(task.called()))));
        return new RunSummary(
                roles.stamp().getRunId(),
                switch (ended.reason()) {
                    case STEPS -> Ending.STEPS;
                    case TIME_LIMIT -> Ending.TIME_LIMIT;
                    case STOPPED -> Ending.STOPPED;
                },
                families,
                ended.last().version(),
                ended.seconds(),
                ended.tokensSampled(),
                ended.tokensTrained(),
                ended.discarded(),
                ended.digest());
    }

    private void onLeaseLost(String reason) {
        outcome.completeExceptionally(new RunLease.LostException(reason));
    }

    private RunFailedException failure(Throwable cause, RunJournal journal) {
        if (cause instanceof RunLease.LostException) {
            return new RunFailedException(Kind.TAKEN_OVER, message(cause), cause);
        }
        journal.event("failed", message(cause));
        LOG.error("the run failed", cause);
        if (cause instanceof DivergedException) {
            return new RunFailedException(Kind.DIVERGED, message(cause), cause);
        }
        if (cause instanceof ArithmeticException) {
            return new RunFailedException(
                    Kind.DIVERGED,
                    message(cause) + "; go on from an earlier checkpoint with a lower train.learning-rate",
                    cause);
        }
        if (cause instanceof PolicyFormatException || cause instanceof TaskFamilyException) {
            return new RunFailedException(Kind.INPUT, message(cause), cause);
        }
        String resume = "; --run " + plan.directory() + " --resume goes on from the last checkpoint";
        if (cause instanceof UncheckedIOException) {
            return new RunFailedException(Kind.FAILED, message(cause), cause); // says itself what to do
        }
        String kind =
                cause instanceof CheckpointException ? "" : cause.getClass().getSimpleName() + ": ";
        return new RunFailedException(Kind.FAILED, kind + message(cause) + resume, cause);
    }

    private static String message(Throwable e) {
        String message = e.getMessage();
        return message == null ? e.toString() : message;
    }
}
