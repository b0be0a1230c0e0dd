package io.troupe.actors.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.troupe.actors.config.ClusterSettings;
import io.troupe.actors.coordinator.Coordinator;
import io.troupe.actors.coordinator.Coordinator.HowItStands;
import io.troupe.actors.coordinator.Coordinator.NodeUnreachable;
import io.troupe.actors.journal.RecordingJournal;
import io.troupe.actors.wire.CoordinatorProtocol;
import io.troupe.actors.wire.NodeProtocol;
import io.troupe.actors.wire.NodeProtocol.Command;
import io.troupe.actors.wire.NodeProtocol.Hello;
import io.troupe.actors.wire.NodeProtocol.Refused;
import io.troupe.actors.wire.NodeProtocol.RunOver;
import io.troupe.actors.wire.NodeProtocol.Status;
import io.troupe.actors.wire.NodeProtocol.StatusWanted;
import io.troupe.actors.wire.NodeProtocol.Welcomed;
import io.troupe.actors.wire.Undecodable;
import io.troupe.actors.wire.WireProtocol;
import io.troupe.proto.v1.AdmissionFault;
import io.troupe.proto.v1.ClusterStatus;
import io.troupe.proto.v1.NodeHello;
import io.troupe.proto.v1.NodeRefusal;
import io.troupe.proto.v1.NodeStatus;
import io.troupe.proto.v1.NodeWelcome;
import io.troupe.proto.v1.RunEnded;
import io.troupe.proto.v1.RunStamp;
import io.troupe.proto.v1.StatusRequest;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A gate in a real cluster of one, with the nodes' own configuration; other nodes are actor systems of their own. */
class GateTest {

    private static final RunStamp STAMP =
            RunStamp.newBuilder().setRunId("run-a").setEpoch(3).build();
    private static final ClusterStatus STANDING = ClusterStatus.newBuilder()
            .setStamp(STAMP)
            .setVersion(7)
            .addWaiting("a batch")
            .build();
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final AtomicInteger GATES = new AtomicInteger();
    private static ActorSystem<Void> home;

    private final RecordingJournal journal = new RecordingJournal();
    private final AtomicLong clock = new AtomicLong();
    private final AtomicInteger served = new AtomicInteger();
    private final List<ActorSystem<Void>> others = new ArrayList<>();
    private CompletableFuture<List<String>> sources = new CompletableFuture<>();
    private TestProbe<NodeUnreachable> unreachable;
    private ActorRef<Command> gate;

    @BeforeAll
    static void begin() throws RunFailedException {
        home = ActorSystems.start(Behaviors.empty(), ClusterSettings.loopback());
    }

    @AfterAll
    static void end() {
        shutDown(home);
    }

    @BeforeEach
    void open() {
        unreachable = TestProbe.create(home);
        gate = gate(Optional.empty());
    }

    @AfterEach
    void close() {
        others.forEach(GateTest::shutDown);
    }

    /** Now and then a system that has left does not come to its end; its threads are daemons, as a node's are. */
    private static void shutDown(ActorSystem<Void> system) {
        ActorTestKit.shutdown(system, Duration.ofSeconds(10), false);
    }

    @Test
    void aNodeThatSamplesIsToldTheConfigurationTheRunAndWhereThePolicyIs() {
        TestProbe<Command> node = node();
        hello(node, hello("n1", "rollout", "verifier"));
        assertThat(served).as("served when the first asks").hasValue(1);
        node.expectNoMessage(Duration.ofMillis(50)); // as long as the files are being measured

        sources.complete(List.of("10.0.0.5:7356"));

        NodeWelcome welcome = welcomed(node);
        assertThat(welcome.getStamp()).isEqualTo(STAMP);
        assertThat(welcome.getConfiguration()).isEqualTo("troupe.train.steps = 7");
        assertThat(welcome.getPolicyFolder()).isEqualTo("policy");
        assertThat(welcome.getPolicySourcesList()).containsExactly("10.0.0.5:7356");
        Address self = Cluster.get(home).selfMember().address();
        assertThat(welcome.getJoin())
                .isEqualTo(self.host().get() + ":" + self.port().get());
        assertThat(journal.messages("node")).anyMatch(said -> said.startsWith("node n1 at "));
    }

