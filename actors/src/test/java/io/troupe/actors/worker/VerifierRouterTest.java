package io.troupe.actors.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import io.troupe.actors.journal.RecordingJournal;
import io.troupe.actors.wire.EnvironmentProtocol.Close;
import io.troupe.actors.wire.EnvironmentProtocol.Command;
import io.troupe.actors.wire.EnvironmentProtocol.Judge;
import io.troupe.actors.wire.EnvironmentProtocol.Open;
import io.troupe.actors.wire.EnvironmentProtocol.Overdue;
import io.troupe.actors.wire.EnvironmentProtocol.Step;
import io.troupe.actors.wire.EnvironmentProtocol.Truncate;
import io.troupe.actors.wire.Undecodable;
import io.troupe.actors.wire.WorkerProtocol;
import io.troupe.actors.wire.WorkerProtocol.EnvironmentFailed;
import io.troupe.proto.v1.CloseSession;
import io.troupe.proto.v1.JudgeGroup;
import io.troupe.proto.v1.OpenSession;
import io.troupe.proto.v1.OverdueSession;
import io.troupe.proto.v1.SessionKey;
import io.troupe.proto.v1.StepSession;
import io.troupe.proto.v1.TruncateSession;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The receptionist is the real one; a verifier is played by an actor that says what it got. */
class VerifierRouterTest {

    private record Got(String verifier, Command message) implements NoSerializationVerificationNeeded {}

    private final RecordingJournal journal = new RecordingJournal();
    private ActorTestKit testKit;
    private TestProbe<Got> verifiers;
    private TestProbe<WorkerProtocol.Command> worker;
    private TestProbe<Receptionist.Listing> listings;
    private ActorRef<Command> router;

    @BeforeEach
    void start() {
        testKit = ActorTestKit.create(ConfigFactory.load("wire-test.conf")); // a receptionist of its own
        verifiers = testKit.createTestProbe();
        worker = testKit.createTestProbe();
        listings = testKit.createTestProbe();
    }

    @AfterEach
    void stop() {
        testKit.shutdownTestKit();
    }

    @Test
    void sessionsGoToTheVerifierWithTheFewestThisNodesOwnBeforeOthers() {
        route(verifier("own"));
        come("other");

        assertThat(List.of(open(1), open(2), open(3), open(4))).containsExactly("own", "other", "own", "other");
        close(2);
        assertThat(got("other", Close.class).close().getSession()).isEqualTo(key(2));
        assertThat(List.of(open(5), open(6))).containsExactly("other", "own");
    }

    @Test
    void aSessionStaysWhereItIs() {
        route(null);
        come("a");
        come("b");
        assertThat(List.of(open(1), open(2))).containsExactly("a", "b");

        for (int turn = 0; turn < 3; turn++) {
            step(2);
            assertThat(got("b", Step.class).step().getSession()).isEqualTo(key(2));
            step(1);
            assertThat(got("a", Step.class).replyTo()).isEqualTo(worker.getRef()); // who answers it itself
        }
        router.tell(new Truncate(TruncateSession.newBuilder().setSession(key(1)).build(), worker.getRef()));
        got("a", Truncate.class);
        router.tell(new Overdue(OverdueSession.newBuilder().setSession(key(1)).build()));
        got("a", Overdue.class);
        step(1);
        assertThat(lost().failed().getReason()).isEqualTo("the session is not open");
    }

    @Test
    void whatIsJudgedTogetherIsPlacedLikeASession() {
        route(null);
        come("a");
        come("b");
        assertThat(open(1)).isEqualTo("a");

        router.tell(new Judge(JudgeGroup.newBuilder().setSession(key(2)).build(), worker.getRef()));

        got("b", Judge.class);
        assertThat(open(3)).isEqualTo("a");
        assertThat(open(4)).isEqualTo("b");
    }

    @Test
    void theSessionsOfAVerifierThatVanishesAreLostAndOpenedWithOthers() {
        route(null);
        ActorRef<Command> a = come("a");
        come("b");
        assertThat(List.of(open(1), open(2), open(3), open(4))).containsExactly("a", "b", "a", "b");

        testKit.stop(a);

        Set<Long> lost = new TreeSet<>();
        for (int i = 0; i < 2; i++) {
            EnvironmentFailed failed = lost();
            assertThat(failed.failed().getReason())
                    .startsWith("the verifier at ")
                    .endsWith(" is gone");
            lost.add(failed.failed().getSession().getGroup());
        }
        assertThat(lost).containsExactly(1L, 3L);
        assertThat(journal.messages("verifier")).singleElement().asString().contains("; 2 sessions are played again");
        assertThat(List.of(open(1), open(3))).containsExactly("b", "b");
        step(2);
        got("b", Step.class);
        worker.expectNoMessage();
    }

