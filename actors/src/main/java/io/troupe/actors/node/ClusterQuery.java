package io.troupe.actors.node;

import io.troupe.actors.config.ClusterSettings;
import io.troupe.actors.node.RunFailedException.Kind;
import io.troupe.actors.wire.NodeProtocol;
import io.troupe.actors.wire.NodeProtocol.Command;
import io.troupe.proto.v1.ClusterStatus;
import io.troupe.proto.v1.StatusRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a run's node how the run stands, without becoming a member of its cluster. Used by one thread. */
public final class ClusterQuery implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterQuery.class);
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final int TERMINATION_SECONDS = 10;

    private enum Again implements Command, NoSerializationVerificationNeeded {
        INSTANCE
    }

    private record Ask(CompletableFuture<ClusterStatus> answer) implements Command, NoSerializationVerificationNeeded {}

    private final Seeds seeds;
    private final ActorSystem<Command> system;

    private ClusterQuery(Seeds seeds, ActorSystem<Command> system) {
        this.seeds = seeds;
        this.system = system;
    }

    /**
     * Gets ready to ask.
     *
     * @param join where a run may be found, as HOST:PORT
     * @param own where this process listens for the answer, and its certificates
     * @throws RunFailedException if this process cannot listen there
     * @throws IllegalArgumentException if an address is none
     */
    public static ClusterQuery open(List<String> join, ClusterSettings own) throws RunFailedException {
        Seeds seeds = Seeds.parse(join);
        return new ClusterQuery(seeds, ActorSystems.create(asking(seeds), own, ActorSystems.tls(own)));
    }

    /**
     * Asks all addresses, again and again, until one answers.
     *
     * @throws RunFailedException if none answers in time
     */
    public ClusterStatus status(Duration patience) throws RunFailedException, InterruptedException {
        var answer = new CompletableFuture<ClusterStatus>();
        system.tell(new Ask(answer));
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
        }
    }

    @Override
    public void close() {
        system.terminate();
        try {
            system.getWhenTerminated().toCompletableFuture().get(TERMINATION_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("the actors did not end in order", e); // the process ends anyway
        }
    }

    private static Behavior<Command> asking(Seeds seeds) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            ActorRefResolver resolver = ActorRefResolver.get(context.getSystem());
            List<ActorRef<Command>> gates = seeds.resolve().stream()
                    .map(address -> resolver.<Command>resolveActorRef(
                            "pekko://" + ActorSystems.NAME + "@" + address + "/user/" + Gate.NAME))
                    .toList();
            Runnable ask = () -> gates.forEach(gate ->
                    gate.tell(new NodeProtocol.StatusWanted(StatusRequest.getDefaultInstance(), context.getSelf())));
            List<Ask> waiting = new ArrayList<>();
            return Behaviors.receive(Command.class)
                    .onMessage(Ask.class, message -> {
                        waiting.add(message);
                        ask.run();
                        timers.startTimerWithFixedDelay(Again.INSTANCE, AGAIN);
                        return Behaviors.same();
                    })
                    .onMessageEquals(Again.INSTANCE, () -> {
                        ask.run();
                        return Behaviors.same();
                    })
                    .onMessage(NodeProtocol.Status.class, status -> {
                        waiting.forEach(each -> each.answer().complete(status.status()));
                        waiting.clear();
                        timers.cancel(Again.INSTANCE);
                        return Behaviors.same();
                    })
                    .build();
        }));
    }
}
