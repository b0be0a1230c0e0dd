package io.troupe.actors.node;

import io.troupe.actors.config.ClusterSettings;
import io.troupe.actors.node.RunFailedException.Kind;
import io.troupe.actors.wire.NodeProtocol;
import io.troupe.actors.wire.NodeProtocol.Command;
import io.troupe.proto.v1.ClusterStatus;
import io.troupe.proto.v1.StatusRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Asks a run's node how the run stands, without becoming a member of its cluster. */
public final class ClusterQuery {

    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final int TERMINATION_SECONDS = 10;

    private ClusterQuery() {}

    /**
     * Asks all addresses, again and again, until one answers.
     *
     * @param join as HOST:PORT
     * @param own where this process listens for the answer, and its certificates
     * @param patience how long
     * @throws RunFailedException if none answers in time
     * @throws IllegalArgumentException if an address is none
     */
    public static ClusterStatus status(List<String> join, ClusterSettings own, Duration patience)
            throws RunFailedException, InterruptedException {
        Seeds seeds = Seeds.parse(join);
        var answer = new CompletableFuture<ClusterStatus>();
        ActorSystem<Command> system = ActorSystems.create(asking(seeds, answer), own, ActorSystems.tls(own));
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new RunFailedException(
                    Kind.FAILED,
                    "no answer from " + seeds + " within " + patience.toSeconds()
                            + " s; give the cluster.host and cluster.port of a run that goes on",
                    e);
        } catch (ExecutionException e) {
            throw new RunFailedException(Kind.FAILED, "cannot ask " + seeds + ": " + e.getCause(), e);
        } finally {
            system.terminate();
            try {
                system.getWhenTerminated().toCompletableFuture().get(TERMINATION_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                answer.cancel(false); // the answer is there or not; the process ends anyway
            }
        }
    }

    private static Behavior<Command> asking(Seeds seeds, CompletableFuture<ClusterStatus> answer) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            enum Ask implements Command, org.apache.pekko.actor.NoSerializationVerificationNeeded {
                INSTANCE
            }
            timers.startTimerWithFixedDelay(Ask.INSTANCE, Duration.ZERO, AGAIN);
            List<String> addresses = seeds.resolve();
            ActorRefResolver resolver = ActorRefResolver.get(context.getSystem());
            return Behaviors.receive(Command.class)
                    .onMessageEquals(Ask.INSTANCE, () -> {
                        for (String address : addresses) {
                            ActorRef<Command> gate = resolver.resolveActorRef(
                                    "pekko://" + ActorSystems.NAME + "@" + address + "/user/" + Gate.NAME);
                            gate.tell(new NodeProtocol.StatusWanted(
                                    StatusRequest.getDefaultInstance(), context.getSelf()));
                        }
                        return Behaviors.same();
                    })
                    .onMessage(NodeProtocol.Status.class, status -> {
                        answer.complete(status.status());
                        return Behaviors.same();
                    })
                    .build();
        }));
    }
}
