package io.troupe.actors.node;

import io.troupe.actors.config.ClusterSettings;
import io.troupe.actors.wire.CoordinatorProtocol;
import io.troupe.actors.wire.WorkerProtocol.Command;
import io.troupe.actors.wire.WorkerProtocol.DeliveryAcknowledged;
import io.troupe.actors.wire.WorkerProtocol.LeaseWithdrawn;
import io.troupe.actors.wire.WorkerProtocol.WorkGranted;
import io.troupe.proto.v1.Delivery;
import io.troupe.proto.v1.Demand;
import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Lease;
import io.troupe.proto.v1.RunStamp;
import io.troupe.proto.v1.Segment;
import io.troupe.proto.v1.Source;
import io.troupe.proto.v1.Trajectory;
import io.troupe.proto.v1.Work;
import io.troupe.proto.v1.WorkResult;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;

/**
 * Rollout workers that sample nothing: they speak the worker's protocol with a coordinator in another process, over real connections, and answer each lease after
 * a while with a group of realistic size. For measuring the coordinator.
 */
public final class SimulatedWorkers {

    /**
     * What they do.
     *
     * @param coordinator its address, such as {@code pekko://troupe@127.0.0.1:7000}
     * @param runId the run that they work for, in its first epoch
     * @param workers how many
     * @param groups how many groups each holds at once
     * @param groupSize trajectories a group
     * @param tokens tokens a trajectory
     * @param delay how long a group takes, on average: evenly between half and one and a half of it
     */
    public record Plan(
            String coordinator, String runId, int workers, int groups, int groupSize, int tokens, Duration delay) {
        RunStamp stamp() {
            return RunStamp.newBuilder().setRunId(runId).setEpoch(1).build();
        }
    }

    /**
     * What they saw.
     *
     * @param deliveries groups that the coordinator acknowledged
     * @param seconds within which time
     * @param grantP50 milliseconds from asking to being granted work, the median
     * @param grantP99 the 99th percentile of the same
     */
    public record Seen(long deliveries, double seconds, double grantP50, double grantP99) {}

    private static final int PROMPT_TOKENS = 80;

    private final AtomicLong deliveries = new AtomicLong();
    private final ConcurrentLinkedQueue<Long> grantNanos = new ConcurrentLinkedQueue<>();
    private final ActorSystem<Void> system;
    private long sinceNanos = System.nanoTime();

    private SimulatedWorkers(Plan plan) throws RunFailedException {
        system = ActorSystems.create(guardian(plan), ClusterSettings.loopback(), null);
        Cluster.get(system).manager().tell(new Join(AddressFromURIString.parse(plan.coordinator())));
    }

    /** Starts them in this process. */
    public static SimulatedWorkers start(Plan plan) throws RunFailedException {
        return new SimulatedWorkers(plan);
    }

    /** Forgets what was seen so far: measuring begins. */
    public void begin() {
        deliveries.set(0);
        grantNanos.clear();
        sinceNanos = System.nanoTime();
    }

    /** What was seen since {@link #begin}. */
    public Seen seen() {
        double seconds = (System.nanoTime() - sinceNanos) / 1e9;
        long[] sorted = grantNanos.stream().mapToLong(Long::longValue).sorted().toArray();
        return new Seen(deliveries.get(), seconds, percentile(sorted, 0.5), percentile(sorted, 0.99));
    }

    /** Ends them. */
    public void stop() {
        system.terminate();
    }

    private static double percentile(long[] sorted, double share) {
        return sorted.length == 0
                ? Double.NaN
                : sorted[(int) Math.min(sorted.length - 1L, Math.round(share * sorted.length))] / 1e6;
    }

    private Behavior<Void> guardian(Plan plan) {
        return Behaviors.setup(context -> {
            ActorRef<CoordinatorProtocol.Command> coordinator =
                    ActorRefResolver.get(context.getSystem()).resolveActorRef(plan.coordinator() + "/user/coordinator");
            for (int i = 0; i < plan.workers(); i++) {
                String name = "simulated-" + i;
                long seed = i;
                context.spawn(
                        Behaviors.<Command>setup(self -> Behaviors.withTimers(
                                timers -> new Worker(self, timers, plan, name, coordinator, seed))),
                        name);
            }
            return Behaviors.empty();
        });
    }

    private final class Worker extends AbstractBehavior<Command> {

        private enum Pulse implements Command, NoSerializationVerificationNeeded {
            INSTANCE
        }

        private record Finished(Work work, long version) implements Command, NoSerializationVerificationNeeded {}

        private final TimerScheduler<Command> timers;
        private final Plan plan;
        private final String name;
        private final ActorRef<CoordinatorProtocol.Command> coordinator;
        private final Random random;
        private final Map<Long, Lease> held = new LinkedHashMap<>();
        private Group canned = Group.getDefaultInstance();
        private long cannedVersion = -1;
        private long tokens;
        private int sampling;
        private long askedNanos;

