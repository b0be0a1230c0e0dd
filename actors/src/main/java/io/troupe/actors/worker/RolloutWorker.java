package io.troupe.actors.worker;

import io.troupe.actors.wire.CoordinatorProtocol;
import io.troupe.actors.wire.EnvironmentProtocol;
import io.troupe.actors.wire.PolicyProtocol;
import io.troupe.actors.wire.Undecodable;
import io.troupe.actors.wire.WorkerProtocol.Command;
import io.troupe.actors.wire.WorkerProtocol.DeliveryAcknowledged;
import io.troupe.actors.wire.WorkerProtocol.EnvironmentFailed;
import io.troupe.actors.wire.WorkerProtocol.EnvironmentOpened;
import io.troupe.actors.wire.WorkerProtocol.EnvironmentStepped;
import io.troupe.actors.wire.WorkerProtocol.LeaseWithdrawn;
import io.troupe.actors.wire.WorkerProtocol.PolicyAnnounced;
import io.troupe.actors.wire.WorkerProtocol.WholeGroupJudged;
import io.troupe.actors.wire.WorkerProtocol.WorkGranted;
import io.troupe.proto.v1.Announcement;
import io.troupe.proto.v1.Demand;
import io.troupe.proto.v1.Lease;
import io.troupe.proto.v1.Loaded;
import io.troupe.proto.v1.OverdueSession;
import io.troupe.proto.v1.SessionKey;
import io.troupe.proto.v1.Subscription;
import io.troupe.proto.v1.Work;
import io.troupe.proto.v1.WorkResult;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Samples groups. It decodes one token at a time, by a message to itself after each, so that work, weights and the answers of
 * environments come in between two tokens. It runs on a pinned dispatcher: native compute belongs to one thread, and to no other
 * actor's.
 *
 * <p>Life: it subscribes to the policy server and asks the coordinator for work; groups wait until it has the version that their
 * grant names; what became of a group is sent until it is acknowledged. If it fails it stops, its leases are granted again, and
 * nothing but the tokens is lost.
 */
public final class RolloutWorker extends AbstractBehavior<Command> {

    /** Whom a worker talks to. */
    public record Peers(
            ActorRef<CoordinatorProtocol.Command> coordinator,
            ActorRef<PolicyProtocol.Command> policies,
            ActorRef<EnvironmentProtocol.Command> environments) {}

    /**
     * Take no more work, finish what is being sampled, hand back what cannot be finished, and stop. What is not acknowledged a while after that is left to
     * the coordinator, which notices that the worker is gone.
     *
     * @param patience how long sampling may go on
     */
    public record Drain(Duration patience) implements Command, NoSerializationVerificationNeeded {}

    private enum Own implements Command, NoSerializationVerificationNeeded {
        DECODE,
        LOAD,
        WAKE,
        PULSE,
        HAND_BACK,
        LEAVE
    }

    private static final int LOAD_ATTEMPTS = 5;
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final WorkerSettings settings;
    private final Peers peers;
    private final LongSupplier nanoTime;
    private final GroupSampler sampler;
    private final Holdings holdings = new Holdings();
    private final TimerScheduler<Command> timers;
    private boolean leaving;
    private boolean decoding;
    private boolean loading;
    private @Nullable Announcement announced;
    private long version = -1;
    private long pauseNanos;
    private int failedLoads;
    private int offered = -1;

    private RolloutWorker(
            ActorContext<Command> context,
            WorkerSettings settings,
            Peers peers,
            Function<EnvironmentPort, GroupSampler> sampler,
            LongSupplier nanoTime,
            TimerScheduler<Command> timers) {
        super(context);
        this.timers = timers;
        this.settings = settings;
        this.peers = peers;
        this.nanoTime = nanoTime;
        this.sampler = sampler.apply(new HostedEnvironments(peers.environments(), context.getSelf()));
        ActorRef<Command> self = context.getSelf();
        this.sampler.wakeBy(() -> self.tell(Own.WAKE));
        subscribe();
        demand();
    }