    @Test
    void withoutAVerifierSessionsWaitToBeOpenedUntilOneComes() {
        route(null);
        tellOpen(1, worker);
        tellOpen(2, worker);
        tellOpen(3, worker);
        close(2);
        await().until(() -> !journal.messages("waiting").isEmpty());

        come("late");

        assertThat(got("late", Open.class).open().getSession()).isEqualTo(key(1));
        assertThat(got("late", Open.class).open().getSession()).isEqualTo(key(3));
        assertThat(open(4)).isEqualTo("late");
        assertThat(journal.messages("waiting")).as("said once").hasSize(1);
        worker.expectNoMessage();
    }

    @Test
    void whenTheLastVerifierVanishesItsSessionsWaitForTheNext() {
        route(null);
        ActorRef<Command> only = come("only");
        assertThat(open(1)).isEqualTo("only");
        testKit.stop(only);
        lost();

        tellOpen(1, worker); // played again
        come("next");

        assertThat(got("next", Open.class).open().getSession()).isEqualTo(key(1));
    }

    @Test
    void thisNodesOwnVerifierNeedsNobodyToFindIt() {
        route(verifier("own"));
        ActorRef<Command> other = come("other"); // the list of those known has only this one
        assertThat(open(1)).isEqualTo("own");
        assertThat(open(2)).isEqualTo("other");
        testKit.stop(other);
        lost();

        assertThat(open(2)).isEqualTo("own");
        step(1);
        got("own", Step.class);
        assertThat(journal.messages("verifier")).hasSize(1);
    }

    @Test
    void theSessionsOfAWorkerThatIsGoneCountNoMore() {
        route(null);
        come("a");
        come("b");
        TestProbe<WorkerProtocol.Command> gone = testKit.createTestProbe();
        tellOpen(1, gone);
        got("a", Open.class);
        assertThat(open(2)).isEqualTo("b");
        tellOpen(3, gone);
        got("a", Open.class);
        assertThat(open(4)).isEqualTo("b");
        assertThat(open(5)).isEqualTo("a"); // three at a, two at b

        gone.stop();

        await().until(
                        () -> { // one at a
                            String where = open(6);
                            close(6);
                            got(where, Close.class);
                            return where.equals("a");
                        });
    }

    @Test
    void aMessageThatCannotBeReadIsReported() {
        route(verifier("own"));
        router.tell(new Undecodable("Z9", "from the future"));

        await().untilAsserted(() -> assertThat(journal.messages("undecodable"))
                .containsExactly("a message of type Z9 was refused: from the future"));
        assertThat(open(1)).isEqualTo("own");
    }

    private void route(@Nullable ActorRef<Command> own) {
        router = testKit.spawn(VerifierRouter.create(own, journal));
    }

    private ActorRef<Command> verifier(String name) {
        ActorRef<Got> said = verifiers.getRef();
        return testKit.spawn(Behaviors.receiveMessage(message -> {
            said.tell(new Got(name, message));
            return Behaviors.same();
        }));
    }

    /** When this returns, the router has been told: the receptionist tells its subscribers before it answers. */
    private ActorRef<Command> come(String name) {
        ActorRef<Command> verifier = verifier(name);
        ActorRef<Receptionist.Command> receptionist = testKit.system().receptionist();
        receptionist.tell(Receptionist.register(VerifierRouter.VERIFIERS, verifier));
        await().until(() -> {
            receptionist.tell(Receptionist.find(VerifierRouter.VERIFIERS, listings.getRef()));
            return listings.receiveMessage()
                    .getServiceInstances(VerifierRouter.VERIFIERS)
                    .contains(verifier);
        });
        return verifier;
    }

    /** Where a session is opened. */
    private String open(long group) {
        tellOpen(group, worker);
        Got got = verifiers.receiveMessage();
        assertThat(((Open) got.message()).open().getSession()).isEqualTo(key(group));
        return got.verifier();
    }

    private void tellOpen(long group, TestProbe<WorkerProtocol.Command> owner) {
        router.tell(new Open(OpenSession.newBuilder().setSession(key(group)).build(), owner.getRef()));
    }

    private void step(long group) {
        router.tell(new Step(StepSession.newBuilder().setSession(key(group)).build(), worker.getRef()));
    }

    private void close(long group) {
        router.tell(new Close(CloseSession.newBuilder().setSession(key(group)).build()));
    }

    private <T extends Command> T got(String verifier, Class<T> type) {
        Got got = verifiers.receiveMessage();
        assertThat(got.verifier()).isEqualTo(verifier);
        return type.cast(got.message());
    }

    private EnvironmentFailed lost() {
        EnvironmentFailed failed = worker.expectMessageClass(EnvironmentFailed.class);
        assertThat(failed.failed().getHostLost()).isTrue();
        return failed;
    }

    private static SessionKey key(long group) {
        return SessionKey.newBuilder().setGroup(group).setAttempt(1).build();
    }
}