        Worker(
                ActorContext<Command> context,
                TimerScheduler<Command> timers,
                Plan plan,
                String name,
                ActorRef<CoordinatorProtocol.Command> coordinator,
                long seed) {
            super(context);
            this.timers = timers;
            this.plan = plan;
            this.name = name;
            this.coordinator = coordinator;
            this.random = new Random(seed);
            timers.startTimerWithFixedDelay(
                    Pulse.INSTANCE, Duration.ofMillis(random.nextInt(1000)), Duration.ofSeconds(1));
        }

        @Override
        public Receive<Command> createReceive() {
            return newReceiveBuilder()
                    .onMessage(WorkGranted.class, this::onGranted)
                    .onMessage(Finished.class, this::onFinished)
                    .onMessage(DeliveryAcknowledged.class, this::onAcknowledged)
                    .onMessage(LeaseWithdrawn.class, this::onWithdrawn)
                    .onMessageEquals(Pulse.INSTANCE, this::onPulse)
                    .build();
        }

        private Behavior<Command> onGranted(WorkGranted message) {
            if (askedNanos != 0) {
                grantNanos.add(System.nanoTime() - askedNanos);
                askedNanos = 0;
            }
            for (Work work : message.grant().getWorkList()) {
                held.put(work.getLease().getGroupId(), work.getLease());
                sampling++;
                long half = plan.delay().toMillis() / 2;
                timers.startSingleTimer(
                        work.getLease(),
                        new Finished(work, message.grant().getPolicyVersion()),
                        Duration.ofMillis(half + random.nextInt((int) Math.max(1, 2 * half))));
            }
            return this;
        }

        private Behavior<Command> onFinished(Finished message) {
            sampling--;
            if (held.containsKey(message.work().getLease().getGroupId())) {
                tokens += (long) plan.groupSize() * plan.tokens();
                Group group = canned(message.version()).toBuilder()
                        .setId(message.work().getLease().getGroupId())
                        .setTask(message.work().getTask())
                        .build();
                coordinator.tell(new CoordinatorProtocol.WorkDelivered(
                        Delivery.newBuilder()
                                .setWorker(name)
                                .setResult(WorkResult.newBuilder()
                                        .setLease(message.work().getLease())
                                        .setGroup(group))
                                .build(),
                        getContext().getSelf()));
            }
            demand();
            return this;
        }

        private Behavior<Command> onAcknowledged(DeliveryAcknowledged message) {
            held.remove(message.acknowledgement().getLease().getGroupId());
            if (message.acknowledgement().getTaken()) {
                deliveries.incrementAndGet();
            }
            return this;
        }

        private Behavior<Command> onWithdrawn(LeaseWithdrawn message) {
            held.remove(message.withdrawal().getLease().getGroupId());
            return this;
        }

        private Behavior<Command> onPulse() {
            demand();
            return this;
        }

        private void demand() {
            int free = (plan.groups() - sampling) * plan.groupSize();
            if (free > 0 && askedNanos == 0) {
                askedNanos = System.nanoTime();
            }
            coordinator.tell(new CoordinatorProtocol.WorkWanted(
                    Demand.newBuilder()
                            .setStamp(plan.stamp())
                            .setWorker(name)
                            .setFreeSlots(free)
                            .addAllHeld(held.values())
                            .setTokensSampled(tokens)
                            .build(),
                    getContext().getSelf()));
        }

        /** Nothing in a group but its number and task differs: made once a version, as real bytes all the same. */
        private Group canned(long version) {
            if (version != cannedVersion) {
                cannedVersion = version;
                Group.Builder group = Group.newBuilder().setTemperature(1);
                for (int i = 0; i < plan.groupSize(); i++) {
                    Segment.Builder prompt = Segment.newBuilder().setSource(Source.SOURCE_PROMPT);
                    for (int t = 0; t < PROMPT_TOKENS; t++) {
                        prompt.addTokenIds(random.nextInt(50_000));
                    }
                    Segment.Builder sampled = Segment.newBuilder()
                            .setSource(Source.SOURCE_POLICY)
                            .addAllPolicyVersions(Collections.nCopies(plan.tokens(), version));
                    for (int t = 0; t < plan.tokens(); t++) {
                        sampled.addTokenIds(random.nextInt(50_000)).addLogProbabilities(-random.nextFloat());
                    }
                    group.addTrajectories(Trajectory.newBuilder()
                            .setIndex(i)
                            .addSegments(prompt)
                            .addSegments(sampled));
                }
                canned = group.build();
            }
            return canned;
        }
    }
}
