package io.troupe.actors.worker;

import io.troupe.actors.journal.Journal;
import io.troupe.actors.wire.EnvironmentProtocol.Close;
import io.troupe.actors.wire.EnvironmentProtocol.Command;
import io.troupe.actors.wire.EnvironmentProtocol.Judge;
import io.troupe.actors.wire.EnvironmentProtocol.Open;
import io.troupe.actors.wire.EnvironmentProtocol.Overdue;
import io.troupe.actors.wire.EnvironmentProtocol.Step;
import io.troupe.actors.wire.EnvironmentProtocol.Truncate;
import io.troupe.actors.wire.Undecodable;
import io.troupe.actors.wire.WorkerProtocol;
import io.troupe.proto.v1.CloseSession;
import io.troupe.proto.v1.SessionFailed;
import io.troupe.proto.v1.SessionKey;
import io.troupe.verifier.TaskFamilies;
import io.troupe.verifier.TaskFamily;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * The environment hosts of a node. Spreads sessions over them by group, and stops and replaces a host that a worker says does not
 * answer, or that died: the sessions that it had are failed, so that their trajectories are played again elsewhere. A session of a
 * family whose environments {@linkplain TaskFamily#waits wait} for others has a host of its own for as long as it lasts.
 */
public final class EnvironmentHosts extends AbstractBehavior<Command> {

    private record Host(int number, ActorRef<Command> reference, EnvironmentHost.CallWatch watch, boolean shared) {}

    private record Placed(Host host, ActorRef<WorkerProtocol.Command> owner) {}

    private record HostGone(Host host) implements Command, NoSerializationVerificationNeeded {}

    private record OwnerGone(ActorRef<WorkerProtocol.Command> owner)
            implements Command, NoSerializationVerificationNeeded {}

    private final TaskFamilies families;
    private final DispatcherSelector dispatcher;
    private final EnvironmentLatency latency;
    private final Journal journal;
    private final List<Host> hosts = new ArrayList<>();
    private final Map<SessionKey, Placed> sessions = new LinkedHashMap<>();
    private final Set<ActorRef<WorkerProtocol.Command>> owners = new HashSet<>();
    private int made;

    private EnvironmentHosts(
            ActorContext<Command> context,
            TaskFamilies families,
            int count,
            DispatcherSelector dispatcher,
            EnvironmentLatency latency,
            Journal journal) {
        super(context);
        this.families = families;
        this.dispatcher = dispatcher;
        this.latency = latency;
        this.journal = journal;
        for (int i = 0; i < count; i++) {
            hosts.add(spawn(true));
        }
    }

    /**
     * Hosts.
     *
     * @param count how many
     * @param dispatcher gives every host a thread of its own
     */
    public static Behavior<Command> create(
            TaskFamilies families, int count, DispatcherSelector dispatcher, Journal journal) {
        return create(families, count, dispatcher, EnvironmentLatency.NONE, journal);
    }

    /**
     * Hosts whose answers to turns are held back; no thread waits for that.
     *
     * @param count how many
     * @param dispatcher gives every host a thread of its own
     * @param latency for how long
     */
    public static Behavior<Command> create(
            TaskFamilies families,
            int count,
            DispatcherSelector dispatcher,
            EnvironmentLatency latency,
            Journal journal) {
        return Behaviors.setup(context -> new EnvironmentHosts(context, families, count, dispatcher, latency, journal));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Open.class, this::onOpen)
                .onMessage(Step.class, message -> pass(message.step().getSession(), message, message.replyTo()))
                .onMessage(Truncate.class, message -> pass(message.truncate().getSession(), message, message.replyTo()))
                .onMessage(Judge.class, this::onJudge)
                .onMessage(Close.class, this::onClose)
                .onMessage(Overdue.class, this::onOverdue)
                .onMessage(HostGone.class, this::onHostGone)
                .onMessage(OwnerGone.class, this::onOwnerGone)
                .onMessage(Undecodable.class, this::onUndecodable)
                .onSignal(PostStop.class, this::onPostStop)
                .build();
    }

    private Behavior<Command> onOpen(Open message) {
        String family = message.open().getTask().getFamily();
        return place(message.open().getSession(), family, message, message.replyTo());
    }

    private Behavior<Command> onJudge(Judge message) {
        String family = message.judge().getTask().getFamily();
        return place(message.judge().getSession(), family, message, message.replyTo());
    }

    private Behavior<Command> place(
            SessionKey session, String family, Command message, ActorRef<WorkerProtocol.Command> replyTo) {
        Host host = waits(family)
                ? spawn(false)
                : hosts.get(Math.floorMod(Long.hashCode(session.getGroup()), hosts.size()));
        Placed earlier = sessions.put(session, new Placed(host, replyTo));
        if (earlier != null && !earlier.host().shared()) {
            dismiss(earlier.host());
        }
        if (owners.add(replyTo)) {
            getContext().watchWith(replyTo, new OwnerGone(replyTo));
        }
        host.reference().tell(message);
        return this;
    }

    private Behavior<Command> pass(SessionKey session, Command message, ActorRef<WorkerProtocol.Command> replyTo) {
        Placed placed = sessions.get(session);
        if (placed == null) {
            fail(replyTo, session, "the session is not open");
        } else {
            placed.host().reference().tell(message);
        }
        return this;
    }

    private Behavior<Command> onClose(Close message) {
        Placed placed = sessions.remove(message.close().getSession());
        if (placed != null && placed.host().shared()) {
            placed.host().reference().tell(message);
        } else if (placed != null) {
            dismiss(placed.host());
        }
        return this;
    }

    private boolean waits(String family) {
        return families.all().stream().anyMatch(known -> known.id().equals(family) && known.waits());
    }

    /** Ends a host after the call that it is in, and with it what it holds. */
    private void dismiss(Host host) {
        getContext().unwatch(host.reference());
        getContext().stop(host.reference());
    }

    private Behavior<Command> onOverdue(Overdue message) {
        Placed placed = sessions.remove(message.overdue().getSession());
        if (placed != null) { // else its host was replaced already
            String family = "group " + message.overdue().getSession().getGroup();
            replace(
                    placed.host(),
                    "the environment of " + family + " did not answer for "
                            + message.overdue().getWaitedMillis() + " ms");
        }
        return this;
    }

    private Behavior<Command> onHostGone(HostGone message) {
        replace(message.host(), "it died");
        return this;
    }

    private Behavior<Command> onOwnerGone(OwnerGone message) {
        owners.remove(message.owner());
        for (SessionKey session : sessionsWhere(placed -> placed.owner().equals(message.owner()))) {
            onClose(new Close(CloseSession.newBuilder().setSession(session).build()));
        }
        return this;
    }

    private Behavior<Command> onUndecodable(Undecodable message) {
        journal.event("undecodable", "a message of type " + message.manifest() + " was refused: " + message.reason());
        return this;
    }

    private Behavior<Command> onPostStop(PostStop signal) {
        hosts.forEach(host -> host.watch().interrupt());
        sessions.values().forEach(placed -> placed.host().watch().interrupt());
        return this;
    }

    private void replace(Host host, String why) {
        int place = hosts.indexOf(host);
        if (place < 0 && host.shared()) {
            return; // replaced before
        }
        dismiss(host);
        host.watch().interrupt();
        if (host.shared()) {
            hosts.set(place, spawn(true));
        }
        List<SessionKey> lost = sessionsWhere(placed -> placed.host().equals(host));
        journal.event(
                "environment-host",
                "environment host " + host.number() + " is replaced: " + why + "; " + lost.size()
                        + " other sessions are played again");
        for (SessionKey session : lost) {
            Placed placed = sessions.remove(session);
            fail(placed.owner(), session, "environment host " + host.number() + " was replaced: " + why);
        }
    }

    private Host spawn(boolean shared) {
        made++;
        var watch = new EnvironmentHost.CallWatch();
        ActorRef<Command> reference =
                getContext().spawn(EnvironmentHost.create(families, latency, watch), "host-" + made, dispatcher);
        Host host = new Host(made, reference, watch, shared);
        getContext().watchWith(reference, new HostGone(host));
        return host;
    }

    private List<SessionKey> sessionsWhere(Predicate<Placed> test) {
        return sessions.entrySet().stream()
                .filter(entry -> test.test(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static void fail(ActorRef<WorkerProtocol.Command> owner, SessionKey session, String reason) {
        owner.tell(new WorkerProtocol.EnvironmentFailed(
                SessionFailed.newBuilder().setSession(session).setReason(reason).build()));
    }
}
