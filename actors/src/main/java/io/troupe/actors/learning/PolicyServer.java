package io.troupe.actors.learning;

import io.troupe.actors.journal.Journal;
import io.troupe.actors.wire.PolicyProtocol.Command;
import io.troupe.actors.wire.PolicyProtocol.PolicyLoaded;
import io.troupe.actors.wire.PolicyProtocol.PolicyWanted;
import io.troupe.actors.wire.Undecodable;
import io.troupe.actors.wire.WorkerProtocol;
import io.troupe.proto.v1.Announcement;
import io.troupe.proto.v1.PolicyVersion;
import io.troupe.proto.v1.RunStamp;
import java.io.IOException;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * Announces the policy's versions to the rollout workers. The bytes are files; the actors exchange their names. Files of versions
 * that no worker needs any more are deleted, but for version 0, which the run is measured against at its end.
 *
 * <p>A worker that subscribes gets the current version at once, so that a lost announcement is made good by asking again.
 */
public final class PolicyServer extends AbstractBehavior<Command> {

    /**
     * Announce a version from now on. Answered by {@link Published} when every worker that has subscribed was told.
     *
     * @param version and where its weights are
     */
    public record Publish(VersionFile version, ActorRef<Published> replyTo)
            implements Command, NoSerializationVerificationNeeded {}

    /** A version was announced. */
    public record Published(long version) implements NoSerializationVerificationNeeded {}

    private record SubscriberGone(String worker, ActorRef<WorkerProtocol.Command> reference)
            implements Command, NoSerializationVerificationNeeded {}

    private record Subscriber(ActorRef<WorkerProtocol.Command> reference, long loaded) {}

    private final RunStamp stamp;
    private final PolicyOutlet outlet;
    private final Journal journal;
    private final SortedMap<String, Subscriber> subscribers = new TreeMap<>();
    private final SortedMap<Long, VersionFile> files = new TreeMap<>();
    private @Nullable VersionFile current;
    private boolean complained;

    private PolicyServer(ActorContext<Command> context, RunStamp stamp, PolicyOutlet outlet, Journal journal) {
        super(context);
        this.outlet = outlet;
        this.stamp = stamp;
        this.journal = journal;
    }

    /**
     * A server.
     *
     * @param outlet makes the bytes available; only this actor calls it
     */
    public static Behavior<Command> create(RunStamp stamp, PolicyOutlet outlet, Journal journal) {
        return Behaviors.setup(context -> new PolicyServer(context, stamp, outlet, journal));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Publish.class, this::onPublish)
                .onMessage(PolicyWanted.class, this::onPolicyWanted)
                .onMessage(PolicyLoaded.class, this::onPolicyLoaded)
                .onMessage(SubscriberGone.class, this::onSubscriberGone)
                .onMessage(Undecodable.class, this::onUndecodable)
                .build();
    }

    private Behavior<Command> onPublish(Publish message) {
        VersionFile version = message.version();
        current = version;
        files.put(version.version(), version);
        subscribers.values().forEach(subscriber -> announce(subscriber.reference(), version));
        message.replyTo().tell(new Published(version.version()));
        deleteUnneeded();
        return this;
    }

    private Behavior<Command> onPolicyWanted(PolicyWanted message) {
        if (!message.subscription().getStamp().equals(stamp)) {
            return this; // the coordinator reports ghosts; here they just get nothing
        }
        String worker = message.subscription().getWorker();
        Subscriber known = subscribers.get(worker);
        if (known == null || !known.reference().equals(message.replyTo())) {
            subscribers.put(worker, new Subscriber(message.replyTo(), -1));
            getContext().watchWith(message.replyTo(), new SubscriberGone(worker, message.replyTo()));
        }
        if (current != null) {
            announce(message.replyTo(), current);
        }
        return this;
    }

    private Behavior<Command> onPolicyLoaded(PolicyLoaded message) {
        long version = message.loaded().getVersion();
        if (message.loaded().getStamp().equals(stamp)) {
            subscribers.computeIfPresent(
                    message.loaded().getWorker(), (name, known) -> new Subscriber(known.reference(), version));
            deleteUnneeded();
        }
        return this;
    }

    private Behavior<Command> onSubscriberGone(SubscriberGone message) {
        subscribers.computeIfPresent(
                message.worker(), (name, known) -> known.reference().equals(message.reference()) ? null : known);
        deleteUnneeded();
        return this;
    }

    private Behavior<Command> onUndecodable(Undecodable message) {
        journal.event("undecodable", "a message of type " + message.manifest() + " was refused: " + message.reason());
        return this;
    }

    /** A worker of this process reads the file where it is; nothing is served, and no delta made, for those alone. */
    private void announce(ActorRef<WorkerProtocol.Command> worker, VersionFile version) {
        boolean elsewhere = worker.path().address().hasGlobalScope();
        PolicyVersion policy = elsewhere ? outlet.offer(version) : version.policy();
        worker.tell(new WorkerProtocol.PolicyAnnounced(
                Announcement.newBuilder().setStamp(stamp).setPolicy(policy).build()));
    }

    /** Deletes what is older than the current version once every worker has loaded something newer. */
    private void deleteUnneeded() {
        VersionFile announced = current;
        if (announced == null) {
            return;
        }
        long needed = announced.version();
        for (Subscriber subscriber : subscribers.values()) {
            needed = Math.min(needed, subscriber.loaded());
        }
        for (var old = files.headMap(needed).entrySet().iterator(); old.hasNext(); ) {
            var entry = old.next();
            if (entry.getKey() != 0) {
                retire(entry.getValue());
                old.remove();
            }
        }
    }

    private void retire(VersionFile version) {
        try {
            outlet.retire(version);
        } catch (IOException e) {
            if (!complained) {
                complained = true;
                journal.event("warning", "cannot delete old policy versions, such as " + version.file() + ": " + e);
            }
        }
    }
}