    @Test
    void aNodeThatOnlyVerifiesNeedsNoPolicy() {
        TestProbe<Command> node = node();
        hello(node, hello("n1", "verifier"));

        assertThat(welcomed(node).getPolicySourcesList()).isEmpty();
        assertThat(served).hasValue(0);
    }

    @Test
    void aPolicyThatCannotBeServedIsTriedAgainWithTheNextHello() {
        TestProbe<Command> node = node();
        sources.completeExceptionally(new UncheckedIOException(new NoSuchFileException("tokenizer.json")));
        hello(node, hello("n1", "rollout"));
        await().untilAsserted(() -> assertThat(journal.messages("warning"))
                .singleElement()
                .asString()
                .contains("the policy's files cannot be served", "tokenizer.json"));
        node.expectNoMessage(Duration.ofMillis(50));

        sources = CompletableFuture.completedFuture(List.of("10.0.0.5:7356"));
        hello(node, hello("n1", "rollout"));

        welcomed(node);
    }

    @Test
    void whoMayNotComeInIsToldWhyAndSoAreWe() {
        assertThat(refused(hello("n1", "rollout").setProtocol(WireProtocol.VERSION + 1))
                        .getFault())
                .isEqualTo(AdmissionFault.ADMISSION_FAULT_PROTOCOL);
        NodeRefusal learner = refused(hello("n2", "learner", "rollout"));
        assertThat(learner.getFault()).isEqualTo(AdmissionFault.ADMISSION_FAULT_ROLE);
        assertThat(learner.getReason()).contains("one learner at a time", "troupe node --roles learner --run DIR");
        assertThat(learner.getStamp()).isEqualTo(STAMP);
        assertThat(journal.messages("refused")).hasSize(2).first().asString().contains("node n1 at ", "the protocol");
        assertThat(served).hasValue(0);
    }

    @Test
    void aRunThatLeavesNoOrderToChanceTakesVerifiersOnly() {
        gate = gate(Optional.of("run.deterministic = true"));
        NodeRefusal refusal = refused(hello("n1", "rollout", "verifier"));
        assertThat(refusal.getFault()).isEqualTo(AdmissionFault.ADMISSION_FAULT_ROLE);
        assertThat(refusal.getReason()).isEqualTo("run.deterministic = true");

        TestProbe<Command> node = node();
        hello(node, hello("n2", "verifier"));
        welcomed(node);
    }

    @Test
    void aNameIsTakenAsLongAsItsNodeIsThere() throws Exception {
        ActorSystem<Void> first = other();
        ActorSystem<Void> second = other();
        TestProbe<Command> one = TestProbe.create(first);
        TestProbe<Command> two = TestProbe.create(second);
        helloFrom(first, one, hello("n1", "verifier"));
        welcomed(one);
        Cluster.get(first)
                .manager()
                .tell(new Join(Cluster.get(home).selfMember().address()));
        await().atMost(PATIENCE).until(() -> node("n1").getState().equals("up"));
        assertThat(node("n1").getRolesList()).containsExactly("verifier");
        String where = Cluster.get(first).selfMember().address().hostPort();
        assertThat("troupe@" + node("n1").getAddress()).isEqualTo(where);

        helloFrom(second, two, hello("n1", "verifier"));
        NodeRefusal refusal = two.expectMessageClass(Refused.class, PATIENCE).refusal();
        assertThat(refusal.getFault()).isEqualTo(AdmissionFault.ADMISSION_FAULT_NAME);
        assertThat(refusal.getReason())
                .isEqualTo("a node called n1 is here already, at " + where + "; give this one another --name");
        helloFrom(first, one, hello("n1", "verifier"));
        welcomed(one); // it asks again itself
        helloFrom(second, two, hello("n2", "verifier"));
        welcomed(two);

        first.terminate();

        assertThat(unreachable.receiveMessage(PATIENCE).address().hostPort()).isEqualTo(where);
        assertThat(journal.messages("node")).contains("node n1 is in the cluster", "node n1 is gone");
        helloFrom(second, two, hello("n1", "verifier"));
        welcomed(two);
    }

