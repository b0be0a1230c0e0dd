package io.troupe.actors.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.troupe.actors.config.ClusterSettings;
import io.troupe.actors.transport.NodeTls;
import io.troupe.actors.transport.TlsFolder;
import io.troupe.actors.transport.TrialAuthority;
import io.troupe.actors.wire.NodeProtocol;
import io.troupe.proto.v1.NodeHello;
import io.troupe.proto.v1.NodeWelcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Real actor systems with the node's own configuration, over real sockets. */
class SecuredNodesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration RELOAD_AFTER = Duration.ofMillis(1);

    @TempDir
    Path folder;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.troupe.actors.transport.Refusals");
    private final List<Node> nodes = new ArrayList<>();
    private final Instant now = Instant.now();

    /** A node that answers hellos, and what it was answered itself. */
    private record Node(ActorSystem<NodeProtocol.Command> system, Queue<NodeProtocol.Command> heard) {

        void greet(Node other) {
            String address = Cluster.get(other.system).selfMember().address() + "/user";
            ActorRef<NodeProtocol.Command> there = ActorRefResolver.get(system).resolveActorRef(address);
            there.tell(
                    new NodeProtocol.Hello(NodeHello.newBuilder().setNode("x").build(), system));
        }
    }

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stop() throws InterruptedException {
        logger.detachAppender(log);
        nodes.forEach(node -> node.system().terminate()); // all at once
        for (Node node : nodes) {
            ActorSystems.end(node.system()); // waits no longer than a run would
        }
    }

    @Test
    void nodesOfOneAuthorityTalk() throws Exception {
        TrialAuthority authority = authority("ca");
        Node one = secured(issue(authority, "one"));
        Node other = secured(issue(authority, "other"));

        talk(one, other);

        assertThat(reasons()).isEmpty();
    }

    @Test
    void nodesWithoutTlsTalk() throws Exception {
        talk(plain(), plain());

        assertThat(reasons()).isEmpty();
    }

    @Test
    void aNodeOfAnotherAuthorityIsRefusedAndBothSay() throws Exception {
        Node ours = secured(issue(authority("ca"), "ours"));
        Node stranger = secured(issue(authority("elsewhere"), "stranger"));

        stranger.greet(ours);

        awaitReason("not signed by an authority that is trusted here (\"elsewhere\")");
        awaitReason("no connection to 127.0.0.1:");
        ours.greet(stranger);
        awaitReason("not signed by an authority that is trusted here (\"ca\")");
        assertThat(ours.heard()).isEmpty();
        assertThat(stranger.heard()).isEmpty();
    }

    @Test
    void aCertificateThatExpiredMeanwhileIsRefusedAndBothSay() throws Exception {
        TrialAuthority authority = authority("ca");
        Path expired = folder.resolve("expired");
        authority.issue(expired, List.of("127.0.0.1"), now.minusSeconds(3600), now.minusSeconds(60), false);
        Node ours = secured(issue(authority, "ours"));
        Node late = node(NodeTls.open(
                new TlsFolder(expired),
                Duration.ofDays(1),
                Clock.fixed(now.minusSeconds(600), ZoneOffset.UTC),
                System::nanoTime));

        late.greet(ours);

        awaitReason("the other end refuses this node's certificate");
        awaitReason("expired on " + now.minusSeconds(60).truncatedTo(java.time.temporal.ChronoUnit.SECONDS));
        assertThat(ours.heard()).isEmpty();
    }

    @Test
    void aNodeWithoutTlsAndOneWithItAreRefusedByEachOther() throws Exception {
        Node secured = secured(issue(authority("ca"), "secured"));
        Node plain = plain();

        plain.greet(secured);
        awaitReason("refused an incoming connection: the other end does not speak TLS and this node does");
        awaitReason("the other end closed the connection at once; if it has TLS");
        log.list.clear();
        secured.greet(plain);
        awaitReason("refused an incoming connection: the other end speaks TLS and this node does not");

        assertThat(secured.heard()).isEmpty();
        assertThat(plain.heard()).isEmpty();
    }

    @Test
    void aCertificateForAnotherHostIsRefused() throws Exception {
        TrialAuthority authority = authority("ca");
        Path elsewhere = folder.resolve("elsewhere");
        authority.issue(elsewhere, List.of("gpu7"), now.minusSeconds(60), now.plusSeconds(3600), false);
        Node ours = secured(issue(authority, "ours"));
        Node impostor = secured(elsewhere);

        ours.greet(impostor);

        awaitReason("it is for gpu7");
        assertThat(impostor.heard()).isEmpty();
    }

    @Test
    void newFilesAreUsedByNewConnectionsWithoutARestart() throws Exception {
        TrialAuthority authority = authority("ca");
        Path oneFolder = issue(authority, "one");
        Node one = secured(oneFolder);
        Node other = secured(issue(authority, "other"));
        talk(one, other);

        TrialAuthority next = authority("next");
        next.issue(oneFolder, List.of("127.0.0.1"), now.minusSeconds(60), now.plusSeconds(3600), true);
        talk(one, other); // the connections that are open go on

        Node third = secured(issue(next, "third"));
        talk(one, third); // the new certificate is shown and its authority trusted
        Node fourth = secured(issue(authority, "fourth"));
        fourth.greet(one);
        awaitReason("not signed by an authority that is trusted here");
        assertThat(fourth.heard()).isEmpty();
    }

    @Test
    void filesThatCannotBeUsedChangeNothing() throws Exception {
        TrialAuthority authority = authority("ca");
        Path oneFolder = issue(authority, "one");
        Node one = secured(oneFolder);
        Files.writeString(oneFolder.resolve("tls.crt"), "half a cert");

        Node other = secured(issue(authority, "other"));
        talk(one, other);
        talk(other, one);
    }

    @Test
    void aNodeThatOthersReachUnderAnotherNameThanItsCertificatesDoesNotStart() throws Exception {
        TrialAuthority authority = authority("ca");
        authority.issue(folder.resolve("gpu7"), List.of("gpu7"), now.minusSeconds(60), now.plusSeconds(3600), false);
        var settings = ClusterSettings.at("127.0.0.1", 0, folder.resolve("gpu7").toString());

        assertThatThrownBy(() -> ActorSystems.start(Behaviors.empty(), settings))
                .isInstanceOf(RunFailedException.class)
                .hasMessageContaining("is for gpu7 and not for cluster.host = 127.0.0.1");
        assertThatThrownBy(() -> ActorSystems.start(Behaviors.empty(), ClusterSettings.at("127.0.0.1", 0, "nowhere")))
                .isInstanceOf(RunFailedException.class)
                .hasMessageContaining("cluster.tls = nowhere")
                .hasMessageContaining("tls.key is missing");
    }

    private static void talk(Node one, Node other) {
        one.heard().clear();
        one.greet(other);
        await().atMost(PATIENCE).until(() -> !one.heard().isEmpty());
    }

    private void awaitReason(String part) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(reasons()).anyMatch(reason -> reason.contains(part)));
    }

    private List<String> reasons() {
        return new ArrayList<>(log.list)
                .stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private TrialAuthority authority(String name) throws IOException {
        return TrialAuthority.create(
                folder.resolve(name), name, now.minusSeconds(7200), now.plusSeconds(7200), new SecureRandom());
    }

    private Path issue(TrialAuthority authority, String name) throws IOException {
        Path place = folder.resolve("node-" + name);
        authority.issue(place, List.of("127.0.0.1"), now.minusSeconds(60), now.plusSeconds(3600), false);
        return place;
    }

    private Node secured(Path tls) throws Exception {
        return node(NodeTls.open(new TlsFolder(tls), RELOAD_AFTER, Clock.systemUTC(), System::nanoTime));
    }

    private Node plain() throws Exception {
        return node(null);
    }

    private Node node(@Nullable NodeTls tls) throws Exception {
        Queue<NodeProtocol.Command> heard = new ConcurrentLinkedQueue<>();
        Node node = new Node(ActorSystems.start(greeter(heard), ClusterSettings.at("127.0.0.1", 0, ""), tls), heard);
        nodes.add(node);
        return node;
    }

    private static Behavior<NodeProtocol.Command> greeter(Queue<NodeProtocol.Command> heard) {
        return Behaviors.receive(NodeProtocol.Command.class)
                .onMessage(NodeProtocol.Hello.class, hello -> {
                    hello.replyTo().tell(new NodeProtocol.Welcomed(NodeWelcome.getDefaultInstance()));
                    return Behaviors.same();
                })
                .onAnyMessage(message -> {
                    heard.add(message);
                    return Behaviors.same();
                })
                .build();
    }
}
