package io.troupe.actors.node;

import io.troupe.actors.config.ClusterSettings;
import io.troupe.actors.config.TroupeSettings;
import io.troupe.actors.coordinator.Coordinator;
import io.troupe.actors.coordinator.Coordinator.Evaluate;
import io.troupe.actors.coordinator.Coordinator.Evaluated;
import io.troupe.actors.coordinator.Coordinator.Score;
import io.troupe.actors.coordinator.Ledger;
import io.troupe.actors.coordinator.TaskMix;
import io.troupe.actors.journal.Journal;
import io.troupe.actors.journal.RunObserver.EvaluationMetrics;
import io.troupe.actors.learning.LearnerActor;
import io.troupe.actors.learning.LearnerActor.Ended;
import io.troupe.actors.learning.PolicyServer;
import io.troupe.actors.learning.ServedVersions;
import io.troupe.actors.learning.VersionFile;
import io.troupe.actors.weights.WeightServer;
import io.troupe.actors.wire.CoordinatorProtocol;
import io.troupe.actors.wire.EnvironmentProtocol;
import io.troupe.actors.wire.NodeProtocol;
import io.troupe.actors.wire.PolicyProtocol;
import io.troupe.actors.worker.EnvironmentHosts;
import io.troupe.actors.worker.EnvironmentPort;
import io.troupe.actors.worker.GroupSampler;
import io.troupe.actors.worker.LoopSampler;
import io.troupe.actors.worker.RolloutWorker;
import io.troupe.actors.worker.VerifierRouter;
import io.troupe.policy.Policy;
import io.troupe.proto.v1.RunEnded;
import io.troupe.rollout.remote.RemoteServers;
import io.troupe.verifier.TaskFamilies;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.jspecify.annotations.Nullable;

/**
 * The guardian of a run with all its roles in one process: spawns them, replaces rollout workers that fail, lets the learner
 * train, evaluates, and completes a future with what came of it. Any other role that fails ends the run.
 *
 * <p>Evaluations come after training, that of the initial policy too: its weights are kept, the tasks and their seeds are the
 * same, and so the first update does not wait for it.
 */
final class TrainingNode extends AbstractBehavior<TrainingNode.Command> {

    /** What it understands. */
    interface Command extends NoSerializationVerificationNeeded {}

    /** Finish the update that goes on, save, and end. */
    enum Drain implements Command {
        INSTANCE
    }

    /**
     * What came of a run.
     *
     * @param evaluations success by family, by name of the evaluation
     */
    record Outcome(Ended ended, SortedMap<String, SortedMap<String, Double>> evaluations) {}

    /**
     * What a node is made of.
     *
     * @param servers that sample; null if this process does
     * @param weights serves weights to other nodes
     * @param configuration the resolved configuration as text, for other nodes
     * @param blocking for what blocks
     */
    record Parts(
            Roles roles,
            Policy policy,
            @Nullable RemoteServers servers,
            TaskFamilies families,
            WeightServer weights,
            String configuration,
            Executor blocking,
            Ledger ledger,
            long version,
            LearnerActor.Material material,
            RunFolder folder,
            Journal journal,
            Clock clock,
            LongSupplier nanoTime) {}

    private enum GateClosed implements Command {
        INSTANCE
    }

    private record TrainingEnded(Ended ended) implements Command {}

    private record Announced(long version) implements Command {}

    private record EvaluationEnded(Evaluated evaluated) implements Command {}

    private record Examination(String name, VersionFile policy) {}

    private static final int WORKER_REPLACEMENTS = 3;

    private static final String POLICY_FOLDER = "policy";

    private final Parts parts;
    private final CompletableFuture<Outcome> outcome;
    private final ActorRef<CoordinatorProtocol.Command> coordinator;
    private final ActorRef<PolicyProtocol.Command> policies;
    private final @Nullable ActorRef<EnvironmentProtocol.Command> hosts;
    private final ActorRef<EnvironmentProtocol.Command> environments;
    private final ActorRef<NodeProtocol.Command> gate;
    private final ActorRef<LearnerActor.Command> learner;
    private final ActorRef<PolicyServer.Published> announced;
    private final ActorRef<Evaluated> evaluated;
    private final ActorRef<Gate.Closed> closed;
    private final Deque<Examination> examinations = new ArrayDeque<>();
    private final SortedMap<String, SortedMap<String, Double>> scores = new TreeMap<>();
    private @Nullable Ended ended;
    private @Nullable Examination current;
    private long examinationNanos;
    private @Nullable Outcome result;
    private @Nullable CompletableFuture<List<String>> policyServed;
    private int workersMade;
    private int workersFailed;