    @Test
    void ofTwoNodesOfOneNameThatSayHelloAtOnceTheFirstComesInAndTheOtherIsToldWhy() throws Exception {
        ActorSystem<Void> first = other();
        ActorSystem<Void> second = other();
        TestProbe<Command> one = TestProbe.create(first);
        TestProbe<Command> two = TestProbe.create(second);
        helloFrom(first, one, hello("n1", "rollout"));
        await().atMost(PATIENCE).until(() -> served.get() == 1);

        helloFrom(second, two, hello("n1", "rollout")); // while the policy's files are being measured

        NodeRefusal refusal = two.expectMessageClass(Refused.class, PATIENCE).refusal();
        assertThat(refusal.getFault()).isEqualTo(AdmissionFault.ADMISSION_FAULT_NAME);
        assertThat(refusal.getReason())
                .isEqualTo("a node called n1 is coming in already, at "
                        + Cluster.get(first).selfMember().address().hostPort() + "; give this one another --name");
        sources.complete(List.of("10.0.0.5:7356"));
        welcomed(one);
        two.expectNoMessage(Duration.ofMillis(50));
        helloFrom(second, two, hello("n1", "rollout"));
        two.expectMessageClass(Refused.class, PATIENCE); // nor after it
    }

    @Test
    void aNameIsKeptForANodeThatIsComingAsLongAsItSaysSo() throws Exception {
        ActorSystem<Void> first = other();
        ActorSystem<Void> second = other();
        TestProbe<Command> one = TestProbe.create(first);
        TestProbe<Command> two = TestProbe.create(second);
        for (int i = 0; i < 3; i++) {
            helloFrom(first, one, hello("n1", "verifier"));
            welcomed(one);
            clock.addAndGet(Gate.KEPT.toNanos() - 1);
            helloFrom(second, two, hello("n1", "verifier"));
            two.expectMessageClass(Refused.class, PATIENCE);
        }
        assertThat(journal.messages("node").stream().filter(said -> said.endsWith(" may come in")))
                .hasSize(1);

        clock.addAndGet(1); // so long it was not heard: it was killed, and started anew

        helloFrom(second, two, hello("n1", "verifier"));
        welcomed(two);
        helloFrom(first, one, hello("n1", "verifier")); // or it was only stopped
        assertThat(one.expectMessageClass(Refused.class, PATIENCE).refusal().getReason())
                .contains("coming in already, at "
                        + Cluster.get(second).selfMember().address().hostPort());
    }

    @Test
    void saysHowTheRunStandsAndWhoIsThereForHowLong() {
        await().atMost(PATIENCE).until(() -> status().getNodesCount() == 1);
        clock.addAndGet(3_000_000_000L);

        ClusterStatus status = status();

        assertThat(status.getStamp()).isEqualTo(STAMP);
        assertThat(status.getVersion()).isEqualTo(7);
        assertThat(status.getWaitingList()).containsExactly("a batch");
        assertThat(status.getTroupeVersion()).isEqualTo("0.1.0 (abc)");
        assertThat(status.getNodes(0).getState()).isEqualTo("up");
        assertThat(status.getNodes(0).getSeconds()).isEqualTo(3);
        assertThat(status.getNodes(0).getRolesList()).containsExactlyInAnyOrder("learner", "rollout", "verifier");
    }

