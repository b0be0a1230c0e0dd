package io.troupe.actors.node;

import io.troupe.actors.config.ClusterSettings;
import io.troupe.actors.coordinator.Coordinator;
import io.troupe.actors.coordinator.CoordinatorSettings;
import io.troupe.actors.coordinator.Ledger;
import io.troupe.actors.coordinator.StalenessGate;
import io.troupe.actors.coordinator.TaskStream;
import io.troupe.actors.journal.Journal;
import io.troupe.actors.journal.RunObserver.EvaluationMetrics;
import io.troupe.actors.journal.StepMetrics;
import io.troupe.actors.wire.CoordinatorProtocol;
import io.troupe.proto.v1.ChatMessage;
import io.troupe.proto.v1.Drafting;
import io.troupe.proto.v1.RunStamp;
import io.troupe.proto.v1.Sampling;
import io.troupe.proto.v1.Task;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;

/**
 * The coordinator of a run whose learner takes no time: every batch that it gets is trained at once. For measuring the coordinator, its ledger and its leases under
 * {@link SimulatedWorkers}.
 */
public final class MeasuredCoordinator {

    private static final int BATCH = 64;
    private static final String FILLER = "Who tells the truth? ".repeat(12);
    private static final TaskStream TASKS = new TaskStream() {
        @Override
        public Task task(long index) {
            return Task.newBuilder()
                    .setFamily("logic/knights-and-knaves")
                    .setId("train-1-" + index)
                    .setIndex(index)
                    .addPrompt(ChatMessage.newBuilder().setRole("user").setContent(FILLER))
                    .setGold("A")
                    .build();
        }

        @Override
        public long samplingSeed(long index) {
            return index;
        }
    };

    private final ActorSystem<Void> system;
    private final AtomicLong trained = new AtomicLong();
    private final AtomicLong events = new AtomicLong();

    private MeasuredCoordinator(String runId, int inFlight, int groupSize) throws RunFailedException {
        int staleness = (inFlight + BATCH - 1) / BATCH + 2; // the workers' room is the limit, not the gate
        CoordinatorSettings settings = new CoordinatorSettings(
                RunStamp.newBuilder().setRunId(runId).setEpoch(1).build(),
                new StalenessGate(BATCH, staleness),
                false,
                1,
                Integer.MAX_VALUE,
                groupSize,
                Sampling.newBuilder()
                        .setTemperature(1)
                        .setTopP(1)
                        .setMaxTurnTokens(256)
                        .build(),
                Drafting.getDefaultInstance(),
                Duration.ofSeconds(60),
                3,
                Duration.ofSeconds(30));
        system = ActorSystems.start(
                Behaviors.setup(context -> {
                    ActorRef<CoordinatorProtocol.Command> coordinator = context.spawn(
                            Coordinator.create(
                                    settings,
                                    TASKS,
                                    new Ledger(3),
                                    0,
                                    new SteadyClock(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), System::nanoTime),
                                    new Counting()),
                            "coordinator");
                    context.spawn(learner(coordinator), "learner");
                    return Behaviors.empty();
                }),
                ClusterSettings.loopback());
    }

    /**
     * Starts one.
     *
     * @param inFlight groups that may be in flight
     * @param groupSize trajectories a group
     */
    public static MeasuredCoordinator start(String runId, int inFlight, int groupSize) throws RunFailedException {
        return new MeasuredCoordinator(runId, inFlight, groupSize);
    }

    /** Where workers find its node. */
    public String address() {
        return Cluster.get(system).selfMember().address().toString();
    }

    /** Groups trained so far. */
    public long trained() {
        return trained.get();
    }

    /** What it had to say besides: joins, lost leases, discards. */
    public long events() {
        return events.get();
    }

    /** Ends it. */
    public void stop() throws InterruptedException {
        system.terminate();
        try {
            system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the coordinator's node did not end", e);
        }
    }

    private sealed interface Taught extends NoSerializationVerificationNeeded {}

    private record Got(Coordinator.Batch batch) implements Taught {}

    private record Done(Coordinator.Accounts accounts) implements Taught {}

    private Behavior<Taught> learner(ActorRef<CoordinatorProtocol.Command> coordinator) {
        return Behaviors.setup(context -> {
            ActorRef<Coordinator.Batch> batches = context.messageAdapter(Coordinator.Batch.class, Got::new);
            ActorRef<Coordinator.Accounts> accounts = context.messageAdapter(Coordinator.Accounts.class, Done::new);
            AtomicLong version = new AtomicLong();
            coordinator.tell(new Coordinator.BatchWanted(batches));
            return Behaviors.receive(Taught.class)
                    .onMessage(Got.class, got -> {
                        trained.addAndGet(got.batch().groups().size());
                        coordinator.tell(new Coordinator.BatchDone(version.incrementAndGet(), null, accounts));
                        return Behaviors.same();
                    })
                    .onMessage(Done.class, done -> {
                        coordinator.tell(new Coordinator.BatchWanted(batches));
                        return Behaviors.same();
                    })
                    .build();
        });
    }

    private final class Counting implements Journal {
        @Override
        public void event(String name, String message) {
            events.incrementAndGet();
        }

        @Override
        public void step(StepMetrics step) {}

        @Override
        public void evaluation(EvaluationMetrics evaluation) {}

        @Override
        public void evaluationProgress(String when, int done, int total) {}

        @Override
        public void waiting(List<String> lines) {}
    }
}