    /**
     * A worker.
     *
     * @param sampler makes the sampler, on the worker's own thread; the worker closes it
     * @param nanoTime a monotonic clock
     */
    public static Behavior<Command> create(
            WorkerSettings settings,
            Peers peers,
            Function<EnvironmentPort, GroupSampler> sampler,
            LongSupplier nanoTime) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(Own.PULSE, settings.pulse());
            return new RolloutWorker(context, settings, peers, sampler, nanoTime, timers);
        }));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessageEquals(Own.DECODE, this::onDecode)
                .onMessageEquals(Own.LOAD, this::onLoad)
                .onMessageEquals(Own.WAKE, this::onWake)
                .onMessageEquals(Own.PULSE, this::onPulse)
                .onMessageEquals(Own.HAND_BACK, this::onHandBack)
                .onMessageEquals(Own.LEAVE, Behaviors::stopped)
                .onMessage(Drain.class, this::onDrain)
                .onMessage(WorkGranted.class, this::onWorkGranted)
                .onMessage(DeliveryAcknowledged.class, this::onDeliveryAcknowledged)
                .onMessage(LeaseWithdrawn.class, this::onLeaseWithdrawn)
                .onMessage(PolicyAnnounced.class, this::onPolicyAnnounced)
                .onMessage(EnvironmentOpened.class, this::onEnvironmentOpened)
                .onMessage(EnvironmentStepped.class, this::onEnvironmentStepped)
                .onMessage(WholeGroupJudged.class, this::onWholeGroupJudged)
                .onMessage(EnvironmentFailed.class, this::onEnvironmentFailed)
                .onMessage(Undecodable.class, this::onUndecodable)
                .onSignal(PostStop.class, this::onPostStop)
                .build();
    }

    private Behavior<Command> onDecode() {
        decoding = false;
        boolean progressed = sampler.step();
        List<WorkResult> results = sampler.takeResults();
        results.forEach(this::deliver);
        if (!results.isEmpty() || free() > offered) {
            demand();
        }
        if (progressed) {
            decodeSoon();
        }
        return this;
    }

    private Behavior<Command> onWorkGranted(WorkGranted message) {
        for (Work work : message.grant().getWorkList()) {
            if (work.getLease().getStamp().equals(settings.stamp())) {
                holdings.take(
                        work,
                        message.grant().getPolicyVersion(),
                        message.grant().getExactVersion());
            }
        }
        startWhatMay();
        return this;
    }

    private Behavior<Command> onDeliveryAcknowledged(DeliveryAcknowledged message) {
        holdings.settle(message.acknowledgement().getLease());
        return leaving && holdings.isEmpty() ? Behaviors.stopped() : this;
    }

    private Behavior<Command> onDrain(Drain message) {
        leaving = true;
        holdings.notStarted().forEach(this::handBack);
        demand();
        timers.startSingleTimer(Own.HAND_BACK, message.patience());
        return holdings.isEmpty() ? Behaviors.stopped() : this;
    }

    private Behavior<Command> onHandBack() {
        for (Work work : holdings.withoutResult()) {
            sampler.withdraw(work.getLease().getGroupId());
            handBack(work);
        }
        timers.startSingleTimer(Own.LEAVE, FAREWELL);
        return this;
    }

    private void handBack(Work work) {
        deliver(WorkResult.newBuilder()
                .setLease(work.getLease())
                .setFailure(CoordinatorProtocol.LEAVING)
                .build());
    }

    private Behavior<Command> onLeaseWithdrawn(LeaseWithdrawn message) {
        Lease lease = message.withdrawal().getLease();
        if (holdings.drop(lease)) {
            sampler.withdraw(lease.getGroupId());
            demand();
            decodeSoon();
        }
        return leaving && holdings.isEmpty() ? Behaviors.stopped() : this;
    }

    private Behavior<Command> onPolicyAnnounced(PolicyAnnounced message) {
        if (message.announcement().getStamp().equals(settings.stamp())) {
            announced = message.announcement();
            if (!loading) {
                loading = true;
                getContext()
                        .getSelf()
                        .tell(Own.LOAD); // behind what is in the mailbox: only the newest version is loaded
            }
        }
        return this;
    }

    private Behavior<Command> onLoad() {
        loading = false;
        Announcement newest = announced;
        announced = null;
        if (newest == null || newest.getPolicy().getVersion() == version) {
            return this;
        }
        long start = nanoTime.getAsLong();
        try {
            sampler.load(newest.getPolicy());
        } catch (IOException e) {
            return onLoadFailed(newest, e);
        }
        pauseNanos += nanoTime.getAsLong() - start;
        failedLoads = 0;
        version = newest.getPolicy().getVersion();
        peers.policies()
                .tell(new PolicyProtocol.PolicyLoaded(Loaded.newBuilder()
                        .setStamp(settings.stamp())
                        .setWorker(settings.name())
                        .setVersion(version)
                        .build()));
        startWhatMay();
        return this;
    }

    /** A version may be gone already because a newer one has come: ask again. */
    private Behavior<Command> onLoadFailed(Announcement policy, IOException cause) {
        failedLoads++;
        String what = "cannot load version " + policy.getPolicy().getVersion() + " from "
                + policy.getPolicy().getWeights().getUri();
        if (failedLoads == LOAD_ATTEMPTS) {
            throw new IllegalStateException(what + ", and so for the " + failedLoads + "th time", cause);
        }
        getContext().getLog().warn("{}; asking again", what, cause);
        subscribe();
        return this;
    }

    private Behavior<Command> onEnvironmentOpened(EnvironmentOpened message) {
        sampler.opened(message.opened());
        decodeSoon();
        return this;
    }

    private Behavior<Command> onEnvironmentStepped(EnvironmentStepped message) {
        sampler.stepped(message.stepped());
        decodeSoon();
        return this;
    }

    private Behavior<Command> onWholeGroupJudged(WholeGroupJudged message) {
        sampler.groupJudged(message.judged());
        decodeSoon();
        return this;
    }

    private Behavior<Command> onEnvironmentFailed(EnvironmentFailed message) {
        if (message.failed().getHostLost()) {
            sampler.lost(message.failed().getSession(), message.failed().getReason());
        } else {
            sampler.failed(message.failed().getSession(), message.failed().getReason());
        }
        decodeSoon();
        return this;
    }

    private Behavior<Command> onWake() {
        decodeSoon();
        return this;
    }

    private Behavior<Command> onPulse() {
        for (SessionKey session : sampler.overdue(settings.stepTimeout())) {
            peers.environments()
                    .tell(new EnvironmentProtocol.Overdue(OverdueSession.newBuilder()
                            .setSession(session)
                            .setWaitedMillis(settings.stepTimeout().toMillis())
                            .build()));
            sampler.failed(
                    session,
                    "the environment did not answer within "
                            + settings.stepTimeout().toMillis() + " ms");
            decodeSoon();
        }
        long resendBefore = nanoTime.getAsLong() - settings.resend().toNanos();
        holdings.unacknowledged(resendBefore, nanoTime.getAsLong()).forEach(this::send);
        if (version < 0) {
            subscribe();
        }
        demand();
        return this;
    }

    private Behavior<Command> onUndecodable(Undecodable message) {
        getContext().getLog().warn("refused a message of type {}: {}", message.manifest(), message.reason());
        return this;
    }

    private Behavior<Command> onPostStop(PostStop signal) {
        sampler.close();
        return this;
    }

    private void startWhatMay() {
        if (leaving) {
            holdings.notStarted().forEach(this::handBack); // granted while the coordinator had not heard of it yet
            return;
        }
        List<Work> startable = holdings.startable(version);
        startable.forEach(sampler::accept);
        if (!startable.isEmpty()) {
            decodeSoon();
        }
    }

    private void deliver(WorkResult result) {
        WorkResult sendable = result;
        if (result.getSerializedSize() > settings.maxDeliveryBytes()) {
            sendable = WorkResult.newBuilder()
                    .setLease(result.getLease())
                    .setFailure("result-too-large: " + result.getSerializedSize() + " bytes, and "
                            + settings.maxDeliveryBytes() + " fit into a message")
                    .build();
        }
        if (holdings.finish(sendable, nanoTime.getAsLong())) {
            send(sendable);
        }
    }

    private void send(WorkResult result) {
        peers.coordinator()
                .tell(new CoordinatorProtocol.WorkDelivered(
                        io.troupe.proto.v1.Delivery.newBuilder()
                                .setResult(result)
                                .setWorker(settings.name())
                                .build(),
                        getContext().getSelf()));
    }

    private void subscribe() {
        peers.policies()
                .tell(new PolicyProtocol.PolicyWanted(
                        Subscription.newBuilder()
                                .setStamp(settings.stamp())
                                .setWorker(settings.name())
                                .build(),
                        getContext().getSelf()));
    }

    private void demand() {
        offered = free();
        peers.coordinator()
                .tell(new CoordinatorProtocol.WorkWanted(
                        Demand.newBuilder()
                                .setStamp(settings.stamp())
                                .setWorker(settings.name())
                                .setFreeSlots(offered)
                                .addAllHeld(holdings.leases())
                                .setTokensSampled(sampler.tokensSampled())
                                .setPauseSeconds(pauseNanos / 1e9)
                                .addAllWaiting(sampler.waiting())
                                .setPolicyVersionPlusOne(version + 1)
                                .build(),
                        getContext().getSelf()));
    }

    private int free() {
        return leaving ? 0 : sampler.freeSlots() - holdings.slotsNotStarted();
    }

    private void decodeSoon() {
        if (!decoding) {
            decoding = true;
            getContext().getSelf().tell(Own.DECODE);
        }
    }
}