    @Test
    void whenTheRunIsOverEverybodyIsToldAlsoThoseThatComeLater() {
        TestProbe<Command> guest = node();
        hello(guest, hello("n1", "verifier"));
        welcomed(guest);
        RunEnded ended = RunEnded.newBuilder()
                .setStamp(STAMP)
                .setHow("version 4 is the last")
                .build();
        TestProbe<Gate.Closed> closed = TestProbe.create(home);

        gate.tell(new Gate.Close(ended, closed.getRef()));

        closed.receiveMessage();
        assertThat(guest.expectMessageClass(RunOver.class).ended()).isEqualTo(ended);
        TestProbe<Command> late = node();
        hello(late, hello("n2", "verifier"));
        assertThat(late.expectMessageClass(RunOver.class).ended()).isEqualTo(ended);
    }

    @Test
    void aMessageThatCannotBeReadIsReported() {
        gate.tell(new Undecodable("Z9", "from the future"));

        status();
        assertThat(journal.messages("undecodable"))
                .containsExactly("a message of type Z9 was refused: from the future");
    }

    private ActorRef<Command> gate(Optional<String> refusesRollout) {
        ActorRef<NodeUnreachable> told = unreachable.getRef();
        Behavior<CoordinatorProtocol.Command> coordinator = Behaviors.receive(CoordinatorProtocol.Command.class)
                .onMessage(HowItStands.class, message -> {
                    message.replyTo().tell(new Coordinator.Standing(STANDING));
                    return Behaviors.same();
                })
                .onMessage(NodeUnreachable.class, message -> {
                    told.tell(message);
                    return Behaviors.same();
                })
                .build();
        int number = GATES.incrementAndGet();
        return home.systemActorOf(
                Gate.create(new Gate.Parts(
                        new Admission(ActorSystems.NAME, STAMP, "0.1.0 (abc)", Map.of()),
                        "troupe.train.steps = 7",
                        "policy",
                        () -> {
                            served.incrementAndGet();
                            return sources;
                        },
                        refusesRollout,
                        home.systemActorOf(coordinator, "coordinator-" + number, Props.empty()),
                        journal,
                        clock::get)),
                "gate-" + number,
                Props.empty());
    }

    /** Another node's actor system, which has not joined. */
    private ActorSystem<Void> other() throws RunFailedException {
        ActorSystem<Void> system = ActorSystems.create(
                Behaviors.empty(),
                new ClusterSettings("127.0.0.1", 0, "", 0, List.of(ClusterSettings.VERIFIER), Duration.ofSeconds(10)),
                null);
        others.add(system);
        return system;
    }

    private TestProbe<Command> node() {
        return TestProbe.create(home);
    }

    private void hello(TestProbe<Command> from, NodeHello.Builder hello) {
        gate.tell(new Hello(hello.build(), from.getRef()));
        status(); // it has been read
    }

    private void helloFrom(ActorSystem<Void> system, TestProbe<Command> from, NodeHello.Builder hello) {
        String address = ActorRefResolver.get(home).toSerializationFormat(gate);
        ActorRef<Command> there = ActorRefResolver.get(system).resolveActorRef(address);
        there.tell(new Hello(hello.build(), from.getRef()));
    }

    private static NodeHello.Builder hello(String name, String... roles) {
        return NodeHello.newBuilder()
                .setProtocol(WireProtocol.VERSION)
                .setTroupeVersion("0.1.0 (abc)")
                .setCluster(ActorSystems.NAME)
                .setNode(name)
                .addAllRoles(List.of(roles));
    }

    private static NodeWelcome welcomed(TestProbe<Command> node) {
        return node.expectMessageClass(Welcomed.class, PATIENCE).welcome();
    }

    private NodeRefusal refused(NodeHello.Builder hello) {
        TestProbe<Command> node = node();
        hello(node, hello);
        return node.expectMessageClass(Refused.class).refusal();
    }

    private NodeStatus node(String name) {
        return status().getNodesList().stream()
                .filter(node -> node.getName().equals(name))
                .findFirst()
                .orElse(NodeStatus.getDefaultInstance());
    }

    private ClusterStatus status() {
        TestProbe<NodeProtocol.Command> asking = TestProbe.create(home);
        gate.tell(new StatusWanted(StatusRequest.getDefaultInstance(), asking.getRef()));
        return asking.expectMessageClass(Status.class, PATIENCE).status();
    }
}