    private TrainingNode(ActorContext<Command> context, Parts parts, CompletableFuture<Outcome> outcome) {
        super(context);
        this.parts = parts;
        this.outcome = outcome;
        Roles roles = parts.roles();
        announced =
                context.messageAdapter(PolicyServer.Published.class, published -> new Announced(published.version()));
        evaluated = context.messageAdapter(Evaluated.class, EvaluationEnded::new);
        closed = context.messageAdapter(Gate.Closed.class, told -> GateClosed.INSTANCE);
        policies = context.spawn(
                PolicyServer.create(roles.stamp(), new ServedVersions(parts.weights()), parts.journal()), "policies");
        coordinator = context.spawn(
                Coordinator.create(
                        roles.coordinator(),
                        roles.trainingTasks(parts.families()),
                        parts.ledger(),
                        parts.version(),
                        new SteadyClock(parts.clock(), parts.nanoTime()),
                        parts.journal()),
                "coordinator");
        hosts = roles.settings().cluster().has(ClusterSettings.VERIFIER) ? spawnHosts() : null;
        environments = context.spawn(VerifierRouter.create(hosts, parts.journal()), "verifiers");
        gate = context.spawn(Gate.create(gateParts()), Gate.NAME);
        learner = context.spawn(
                LearnerActor.create(
                        roles.learnerActor(parts.folder()),
                        new LearnerActor.Peers(
                                coordinator, policies, context.messageAdapter(Ended.class, TrainingEnded::new)),
                        parts.material(),
                        parts.journal(),
                        parts.clock(),
                        parts.nanoTime()),
                "learner",
                DispatcherSelector.fromConfig("troupe.learner-dispatcher"));
        context.watch(policies);
        context.watch(coordinator);
        context.watch(environments);
        context.watch(learner);
        context.watch(gate);
        int sampling = roles.settings().cluster().has(ClusterSettings.ROLLOUT)
                ? roles.settings().rollout().workers()
                : 0;
        for (int i = 0; i < sampling; i++) {
            spawnWorker();
        }
    }

    static Behavior<Command> create(Parts parts, CompletableFuture<Outcome> outcome) {
        return Behaviors.setup(context -> new TrainingNode(context, parts, outcome));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessageEquals(Drain.INSTANCE, this::onDrain)
                .onMessageEquals(GateClosed.INSTANCE, this::onGateClosed)
                .onMessage(TrainingEnded.class, this::onTrainingEnded)
                .onMessage(Announced.class, this::onAnnounced)
                .onMessage(EvaluationEnded.class, this::onEvaluationEnded)
                .onSignal(ChildFailed.class, this::onChildFailed)
                .onSignal(Terminated.class, this::onTerminated)
                .build();
    }

    private Behavior<Command> onDrain() {
        Ended training = ended;
        if (training == null) {
            learner.tell(LearnerActor.Drain.INSTANCE);
        } else {
            finish(new Outcome(training, scores)); // what is being evaluated is not worth waiting for
        }
        return this;
    }

    private Behavior<Command> onTrainingEnded(TrainingEnded message) {
        Ended training = message.ended();
        ended = training;
        if (training.reason() != LearnerActor.Reason.STOPPED) {
            if (parts.roles().settings().evaluation().after()) {
                examinations.add(new Examination("after", training.last()));
            }
            if (parts.roles().settings().evaluation().before()) {
                examinations.add(new Examination("before", training.initial()));
            }
        }
        nextExamination(training);
        return this;
    }

    private void nextExamination(Ended training) {
        current = examinations.poll();
        Examination next = current;
        if (next == null) {
            finish(new Outcome(training, scores));
        } else {
            parts.journal().event("evaluation", "evaluating the policy " + next.name() + " training");
            policies.tell(new PolicyServer.Publish(next.policy(), announced));
        }
    }

    /** The other nodes are told first, so that they do not look for a run that is over. */
    private void finish(Outcome made) {
        if (result == null) {
            result = made;
            boolean stopped = made.ended().reason() == LearnerActor.Reason.STOPPED;
            gate.tell(new Gate.Close(
                    RunEnded.newBuilder()
                            .setStamp(parts.roles().stamp())
                            .setHow(
                                    stopped
                                            ? "it was interrupted and may go on"
                                            : "version " + made.ended().last().version() + " is the last")
                            .setMayGoOn(stopped)
                            .build(),
                    closed));
        }
    }

    private Behavior<Command> onGateClosed() {
        Outcome made = result;
        if (made != null) {
            outcome.complete(made);
        }
        return this;
    }

