package io.troupe.actors.node;

import io.troupe.actors.coordinator.Coordinator;
import io.troupe.actors.journal.Journal;
import io.troupe.actors.wire.CoordinatorProtocol;
import io.troupe.actors.wire.NodeProtocol;
import io.troupe.actors.wire.NodeProtocol.Command;
import io.troupe.actors.wire.NodeProtocol.Hello;
import io.troupe.actors.wire.NodeProtocol.StatusWanted;
import io.troupe.actors.wire.Undecodable;
import io.troupe.proto.v1.AdmissionFault;
import io.troupe.proto.v1.ClusterStatus;
import io.troupe.proto.v1.NodeHello;
import io.troupe.proto.v1.NodeRefusal;
import io.troupe.proto.v1.NodeStatus;
import io.troupe.proto.v1.NodeWelcome;
import io.troupe.proto.v1.RunEnded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.cluster.typed.Subscribe;
import org.jspecify.annotations.Nullable;

/**
 * Where other nodes come in: answers their hellos, by {@link Admission}, with all that they need to take part; follows who is there, tells the coordinator of
 * nodes that do not answer any more, tells the nodes when the run is over, and says how everything stands. It is found by its path, {@code /user/gate}.
 */
final class Gate extends AbstractBehavior<Command> {

    /** The name that it is spawned under. */
    static final String NAME = "gate";

    /** The run ends: tell the nodes. Answered when they have been told. */
    record Close(RunEnded ended, ActorRef<Closed> replyTo) implements Command, NoSerializationVerificationNeeded {}

    /** The nodes have been told. */
    enum Closed implements NoSerializationVerificationNeeded {
        INSTANCE
    }

    /**
     * What a gate knows.
     *
     * @param configuration the run's, for those that come
     * @param policySources starts to serve the policy's files if they are not yet served, and says where
     * @param refusesRollout why no further node may sample, if so
     */
    record Parts(
            Admission admission,
            String configuration,
            String policyFolder,
            Supplier<CompletionStage<List<String>>> policySources,
            Optional<String> refusesRollout,
            ActorRef<CoordinatorProtocol.Command> coordinator,
            Journal journal,
            LongSupplier nanoTime) {}

    /**
     * A node that may come in.
     *
     * @param heardNanos when it said hello last
     * @param told whether it was told that it may come in
     */
    private record Guest(String name, List<String> roles, ActorRef<Command> reference, long heardNanos, boolean told) {
        Address address() {
            return reference.path().address();
        }
    }

    private record Seen(String state, List<String> roles, long sinceNanos) {}

    private record Overdue(Address address) implements Command, NoSerializationVerificationNeeded {}

    private record Happened(ClusterEvent.ClusterDomainEvent event)
            implements Command, NoSerializationVerificationNeeded {}

    private record PolicyServed(
            Guest guest,
            NodeWelcome welcome,
            @Nullable List<String> sources,
            @Nullable Throwable failure) implements Command, NoSerializationVerificationNeeded {}

    private record Answered(ActorRef<Command> replyTo, ClusterStatus status)
            implements Command, NoSerializationVerificationNeeded {}

    private static final String UP = "up";
    private static final String UNREACHABLE = "unreachable";
    /** So long a node may be silent before it is no member any more. */
    private static final Duration SILENCE = Duration.ofSeconds(5);

    /** So long a name is kept for a node that may come in but is no member yet; it says hello again all the time, see {@link WorkerNode}. */
    static final Duration KEPT = Duration.ofSeconds(10);

    private static final Duration ASKING = Duration.ofSeconds(5);

    private final Parts parts;
    private final TimerScheduler<Command> timers;
    private final Cluster cluster;
    private final Address self;
    private final Map<String, Guest> guests = new TreeMap<>();
    private final Map<String, Seen> members = new TreeMap<>();
    private @Nullable RunEnded over;

    private Gate(ActorContext<Command> context, TimerScheduler<Command> timers, Parts parts) {
        super(context);
        this.parts = parts;
        this.timers = timers;
        cluster = Cluster.get(context.getSystem());
        self = cluster.selfMember().address();
        cluster.subscriptions()
                .tell(Subscribe.create(
                        context.messageAdapter(ClusterEvent.ClusterDomainEvent.class, Happened::new),
                        ClusterEvent.ClusterDomainEvent.class));
    }

