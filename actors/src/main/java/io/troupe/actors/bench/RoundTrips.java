package io.troupe.actors.bench;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Small messages between the actor systems of two processes, and how long they take there and back. */
final class RoundTrips {

    private static final Duration EVERY = Duration.ofMillis(20);
    private static final String TICK = "tick";

    private RoundTrips() {}

    /** An actor system of this process, with the transport that nodes have, on a free port of this machine. */
    static ActorSystem<String> start(String role, Behavior<String> guardian) {
        var config = ConfigFactory.parseString("""
                        # plain: what is measured is what the processors and the link have left for messages
                        pekko.remote.artery { transport = tcp, canonical { hostname = "127.0.0.1", port = 0 } }
                        pekko.log-dead-letters = off
                        pekko.actor.provider = remote
                        """)
                .withFallback(ConfigFactory.parseResources("io/troupe/actors/node/node.conf"))
                .withFallback(ConfigFactory.defaultReference())
                .resolve();
        return ActorSystem.create(guardian, "bench-" + role, config);
    }

    /** How others name an actor of a system. */
    static String address(ActorSystem<?> system, ActorRef<String> actor) {
        return ActorRefResolver.get(system).toSerializationFormat(actor);
    }

    /** Sends "{@code ADDRESS TEXT}" on to the address, whole. */
    static Behavior<String> echo() {
        return Behaviors.setup(context -> {
            ActorRefResolver resolver = ActorRefResolver.get(context.getSystem());
            return Behaviors.receiveMessage(message -> {
                ActorRef<String> asker = resolver.resolveActorRef(message.substring(0, message.indexOf(' ')));
                asker.tell(message);
                return Behaviors.same();
            });
        });
    }

    /** Asks echoes every 20 ms and notes the round trips under what goes on at the time. */
    static final class Notes {
        private final Map<String, List<Long>> nanos = new ConcurrentHashMap<>();
        private volatile String phase = "";

        /** From now on round trips that begin are noted under this name. */
        void phase(String name) {
            phase = name;
        }

        /** All round trips that began in phases of a name, in nanoseconds, ascending. */
        List<Long> of(String name) {
            List<Long> noted = nanos.getOrDefault(name, List.of());
            synchronized (noted) {
                return noted.stream().sorted().toList();
            }
        }

        private void note(String name, long took) {
            List<Long> noted = nanos.computeIfAbsent(name, any -> new ArrayList<>());
            synchronized (noted) {
                noted.add(took);
            }
        }

        /** Asks the echoes of these addresses. */
        Behavior<String> asking(List<String> echoes) {
            return Behaviors.withTimers(timers -> Behaviors.setup(context -> {
                ActorRefResolver resolver = ActorRefResolver.get(context.getSystem());
                String self = resolver.toSerializationFormat(context.getSelf());
                List<ActorRef<String>> asked =
                        echoes.stream().map(resolver::<String>resolveActorRef).toList();
                timers.startTimerAtFixedRate(TICK, EVERY);
                return Behaviors.receiveMessage(message -> {
                    if (message.equals(TICK)) {
                        String question = self + " " + System.nanoTime() + " " + phase;
                        asked.forEach(echo -> echo.tell(question));
                    } else {
                        String[] parts = message.split(" ", 3);
                        note(parts[2], System.nanoTime() - Long.parseLong(parts[1]));
                    }
                    return Behaviors.same();
                });
            }));
        }
    }
}
