package io.troupe.actors.node;

import io.troupe.actors.config.ClusterSettings;
import io.troupe.actors.coordinator.Coordinator;
import io.troupe.actors.coordinator.CoordinatorSettings;
import io.troupe.actors.coordinator.Ledger;
import io.troupe.actors.coordinator.StalenessGate;
import io.troupe.actors.coordinator.TaskStream;
import io.troupe.actors.journal.RecordingJournal;
import io.troupe.proto.v1.Drafting;
import io.troupe.proto.v1.RunStamp;
import io.troupe.proto.v1.Sampling;
import io.troupe.proto.v1.Task;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ClusterEvent.UnreachableMember;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;

/**
 * A process of its own for {@link PortFuzzIT}: a node with the coordinator of a run. Prints its address; answers each line of its input with its state; ends with
 * its input.
 */
final class FuzzedNode {

    static final RunStamp STAMP =
            RunStamp.newBuilder().setRunId("fuzzed").setEpoch(2).build();
    static final int GROUP_SIZE = 2;

    private static final int MAX_ATTEMPTS = 1000;
    private static final TaskStream TASKS = new TaskStream() {
        @Override
        public Task task(long index) {
            return Task.newBuilder().setFamily("f").setIndex(index).build();
        }

        @Override
        public long samplingSeed(long index) {
            return index;
        }
    };

    private FuzzedNode() {}

    public static void main(String[] args) throws Exception {
        Ledger ledger = new Ledger(MAX_ATTEMPTS);
        RecordingJournal journal = new RecordingJournal();
        AtomicInteger unreachable = new AtomicInteger();
        CoordinatorSettings settings = new CoordinatorSettings(
                STAMP,
                new StalenessGate(4, 1),
                false,
                1,
                1000,
                GROUP_SIZE,
                Sampling.getDefaultInstance(),
                Drafting.getDefaultInstance(),
                Duration.ofMinutes(10),
                MAX_ATTEMPTS,
                Duration.ofMinutes(10));
        Behavior<Object> guardian = Behaviors.setup(context -> {
            context.spawn(Coordinator.create(settings, TASKS, ledger, 0, Clock.systemUTC(), journal), "coordinator");
            Cluster.get(context.getSystem())
                    .subscriptions()
                    .tell(Subscribe.create(context.getSelf().narrow(), UnreachableMember.class));
            return Behaviors.receive(Object.class)
                    .onMessage(UnreachableMember.class, event -> {
                        unreachable.incrementAndGet();
                        return Behaviors.same();
                    })
                    .build();
        });
        ActorSystem<Object> system = ActorSystems.start(guardian, ClusterSettings.at("127.0.0.1", 0, ""));
        say(Cluster.get(system).selfMember().address().toString());
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            while (in.readLine() != null) {
                System.gc();
                long heap =
                        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
                // read while the coordinator may write: only asked for when nothing that it takes is on its way
                String state =
                        Base64.getEncoder().encodeToString(ledger.snapshot().toByteArray());
                say(String.join(
                        " ",
                        "state",
                        state,
                        Integer.toString(ledger.collected()),
                        Long.toString(heap / 1024),
                        Long.toString(residentKiB()),
                        Integer.toString(unreachable.get()),
                        Integer.toString(Thread.activeCount())));
            }
        }
        Runtime.getRuntime().halt(0);
    }

    private static void say(String line) {
        System.out.println("> " + line);
        System.out.flush();
    }

    private static long residentKiB() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D+", ""));
            }
        }
        return 0;
    }
}
