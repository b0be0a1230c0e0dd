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
import io.troupe.proto.v1.SessionFailed;
import io.troupe.proto.v1.SessionKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;
import org.jspecify.annotations.Nullable;

/**
 * Stands for all verifiers of a cluster on a node that samples. A session goes to the verifier with the fewest sessions of this node and stays there; answers come from the verifier directly. When a verifier is gone or does not answer any more, its sessions are lost:
 * their trajectories are played again with another, and it counts against nobody. While there is no verifier, sessions wait to be opened.
 */
public final class VerifierRouter extends AbstractBehavior<Command> {

    /** Under this the environment hosts of a node are known in the cluster. */
    public static final ServiceKey<Command> VERIFIERS = ServiceKey.create(Command.class, "verifiers");

    private record Placed(ActorRef<Command> verifier, ActorRef<WorkerProtocol.Command> owner) {}

    private record Waiting(Command message, ActorRef<WorkerProtocol.Command> owner) {}

    private record Verifiers(Set<ActorRef<Command>> present) implements Command, NoSerializationVerificationNeeded {}

    private record OwnerGone(ActorRef<WorkerProtocol.Command> owner)
            implements Command, NoSerializationVerificationNeeded {}

    private final Journal journal;
    private final @Nullable ActorRef<Command> own;
    private final Set<ActorRef<WorkerProtocol.Command>> owners = new HashSet<>();
    private final Map<ActorRef<Command>, Integer> verifiers = new LinkedHashMap<>();
    private final Map<SessionKey, Placed> sessions = new HashMap<>();
    private final Map<SessionKey, Waiting> waiting = new LinkedHashMap<>();

    private VerifierRouter(ActorContext<Command> context, @Nullable ActorRef<Command> own, Journal journal) {
        super(context);
        this.journal = journal;
        this.own = own;
        if (own != null) {
            verifiers.put(own, 0);
        }
        context.getSystem()
                .receptionist()
                .tell(Receptionist.subscribe(
                        VERIFIERS,
                        context.messageAdapter(
                                Receptionist.Listing.class,
                                listing -> new Verifiers(listing.getServiceInstances(VERIFIERS)))));
    }

    /**
     * A router, which finds the other nodes' verifiers by the cluster's receptionist.
     *
     * @param own this node's environment hosts, if it has any
     */
    public static Behavior<Command> create(@Nullable ActorRef<Command> own, Journal journal) {
        return Behaviors.setup(context -> new VerifierRouter(context, own, journal));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Open.class, message -> place(message.open().getSession(), message, message.replyTo()))
                .onMessage(Judge.class, message -> place(message.judge().getSession(), message, message.replyTo()))
                .onMessage(Step.class, message -> pass(message.step().getSession(), message, message.replyTo()))
                .onMessage(Truncate.class, message -> pass(message.truncate().getSession(), message, message.replyTo()))
                .onMessage(Close.class, message -> end(message.close().getSession(), message))
                .onMessage(Overdue.class, message -> end(message.overdue().getSession(), message))
                .onMessage(Verifiers.class, this::onVerifiers)
                .onMessage(OwnerGone.class, this::onOwnerGone)
                .onMessage(Undecodable.class, this::onUndecodable)
                .build();
    }

    private Behavior<Command> place(SessionKey session, Command message, ActorRef<WorkerProtocol.Command> owner) {
        end(session, null);
        if (owners.add(owner)) {
            getContext().watchWith(owner, new OwnerGone(owner));
        }
        Optional<ActorRef<Command>> chosen = choose();
        if (chosen.isPresent()) {
            begin(session, message, owner, chosen.get());
        } else {
            if (waiting.isEmpty()) {
                journal.event("waiting", "no verifier is there; environments wait to be opened");
            }
            waiting.put(session, new Waiting(message, owner));
        }
        return this;
    }

    private void begin(
            SessionKey session, Command message, ActorRef<WorkerProtocol.Command> owner, ActorRef<Command> verifier) {
        sessions.put(session, new Placed(verifier, owner));
        verifiers.merge(verifier, 1, Integer::sum);
        verifier.tell(message);
    }

    /** The one with the fewest sessions, this node's own before others. */
    private Optional<ActorRef<Command>> choose() {
        return verifiers.entrySet().stream()
                .min(Map.Entry.<ActorRef<Command>, Integer>comparingByValue()
                        .thenComparing(entry -> !entry.getKey().equals(own)))
                .map(Map.Entry::getKey);
    }

    private Behavior<Command> pass(SessionKey session, Command message, ActorRef<WorkerProtocol.Command> owner) {
        Placed placed = sessions.get(session);
        if (placed == null) {
            lose(session, owner, "the session is not open");
        } else {
            placed.verifier().tell(message);
        }
        return this;
    }

    /** Ends a session and tells its verifier so, if there is something to tell. */
    private Behavior<Command> end(SessionKey session, @Nullable Command message) {
        waiting.remove(session);
        Placed placed = sessions.remove(session);
        if (placed != null) {
            verifiers.computeIfPresent(placed.verifier(), (verifier, count) -> count - 1);
            if (message != null) {
                placed.verifier().tell(message);
            }
        }
        return this;
    }

    private Behavior<Command> onVerifiers(Verifiers message) {
        List<ActorRef<Command>> gone = new ArrayList<>(verifiers.keySet());
        gone.removeAll(message.present());
        gone.remove(own); // it may not be known in the cluster yet
        for (ActorRef<Command> verifier : gone) {
            verifiers.remove(verifier);
            loseSessionsOf(verifier);
        }
        message.present().forEach(verifier -> verifiers.putIfAbsent(verifier, 0));
        if (!verifiers.isEmpty() && !waiting.isEmpty()) {
            Map<SessionKey, Waiting> held = new LinkedHashMap<>(waiting);
            waiting.clear();
            held.forEach((session, what) ->
                    choose().ifPresent(verifier -> begin(session, what.message(), what.owner(), verifier)));
        }
        return this;
    }

    private void loseSessionsOf(ActorRef<Command> verifier) {
        String name = verifier.path().address().hostPort();
        List<SessionKey> lost = sessionsWhere(placed -> placed.verifier().equals(verifier));
        journal.event(
                "verifier",
                "the verifier at " + name + " is gone or does not answer; " + lost.size()
                        + " sessions are played again with others");
        for (SessionKey session : lost) {
            Placed placed = sessions.get(session);
            sessions.remove(session);
            if (placed != null) {
                lose(session, placed.owner(), "the verifier at " + name + " is gone");
            }
        }
    }

    private Behavior<Command> onOwnerGone(OwnerGone message) {
        owners.remove(message.owner());
        waiting.values().removeIf(held -> held.owner().equals(message.owner()));
        for (SessionKey session : sessionsWhere(placed -> placed.owner().equals(message.owner()))) {
            end(session, null); // the verifier watches the owner too
        }
        return this;
    }

    private Behavior<Command> onUndecodable(Undecodable message) {
        journal.event("undecodable", "a message of type " + message.manifest() + " was refused: " + message.reason());
        return this;
    }

    private List<SessionKey> sessionsWhere(Predicate<Placed> test) {
        return sessions.entrySet().stream()
                .filter(entry -> test.test(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static void lose(SessionKey session, ActorRef<WorkerProtocol.Command> owner, String reason) {
        owner.tell(new WorkerProtocol.EnvironmentFailed(SessionFailed.newBuilder()
                .setSession(session)
                .setReason(reason)
                .setHostLost(true)
                .build()));
    }
}