    private ActorRef<EnvironmentProtocol.Command> spawnHosts() {
        ActorRef<EnvironmentProtocol.Command> spawned = getContext()
                .spawn(
                        EnvironmentHosts.create(
                                parts.families(),
                                parts.roles().settings().verifier().workers(),
                                DispatcherSelector.fromConfig("troupe.verifier-dispatcher"),
                                parts.roles().latency(),
                                parts.journal()),
                        "environments");
        getContext().watch(spawned);
        getContext().getSystem().receptionist().tell(Receptionist.register(VerifierRouter.VERIFIERS, spawned));
        return spawned;
    }

    private Gate.Parts gateParts() {
        TroupeSettings settings = parts.roles().settings();
        boolean alone = settings.run().deterministic();
        return new Gate.Parts(
                new Admission(ActorSystems.NAME, parts.roles().stamp(), TroupeBuild.line(), Map.of()),
                parts.configuration(),
                POLICY_FOLDER,
                this::policySources,
                alone
                        ? Optional.of(
                                "run.deterministic = true leaves no order to chance, so that the run's own worker samples alone")
                        : Optional.empty(),
                coordinator,
                parts.journal(),
                parts.nanoTime());
    }

    /** The files are measured when the first node asks for them, and not before. */
    private CompletionStage<List<String>> policySources() {
        CompletableFuture<List<String>> begun = policyServed;
        if (begun == null || begun.isCompletedExceptionally()) {
            begun = CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            parts.weights()
                                    .serveFolder(
                                            POLICY_FOLDER,
                                            parts.policy().directory().path());
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                        return List.of(parts.weights().address().toString());
                    },
                    parts.blocking());
            policyServed = begun;
        }
        return begun;
    }

    private Behavior<Command> onAnnounced(Announced message) {
        Examination examination = current;
        if (examination != null) {
            Roles roles = parts.roles();
            TaskMix tasks = roles.evaluationTasks(parts.families());
            int count = roles.settings().evaluation().tasks()
                    * roles.settings().tasks().size();
            examinationNanos = parts.nanoTime().getAsLong();
            coordinator.tell(new Evaluate(
                    examination.name(), message.version(), tasks, count, roles.evaluationSampling(), evaluated));
        }
        return this;
    }

    private Behavior<Command> onEvaluationEnded(EvaluationEnded message) {
        Examination examination = current;
        Ended training = ended;
        if (examination == null || training == null) {
            throw new IllegalStateException("an evaluation ended that was not begun");
        }
        SortedMap<String, Double> success = new TreeMap<>();
        int failed = 0;
        for (var family : message.evaluated().families().entrySet()) {
            Score score = family.getValue();
            failed += score.failed();
            if (score.judged() > 0) {
                success.put(family.getKey(), (double) score.solved() / score.judged());
            }
        }
        scores.put(examination.name(), success);
        parts.journal()
                .evaluation(new EvaluationMetrics(
                        parts.clock().instant(),
                        examination.name(),
                        examination.policy().version(),
                        parts.roles().settings().evaluation().tasks(),
                        success,
                        failed,
                        (parts.nanoTime().getAsLong() - examinationNanos) / 1e9));
        nextExamination(training);
        return this;
    }

    private Behavior<Command> onChildFailed(ChildFailed signal) {
        String name = signal.getRef().path().name();
        if (name.startsWith("worker-") && workersFailed < WORKER_REPLACEMENTS) {
            workersFailed++;
            parts.journal().event("worker", name + " failed and is replaced: " + signal.cause());
            spawnWorker();
        } else {
            outcome.completeExceptionally(signal.cause());
        }
        return this;
    }

    private Behavior<Command> onTerminated(Terminated signal) {
        outcome.completeExceptionally(
                new IllegalStateException(signal.getRef().path().name() + " stopped without being asked to"));
        return this;
    }

    private void spawnWorker() {
        workersMade++;
        String name = "worker-" + workersMade;
        Roles roles = parts.roles();
        getContext()
                .watch(getContext()
                        .spawn(
                                RolloutWorker.create(
                                        roles.worker(name),
                                        new RolloutWorker.Peers(coordinator, policies, environments),
                                        this::sampler,
                                        parts.nanoTime()),
                                name,
                                DispatcherSelector.fromConfig("troupe.rollout-dispatcher")));
    }

    private GroupSampler sampler(EnvironmentPort port) {
        Roles roles = parts.roles();
        int slots = roles.settings().rollout().slots();
        int longest = roles.settings().rollout().maxTrajectoryTokens();
        RemoteServers servers = parts.servers();
        return servers == null
                ? LoopSampler.local(
                        parts.policy(),
                        roles.settings().rollout().computeDevice(),
                        slots,
                        longest,
                        roles.loop(),
                        port,
                        parts.nanoTime())
                : LoopSampler.remote(servers, parts.policy(), slots, longest, roles.loop(), port, parts.nanoTime());
    }
}
