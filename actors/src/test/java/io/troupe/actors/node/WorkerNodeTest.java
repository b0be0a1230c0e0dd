package io.troupe.actors.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.config.ClusterSettings;
import io.troupe.actors.journal.RecordingJournal;
import io.troupe.actors.wire.NodeProtocol;
import io.troupe.actors.wire.NodeProtocol.Command;
import io.troupe.actors.wire.NodeProtocol.Hello;
import io.troupe.proto.v1.AdmissionFault;
import io.troupe.proto.v1.NodeHello;
import io.troupe.proto.v1.NodeRefusal;
import io.troupe.proto.v1.NodeWelcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node that comes into a cluster whose gate is the test's; both are real actor systems. */
class WorkerNodeTest {

    private final BlockingQueue<Hello> hellos = new LinkedBlockingQueue<>();
    private final CompletableFuture<WorkerNode.Ending> ending = new CompletableFuture<>();
    private final CountDownLatch equipping = new CountDownLatch(1);
    private final CountDownLatch equip = new CountDownLatch(1);
    private ActorSystem<Void> home;
    private ActorSystem<Command> node;
    private String address;

    @BeforeEach
    void begin() throws Exception {
        home = ActorSystems.start(
                Behaviors.setup(context -> {
                    context.spawn(
                            Behaviors.receive(Command.class)
                                    .onMessage(Hello.class, hello -> {
                                        hellos.add(hello);
                                        return Behaviors.same();
                                    })
                                    .build(),
                            Gate.NAME);
                    return Behaviors.empty();
                }),
                ClusterSettings.loopback());
        var self = Cluster.get(home).selfMember().address();
        address = self.host().get() + ":" + self.port().get();
        var parts = new WorkerNode.Parts(
                "n1",
                Seeds.parse(List.of(address)),
                NodeHello.newBuilder().setNode("n1").addRoles("verifier").build(),
                welcome -> {
                    equipping.countDown();
                    equip.await();
                    throw new IllegalStateException("not to be equipped in this test");
                },
                ForkJoinPool.commonPool(),
                Duration.ofSeconds(1),
                new RecordingJournal(),
                System::nanoTime);
        node = ActorSystems.create(
                WorkerNode.create(parts, ending),
                new ClusterSettings("127.0.0.1", 0, "", 0, List.of(ClusterSettings.VERIFIER), Duration.ofSeconds(10)),
                null);
    }

    @AfterEach
    void end() {
        equip.countDown();
        ActorTestKit.shutdown(node, Duration.ofSeconds(10), false);
        ActorTestKit.shutdown(home, Duration.ofSeconds(10), false);
    }

    @Test
    void aNodeThatIsBeingEquippedKeepsItsNameBySayingHelloAgain() throws Exception {
        welcome();

        Hello again = hello();

        assertThat(again.hello().getNode()).isEqualTo("n1");
        assertThat(ending).isNotDone();
    }

    @Test
    void aNodeWhoseNameIsAnothersByNowLooksForTheRunAgain() throws Exception {
        Hello first = welcome();

        first.replyTo()
                .tell(new NodeProtocol.Refused(NodeRefusal.newBuilder()
                        .setFault(AdmissionFault.ADMISSION_FAULT_NAME)
                        .setReason("a node called n1 is here already")
                        .build()));

        assertThat(ending.get(20, TimeUnit.SECONDS))
                .isEqualTo(new WorkerNode.Lost("no longer welcome: a node called n1 is here already"));
    }

    private Hello welcome() throws InterruptedException {
        Hello first = hello();
        first.replyTo()
                .tell(new NodeProtocol.Welcomed(
                        NodeWelcome.newBuilder().setJoin(address).build()));
        assertThat(equipping.await(20, TimeUnit.SECONDS)).isTrue();
        hellos.clear();
        return first;
    }

    private Hello hello() throws InterruptedException {
        Hello hello = hellos.poll(20, TimeUnit.SECONDS);
        assertThat(hello).isNotNull();
        return hello;
    }
}
