package io.troupe.actors.worker;

import io.troupe.actors.journal.Journal;
import io.troupe.actors.learning.PolicyServer;
import io.troupe.actors.learning.VersionFile;
import io.troupe.actors.weights.Fetched;
import io.troupe.actors.weights.WeightTransferException;
import io.troupe.actors.wire.PolicyProtocol;
import io.troupe.actors.wire.Undecodable;
import io.troupe.actors.wire.WorkerProtocol.Command;
import io.troupe.actors.wire.WorkerProtocol.PolicyAnnounced;
import io.troupe.proto.v1.Loaded;
import io.troupe.proto.v1.PolicyVersion;
import io.troupe.proto.v1.RunStamp;
import io.troupe.proto.v1.Subscription;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * Brings the policy's versions to a node: subscribes to the run's policy server, fetches what it announces while sampling goes on, and publishes it to the
 * node's own workers when it is whole here. Of announcements that come while it fetches only the last counts, so that a node which has fallen behind catches up
 * in one step.
 */
public final class PolicyMirror extends AbstractBehavior<Command> {

    /** Fetches a version. Blocks; called on one thread at a time. */
    @FunctionalInterface
    public interface Fetch {
        Fetched of(PolicyVersion version) throws IOException, InterruptedException;
    }

    /** This node has no room for a version, or may not write there: it can't go on. */
    public record Unkept(WeightTransferException failure) implements NoSerializationVerificationNeeded {}

    private record Came(
            PolicyVersion version,
            @Nullable Fetched fetched,
            @Nullable Throwable failure) implements Command, NoSerializationVerificationNeeded {}

    private enum Pulse implements Command, NoSerializationVerificationNeeded {
        INSTANCE
    }

    private static final Duration PULSE = Duration.ofSeconds(1);
    private static final int QUIET_TICKS = 5;
    private static final Duration LONG_FETCH = Duration.ofSeconds(10);

    private final RunStamp stamp;
    private final String name;
    private final ActorRef<PolicyProtocol.Command> upstream;
    private final ActorRef<PolicyProtocol.Command> local;
    private final Fetch fetch;
    private final Executor executor;
    private final ActorRef<Unkept> owner;
    private final Journal journal;
    private final ActorRef<PolicyServer.Published> ignored;
    private @Nullable PolicyVersion newest;
    private @Nullable PolicyVersion fetching;
    private @Nullable PolicyVersion here;
    private int failures;
    private int pulses;
    private int ticks;

    private PolicyMirror(
            ActorContext<Command> context,
            RunStamp stamp,
            String name,
            ActorRef<PolicyProtocol.Command> upstream,
            ActorRef<PolicyProtocol.Command> local,
            Fetch fetch,
            Executor executor,
            ActorRef<Unkept> owner,
            Journal journal) {
        super(context);
        this.stamp = stamp;
        this.name = name;
        this.upstream = upstream;
        this.local = local;
        this.fetch = fetch;
        this.executor = executor;
        this.owner = owner;
        this.journal = journal;
        this.ignored = context.getSystem().ignoreRef();
        subscribe();
    }

    /**
     * A mirror.
     *
     * @param name the node's name, unique in the cluster
     * @param upstream the run's policy server
     * @param local the node's own, which its workers subscribe to
     * @param fetch brings the bytes
     * @param executor may block
     * @param owner told if there is no room for what is fetched; nothing more is fetched then
     */
    public static Behavior<Command> create(
            RunStamp stamp,
            String name,
            ActorRef<PolicyProtocol.Command> upstream,
            ActorRef<PolicyProtocol.Command> local,
            Fetch fetch,
            Executor executor,
            ActorRef<Unkept> owner,
            Journal journal) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(Pulse.INSTANCE, PULSE);
            return new PolicyMirror(context, stamp, name, upstream, local, fetch, executor, owner, journal);
        }));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(PolicyAnnounced.class, this::onPolicyAnnounced)
                .onMessage(Came.class, this::onCame)
                .onMessage(Pulse.class, this::onPulse)
                .onMessage(Undecodable.class, this::onUndecodable)
                .build();
    }

    private Behavior<Command> onPolicyAnnounced(PolicyAnnounced message) {
        if (message.announcement().getStamp().equals(stamp)) {
            newest = message.announcement().getPolicy();
            begin();
        }
        return this;
    }

    private void begin() {
        PolicyVersion wanted = newest;
        if (wanted == null || fetching != null || isHere(wanted)) {
            return;
        }
        fetching = wanted;
        pulses = 0;
        getContext()
                .pipeToSelf(
                        CompletableFuture.supplyAsync(() -> fetched(wanted), executor),
                        (fetched, failure) -> new Came(wanted, fetched, failure));
    }

    private Fetched fetched(PolicyVersion wanted) {
        try {
            return fetch.of(wanted);
        } catch (IOException e) {
            throw new CompletionException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        }
    }

    private Behavior<Command> onCame(Came message) {
        fetching = null;
        Fetched fetched = message.fetched();
        if (fetched == null) {
            Throwable failure = message.failure();
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            if (cause instanceof WeightTransferException broken && broken.kind() == WeightTransferException.Kind.DISK) {
                owner.tell(new Unkept(broken));
                return Behaviors.stopped();
            }
            failures++;
            journal.event(
                    "weights",
                    "version " + message.version().getVersion() + " could not be fetched (" + failures + " in a row): "
                            + (cause == null ? "no reason" : cause.getMessage()) + "; asking again");
            return this; // the next pulse asks
        }
        failures = 0;
        here = message.version();
        PolicyVersion.Builder version = message.version().toBuilder();
        version.getWeightsBuilder().setUri(fetched.file().toUri().toString());
        local.tell(new PolicyServer.Publish(
                new VersionFile(version.build(), fetched.file(), fetched.manifest()), ignored));
        upstream.tell(new PolicyProtocol.PolicyLoaded(Loaded.newBuilder()
                .setStamp(stamp)
                .setWorker(name)
                .setVersion(message.version().getVersion())
                .build()));
        begin();
        return this;
    }

    /** A lost announcement is made good by asking, and so is one whose sources had nothing. */
    private Behavior<Command> onPulse(Pulse tick) {
        PolicyVersion running = fetching;
        if (running == null) {
            ticks++;
            if (here == null || failures > 0 || ticks % QUIET_TICKS == 0) {
                subscribe();
            }
        } else if (++pulses % LONG_FETCH.toSeconds() == 0) {
            journal.event(
                    "weights",
                    String.format(Locale.ROOT, "version %d is being fetched for %d s", running.getVersion(), pulses));
        }
        return this;
    }

    private Behavior<Command> onUndecodable(Undecodable message) {
        journal.event("undecodable", "a message of type " + message.manifest() + " was refused: " + message.reason());
        return this;
    }

    private boolean isHere(PolicyVersion wanted) {
        PolicyVersion held = here;
        return held != null
                && held.getVersion() == wanted.getVersion()
                && held.getWeights().getSha256().equals(wanted.getWeights().getSha256());
    }

    private void subscribe() {
        upstream.tell(new PolicyProtocol.PolicyWanted(
                Subscription.newBuilder().setStamp(stamp).setWorker(name).build(),
                getContext().getSelf()));
    }
}
