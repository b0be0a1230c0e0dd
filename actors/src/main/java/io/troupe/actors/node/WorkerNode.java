package io.troupe.actors.node;

import io.troupe.actors.config.ClusterSettings;
import io.troupe.actors.journal.Journal;
import io.troupe.actors.weights.WeightTransferException;
import io.troupe.actors.wire.NodeProtocol;
import io.troupe.actors.wire.NodeProtocol.Command;
import io.troupe.actors.wire.Undecodable;
import io.troupe.actors.worker.PolicyMirror;
import io.troupe.proto.v1.AdmissionFault;
import io.troupe.proto.v1.NodeHello;
import io.troupe.proto.v1.NodeRefusal;
import io.troupe.proto.v1.NodeWelcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.cluster.typed.Leave;
import org.apache.pekko.cluster.typed.Subscribe;
import org.jspecify.annotations.Nullable;

/**
 * The guardian of a node that works for a run that goes on elsewhere.
 *
 * <p>Life: it says hello at every address that it was given until one answers; a welcome brings the configuration, with which the node is equipped; then it
 * joins the cluster and works, until the run is over, the cluster is lost, or it is asked to {@link Drain}. How it ended completes a future; whoever started
 * it may then start another. Every one of these waits is named in the log, and has a time-out but for that for an answer.
 */
final class WorkerNode extends AbstractBehavior<Command> {

    /** Finish or hand back what is being sampled, leave, and end. */
    enum Drain implements Command, NoSerializationVerificationNeeded {
        INSTANCE
    }

    /** How a node's part in a cluster ended. */
    sealed interface Ending {}

    /** The run goes on no more. */
    record Over(String how) implements Ending {}

    /** The cluster is lost, or the run was interrupted; it may be found again. */
    record Lost(String why) implements Ending {}

    /** The node may not come in. */
    record Refused(String reason) implements Ending {}

    /** The node has left as it was asked to. */
    record Drained() implements Ending {}

    /**
     * What a node is made of.
     *
     * @param name unique in the cluster
     * @param seeds where a run may be found
     * @param hello what is said there; {@code reply_to} is filled in
     * @param equip makes what the node works with, from a welcome; blocks, and may throw
     * @param blocking for what blocks
     * @param drainPatience how long sampling may go on when the node is asked to leave
     */
    record Parts(
            String name,
            Seeds seeds,
            NodeHello hello,
            Equipper equip,
            Executor blocking,
            Duration drainPatience,
            Journal journal,
            LongSupplier nanoTime) {}

    /** Makes what a node works with. */
    @FunctionalInterface
    interface Equipper {
        Equipment equip(NodeWelcome welcome) throws Exception;
    }

    private enum Own implements Command, NoSerializationVerificationNeeded {
        SEEK,
        STILL_COMING,
        JOIN_TIMEOUT,
        LEARNER_TIMEOUT,
        LEAVE_TIMEOUT
    }

    private record Found(
            @Nullable List<String> addresses, @Nullable Throwable failure)
            implements Command, NoSerializationVerificationNeeded {}

    private record Equipped(
            NodeWelcome welcome,
            @Nullable Equipment equipment,
            @Nullable Throwable failure) implements Command, NoSerializationVerificationNeeded {}

    private record Happened(ClusterEvent.ClusterDomainEvent event)
            implements Command, NoSerializationVerificationNeeded {}

    private record Unkept(PolicyMirror.Unkept version) implements Command, NoSerializationVerificationNeeded {}

    private static final Duration SEEK_EVERY = Duration.ofSeconds(1);
    private static final Duration SAY_EVERY = Duration.ofSeconds(10);
    /** The gate keeps a name for {@link Gate#KEPT}, and what a node needs may take minutes to come. */
    private static final Duration COMING_EVERY = Duration.ofSeconds(2);

    private static final Duration JOIN_PATIENCE = Duration.ofSeconds(30);
    /** Longer than the learner's own with its nodes: that another node does not hear the learner ends when the learner takes that one out. */
    private static final Duration LEARNER_PATIENCE = Duration.ofSeconds(10);

    private static final Duration LEAVE_PATIENCE = Duration.ofSeconds(10);
    private static final Duration NAME_PATIENCE = Duration.ofSeconds(30);

    private final Parts parts;
    private final CompletableFuture<Ending> ending;
    private final TimerScheduler<Command> timers;
    private final Cluster cluster;
    private final long begunNanos;
    private @Nullable NodeWelcome welcome;
    private @Nullable Equipment equipment;
    private @Nullable Crew crew;
    private boolean seeking = true;
    private boolean working;
    private boolean draining;
    private int asked;
    private boolean saidSeeking;

    private WorkerNode(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Parts parts,
            CompletableFuture<Ending> ending) {
        super(context);
        this.parts = parts;
        this.ending = ending;
        this.timers = timers;
        cluster = Cluster.get(context.getSystem());
        begunNanos = parts.nanoTime().getAsLong();
        timers.startTimerWithFixedDelay(Own.SEEK, Duration.ZERO, SEEK_EVERY);
    }