    static Behavior<Command> create(Parts parts) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> new Gate(context, timers, parts)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Hello.class, this::onHello)
                .onMessage(PolicyServed.class, this::onPolicyServed)
                .onMessage(StatusWanted.class, this::onStatusWanted)
                .onMessage(Answered.class, this::onAnswered)
                .onMessage(Happened.class, this::onHappened)
                .onMessage(Overdue.class, this::onOverdue)
                .onMessage(Close.class, this::onClose)
                .onMessage(Undecodable.class, this::onUndecodable)
                .build();
    }

    private Behavior<Command> onHello(Hello message) {
        NodeHello hello = message.hello();
        RunEnded ended = over;
        if (ended != null) {
            message.replyTo().tell(new NodeProtocol.RunOver(ended));
            return this;
        }
        forgetTheSilent();
        Guest before = guests.get(hello.getNode());
        boolean told = before != null && before.told() && before.reference().equals(message.replyTo());
        Guest guest = new Guest(
                hello.getNode(),
                hello.getRolesList(),
                message.replyTo(),
                parts.nanoTime().getAsLong(),
                told);
        Admission.Answer answer = parts.admission().answer(hello);
        Optional<NodeRefusal> objection =
                answer instanceof Admission.Refusal refusal ? Optional.of(refusal.message()) : objection(guest);
        if (objection.isPresent()) {
            NodeRefusal refusal = objection.get();
            parts.journal().event("refused", "node " + describe(guest) + " was refused: " + refusal.getReason());
            message.replyTo().tell(new NodeProtocol.Refused(refusal));
        } else {
            welcome(guest, ((Admission.Welcome) answer).message());
        }
        return this;
    }

    private Optional<NodeRefusal> objection(Guest guest) {
        if (guest.roles().contains("rollout") && parts.refusesRollout().isPresent()) {
            return refusal(
                    AdmissionFault.ADMISSION_FAULT_ROLE, parts.refusesRollout().get());
        }
        if (guest.roles().contains("learner")) {
            return refusal(
                    AdmissionFault.ADMISSION_FAULT_ROLE,
                    "a run has one learner at a time; a node that may take over waits at the run's folder: troupe node --roles learner --run DIR");
        }
        Guest known = guests.get(guest.name());
        if (known == null || known.address().equals(guest.address())) {
            return Optional.empty(); // it asks again, or was started anew in its place
        }
        Seen member = members.get(known.address().hostPort());
        if (member != null && member.state().equals(UNREACHABLE)) {
            return Optional.empty(); // it is replaced
        }
        return refusal(
                AdmissionFault.ADMISSION_FAULT_NAME,
                "a node called " + guest.name() + " is " + (member == null ? "coming in" : "here") + " already, at "
                        + known.address().hostPort() + "; give this one another --name");
    }

    /** Those that may come in and do not: their names are free again. */
    private void forgetTheSilent() {
        long now = parts.nanoTime().getAsLong();
        guests.values()
                .removeIf(guest ->
                        !members.containsKey(guest.address().hostPort()) && now - guest.heardNanos() >= KEPT.toNanos());
    }

    private Optional<NodeRefusal> refusal(AdmissionFault fault, String reason) {
        return Optional.of(NodeRefusal.newBuilder()
                .setFault(fault)
                .setReason(reason)
                .setStamp(parts.admission().stamp())
                .build());
    }

    private void welcome(Guest guest, NodeWelcome admitted) {
        Guest before = guests.put(guest.name(), guest); // its name is its own from here on
        if (before != null && !before.address().equals(guest.address())) {
            cluster.manager()
                    .tell(new Down(before.address())); // it may be heard again, and must not come back under this name
        }
        NodeWelcome welcome = admitted.toBuilder()
                .setConfiguration(parts.configuration())
                .setPolicyFolder(parts.policyFolder())
                .setJoin(self.host().get() + ":" + self.port().get())
                .build();
        if (guest.roles().contains("rollout")) {
            getContext()
                    .pipeToSelf(
                            parts.policySources().get(),
                            (sources, failure) -> new PolicyServed(guest, welcome, sources, failure));
        } else {
            comeIn(guest, welcome);
        }
    }

    private Behavior<Command> onPolicyServed(PolicyServed message) {
        List<String> sources = message.sources();
        if (sources == null) {
            parts.journal().event("warning", "the policy's files cannot be served: " + message.failure());
        } else {
            comeIn(
                    message.guest(),
                    message.welcome().toBuilder().addAllPolicySources(sources).build());
        }
        return this;
    }

    private void comeIn(Guest guest, NodeWelcome welcome) {
        Guest now = guests.get(guest.name());
        if (now == null || !now.reference().equals(guest.reference())) {
            return; // it was replaced, or is gone, while the policy's files were being measured
        }
        if (!now.told()) {
            guests.put(guest.name(), new Guest(now.name(), now.roles(), now.reference(), now.heardNanos(), true));
            parts.journal().event("node", "node " + describe(guest) + " may come in");
            welcome.getNotesList().forEach(note -> parts.journal().event("node", note));
        }
        guest.reference().tell(new NodeProtocol.Welcomed(welcome));
    }

    private Behavior<Command> onHappened(Happened message) {
        if (over != null) {
            return this; // the nodes leave because they were told to
        }
        ClusterEvent.ClusterDomainEvent event = message.event();
        if (event instanceof ClusterEvent.UnreachableMember unreachable) {
            Member member = unreachable.member();
            if (note(member, UNREACHABLE)) {
                parts.journal().event("node", "node " + name(member) + " does not answer");
            }
            parts.coordinator().tell(new Coordinator.NodeUnreachable(member.address()));
            if (!member.address().equals(self)) {
                timers.startSingleTimer(member.uniqueAddress(), new Overdue(member.address()), SILENCE);
            }
        } else if (event instanceof ClusterEvent.ReachableMember reachable) {
            timers.cancel(reachable.member().uniqueAddress());
            if (note(reachable.member(), UP)) {
                parts.journal().event("node", "node " + name(reachable.member()) + " answers again");
            }
        } else if (event instanceof ClusterEvent.MemberRemoved removed) {
            timers.cancel(removed.member().uniqueAddress());
            members.remove(removed.member().address().hostPort());
            parts.journal().event("node", "node " + name(removed.member()) + " is gone");
            guests.values()
                    .removeIf(guest -> guest.address().equals(removed.member().address()));
            parts.coordinator()
                    .tell(new Coordinator.NodeUnreachable(removed.member().address()));
        } else if (event instanceof ClusterEvent.MemberLeft leaving) {
            note(leaving.member(), "leaving");
        } else if (event instanceof ClusterEvent.MemberUp || event instanceof ClusterEvent.MemberWeaklyUp) {
            Member member = ((ClusterEvent.MemberEvent) event).member();
            if (note(member, UP) && !member.address().equals(self)) {
                parts.journal().event("node", "node " + name(member) + " is in the cluster");
            }
        } else if (event instanceof ClusterEvent.MemberJoined joined) {
            note(joined.member(), "joining");
        }
        return this;
    }

    /** It is no member any more; if it is still there it finds that out, and joins anew. */
    private Behavior<Command> onOverdue(Overdue message) {
        cluster.manager().tell(new Down(message.address()));
        return this;
    }

    /** Says whether that is news. */
    private boolean note(Member member, String state) {
        Seen seen = members.get(member.address().hostPort());
        if (seen != null && seen.state().equals(state)) {
            return false;
        }
        List<String> roles = new ArrayList<>(member.getRoles());
        roles.removeIf(role -> !Admission.ROLES.contains(role)); // the data centre is a role too
        members.put(
                member.address().hostPort(),
                new Seen(state, roles, parts.nanoTime().getAsLong()));
        return true;
    }

    private Behavior<Command> onStatusWanted(StatusWanted message) {
        getContext()
                .ask(
                        Coordinator.Standing.class,
                        parts.coordinator(),
                        ASKING,
                        Coordinator.HowItStands::new,
                        (standing, failure) -> new Answered(
                                message.replyTo(),
                                standing == null
                                        ? ClusterStatus.newBuilder()
                                                .setStamp(parts.admission().stamp())
                                                .addWaiting("the coordinator did not answer within "
                                                        + ASKING.toSeconds() + " s")
                                                .build()
                                        : standing.status()));
        return this;
    }

    private Behavior<Command> onAnswered(Answered message) {
        ClusterStatus.Builder status =
                message.status().toBuilder().setTroupeVersion(parts.admission().troupeVersion());
        long now = parts.nanoTime().getAsLong();
        members.forEach((address, seen) -> status.addNodes(NodeStatus.newBuilder()
                .setName(nameAt(address))
                .setAddress(address.substring(address.indexOf('@') + 1))
                .addAllRoles(seen.roles())
                .setState(seen.state())
                .setSeconds((now - seen.sinceNanos()) / 1e9)));
        message.replyTo().tell(new NodeProtocol.Status(status.build()));
        return this;
    }

    private Behavior<Command> onClose(Close message) {
        over = message.ended();
        guests.values().forEach(guest -> guest.reference().tell(new NodeProtocol.RunOver(message.ended())));
        message.replyTo().tell(Closed.INSTANCE);
        return this;
    }

    private Behavior<Command> onUndecodable(Undecodable message) {
        parts.journal()
                .event("undecodable", "a message of type " + message.manifest() + " was refused: " + message.reason());
        return this;
    }

    private String name(Member member) {
        return nameAt(member.address().hostPort());
    }

    private String nameAt(String hostPort) {
        String where = hostPort.substring(hostPort.indexOf('@') + 1);
        return guests.values().stream()
                .filter(guest -> guest.address().hostPort().equals(hostPort))
                .map(Guest::name)
                .findFirst()
                .orElse(where);
    }

    private static String describe(Guest guest) {
        return guest.name() + " at " + guest.address().hostPort() + " (" + String.join(", ", guest.roles()) + ")";
    }
}