    static Behavior<Command> create(Parts parts, CompletableFuture<Ending> ending) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new WorkerNode(context, timers, parts, ending)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessageEquals(Own.SEEK, this::onSeek)
                .onMessageEquals(Own.STILL_COMING, this::onStillComing)
                .onMessageEquals(Own.JOIN_TIMEOUT, this::onJoinTimeout)
                .onMessageEquals(
                        Own.LEARNER_TIMEOUT,
                        () -> ended(new Lost("the learner's node did not answer for another "
                                + LEARNER_PATIENCE.toSeconds() + " s")))
                .onMessageEquals(Own.LEAVE_TIMEOUT, () -> ended(new Drained()))
                .onMessage(Found.class, this::onFound)
                .onMessage(NodeProtocol.Welcomed.class, this::onWelcomed)
                .onMessage(NodeProtocol.Refused.class, this::onRefused)
                .onMessage(NodeProtocol.RunOver.class, this::onRunOver)
                .onMessage(Equipped.class, this::onEquipped)
                .onMessage(Unkept.class, this::onUnkept)
                .onMessage(Happened.class, this::onHappened)
                .onMessage(Drain.class, this::onDrain)
                .onMessage(Undecodable.class, this::onUndecodable)
                .onSignal(ChildFailed.class, this::onChildFailed)
                .onSignal(Terminated.class, this::onTerminated)
                .build();
    }

    private Behavior<Command> onSeek() {
        if (seeking) {
            sayThatItSeeks();
            asked++;
            getContext()
                    .pipeToSelf(CompletableFuture.supplyAsync(parts.seeds()::resolve, parts.blocking()), Found::new);
        }
        return this;
    }

    private void sayThatItSeeks() {
        if (!saidSeeking) {
            saidSeeking = true;
            parts.journal().event("seeking", "looking for a run at " + parts.seeds());
        } else if (asked % SAY_EVERY.toSeconds() == 0) {
            parts.journal()
                    .event("seeking", "no answer from " + parts.seeds() + " for " + seconds() + " s; still asking");
        }
    }

    private Behavior<Command> onFound(Found message) {
        List<String> addresses = message.addresses();
        if (addresses == null) {
            parts.journal().event("seeking", parts.seeds() + " cannot be resolved: " + message.failure());
        } else if (seeking) {
            addresses.forEach(this::sayHello);
        }
        return this;
    }

    private void sayHello(String address) {
        WorkerNode.<Command>at(getContext(), address, Gate.NAME)
                .tell(new NodeProtocol.Hello(parts.hello(), getContext().getSelf()));
    }

    private Behavior<Command> onStillComing() {
        sayHello(required(welcome).getJoin());
        return this;
    }

    private Behavior<Command> onWelcomed(NodeProtocol.Welcomed message) {
        if (!seeking) {
            return this;
        }
        seeking = false;
        timers.cancel(Own.SEEK);
        timers.startTimerWithFixedDelay(Own.STILL_COMING, COMING_EVERY);
        NodeWelcome invited = message.welcome();
        welcome = invited;
        parts.journal()
                .event(
                        "welcome",
                        "run " + invited.getStamp().getRunId() + ", epoch "
                                + invited.getStamp().getEpoch() + ", at " + invited.getJoin());
        invited.getNotesList().forEach(note -> parts.journal().event("note", note));
        getContext()
                .pipeToSelf(
                        CompletableFuture.supplyAsync(() -> equipped(invited), parts.blocking()),
                        (made, failure) -> new Equipped(invited, made, failure));
        return this;
    }

    private Equipment equipped(NodeWelcome invited) {
        try {
            return parts.equip().equip(invited);
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    private Behavior<Command> onRefused(NodeProtocol.Refused message) {
        NodeRefusal refusal = message.refusal();
        if (working) {
            return this;
        }
        if (!seeking) {
            return ended(new Lost("no longer welcome: " + refusal.getReason()));
        }
        boolean mayPass = refusal.getFault() == AdmissionFault.ADMISSION_FAULT_NAME
                && parts.nanoTime().getAsLong() - begunNanos < NAME_PATIENCE.toNanos();
        if (mayPass) {
            parts.journal().event("seeking", "not yet: " + refusal.getReason());
            return this;
        }
        return ended(new Refused(refusal.getReason()));
    }

    private Behavior<Command> onRunOver(NodeProtocol.RunOver message) {
        if (welcome == null) {
            return this; // it ends just now; another may begin there
        }
        String how = message.ended().getHow();
        return ended(message.ended().getMayGoOn() ? new Lost(how) : new Over(how));
    }

    private Behavior<Command> onEquipped(Equipped message) {
        Equipment made = message.equipment();
        if (made == null) {
            Throwable failure = message.failure();
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            if (cause instanceof WeightTransferException broken && broken.kind() != WeightTransferException.Kind.DISK) {
                return ended(new Lost(broken.getMessage())); // whoever invited this node may be gone by now
            }
            ending.completeExceptionally(cause == null ? new IllegalStateException("not equipped") : cause);
            return this;
        }
        equipment = made;
        cluster.subscriptions()
                .tell(Subscribe.create(
                        getContext().messageAdapter(ClusterEvent.ClusterDomainEvent.class, Happened::new),
                        ClusterEvent.ClusterDomainEvent.class));
        timers.startSingleTimer(Own.JOIN_TIMEOUT, JOIN_PATIENCE);
        String[] join = message.welcome().getJoin().split(":(?=\\d+$)", 2);
        parts.journal()
                .event("joining", "joining the cluster at " + message.welcome().getJoin());
        cluster.manager()
                .tell(new Join(
                        new Address("pekko", getContext().getSystem().name(), join[0], Integer.parseInt(join[1]))));
        return this;
    }

    /** What it holds goes to others when it has left, which is at once. */
    private Behavior<Command> onUnkept(Unkept message) {
        ending.completeExceptionally(message.version().failure());
        return this;
    }

    private Behavior<Command> onJoinTimeout() {
        return working
                ? this
                : ended(new Lost("the cluster did not take this node in within " + JOIN_PATIENCE.toSeconds() + " s"));
    }

    private Behavior<Command> onHappened(Happened message) {
        ClusterEvent.ClusterDomainEvent event = message.event();
        boolean up = event instanceof ClusterEvent.MemberUp || event instanceof ClusterEvent.MemberWeaklyUp;
        if (up
                && !working
                && ((ClusterEvent.MemberEvent) event)
                        .member()
                        .address()
                        .equals(cluster.selfMember().address())) {
            work();
        } else if (event instanceof ClusterEvent.UnreachableMember silent
                && silent.member().hasRole(ClusterSettings.LEARNER)) {
            parts.journal().event("waiting", "the learner's node does not answer");
            timers.startSingleTimer(Own.LEARNER_TIMEOUT, LEARNER_PATIENCE);
        } else if (event instanceof ClusterEvent.ReachableMember back
                && back.member().hasRole(ClusterSettings.LEARNER)) {
            parts.journal().event("node", "the learner's node answers again");
            timers.cancel(Own.LEARNER_TIMEOUT);
        } else if (event instanceof ClusterEvent.MemberRemoved removed
                && removed.member().hasRole(ClusterSettings.LEARNER)) {
            return ended(new Lost("the learner's node is gone"));
        }
        return this;
    }

    private void work() {
        working = true;
        timers.cancel(Own.STILL_COMING);
        timers.cancel(Own.JOIN_TIMEOUT);
        var begun = new Crew(getContext(), parts, required(welcome), required(equipment));
        crew = begun;
        begun.begin(getContext().messageAdapter(PolicyMirror.Unkept.class, Unkept::new));
        parts.journal()
                .event(
                        "working",
                        "working as " + parts.name() + " ("
                                + String.join(", ", parts.hello().getRolesList()) + ")");
    }

    private Behavior<Command> onDrain(Drain message) {
        if (draining) {
            return this;
        }
        draining = true;
        Crew at = crew;
        if (at == null || !at.hasWorkers()) {
            return leave();
        }
        parts.journal()
                .event(
                        "draining",
                        "finishing what is being sampled, for at most "
                                + parts.drainPatience().toSeconds() + " s; the rest is handed back");
        at.drain();
        return this;
    }

    private Behavior<Command> leave() {
        if (!working) {
            return ended(new Drained());
        }
        parts.journal().event("leaving", "leaving the cluster");
        cluster.manager().tell(new Leave(cluster.selfMember().address()));
        timers.startSingleTimer(Own.LEAVE_TIMEOUT, LEAVE_PATIENCE);
        return this; // when it has left, the actor system ends, and whoever started it sees that
    }

    private Behavior<Command> onChildFailed(ChildFailed signal) {
        Crew at = crew;
        if (at == null || draining || !at.replace(signal.getRef(), signal.cause())) {
            ending.completeExceptionally(signal.cause());
        }
        return this;
    }

    private Behavior<Command> onTerminated(Terminated signal) {
        Crew at = required(crew);
        at.remove(signal.getRef());
        if (draining && !at.hasWorkers()) {
            return leave();
        }
        if (!draining) {
            ending.completeExceptionally(
                    new IllegalStateException(signal.getRef().path().name() + " stopped without being asked to"));
        }
        return this;
    }

    private Behavior<Command> onUndecodable(Undecodable message) {
        parts.journal()
                .event("undecodable", "a message of type " + message.manifest() + " was refused: " + message.reason());
        return this;
    }

    private Behavior<Command> ended(Ending how) {
        ending.complete(draining ? new Drained() : how);
        return this;
    }

    /** An actor under the guardian of the node at a place. */
    static <C> ActorRef<C> at(ActorContext<?> context, String hostPort, String name) {
        return ActorRefResolver.get(context.getSystem())
                .resolveActorRef("pekko://" + context.getSystem().name() + "@" + hostPort + "/user/" + name);
    }

    private long seconds() {
        return (parts.nanoTime().getAsLong() - begunNanos) / 1_000_000_000;
    }

    private static <T> T required(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("the node is not equipped yet");
        }
        return value;
    }
}
