package io.troupe.actors.worker;

import io.troupe.actors.wire.EnvironmentProtocol.Close;
import io.troupe.actors.wire.EnvironmentProtocol.Command;
import io.troupe.actors.wire.EnvironmentProtocol.Judge;
import io.troupe.actors.wire.EnvironmentProtocol.Open;
import io.troupe.actors.wire.EnvironmentProtocol.Step;
import io.troupe.actors.wire.EnvironmentProtocol.Truncate;
import io.troupe.actors.wire.WorkerProtocol;
import io.troupe.proto.v1.GroupJudged;
import io.troupe.proto.v1.Observation;
import io.troupe.proto.v1.SessionFailed;
import io.troupe.proto.v1.SessionKey;
import io.troupe.proto.v1.SessionOpened;
import io.troupe.proto.v1.SessionStepped;
import io.troupe.verifier.Environment;
import io.troupe.verifier.Message;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.TaskFamilies;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.Verdict;
import io.troupe.verifier.wire.VerifierProtos;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * Runs environments, on a thread of its own, since they are other people's code and may block. Whatever an environment throws is
 * a failure of its session and of nothing else, and never a reward. {@link EnvironmentHosts} stops and replaces a host that does
 * not come back from a call.
 */
final class EnvironmentHost extends AbstractBehavior<Command> {

    private final TaskFamilies families;
    private final CallWatch watch;
    private final EnvironmentLatency latency;
    private final Map<SessionKey, Environment> sessions = new HashMap<>();
    private final Map<SessionKey, Integer> turns = new HashMap<>();

    private EnvironmentHost(
            ActorContext<Command> context, TaskFamilies families, EnvironmentLatency latency, CallWatch watch) {
        super(context);
        this.families = families;
        this.latency = latency;
        this.watch = watch;
    }

    static Behavior<Command> create(TaskFamilies families, EnvironmentLatency latency, CallWatch watch) {
        return Behaviors.setup(context -> new EnvironmentHost(context, families, latency, watch));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Open.class, this::onOpen)
                .onMessage(Step.class, this::onStep)
                .onMessage(Truncate.class, this::onTruncate)
                .onMessage(Judge.class, this::onJudge)
                .onMessage(Close.class, this::onClose)
                .onSignal(PostStop.class, this::onPostStop)
                .build();
    }

    private Behavior<Command> onOpen(Open message) {
        SessionKey session = message.open().getSession();
        close(session);
        answer(message.replyTo(), session, () -> {
            var task = VerifierProtos.fromProto(message.open().getTask());
            TaskFamily family = families.get(task.family());
            Environment environment = family.open();
            sessions.put(session, environment);
            List<Message> opening = environment.reset(task, message.open().getSeed());
            return new WorkerProtocol.EnvironmentOpened(SessionOpened.newBuilder()
                    .setSession(session)
                    .addAllConversation(VerifierProtos.toProto(opening))
                    .addAllTools(environment.tools())
                    .setJudgedTogether(family.groupRubric().isPresent())
                    .build());
        });
        return this;
    }

    private Behavior<Command> onStep(Step message) {
        SessionKey session = message.step().getSession();
        WorkerProtocol.Command answer = answerOf(session, () -> {
            StepResult result = environment(session).step(message.step().getAction());
            if (result instanceof StepResult.Done done) {
                return judged(session, done.verdict());
            }
            var observation = ((StepResult.Continue) result).observation();
            return new WorkerProtocol.EnvironmentStepped(SessionStepped.newBuilder()
                    .setSession(session)
                    .setObservation(Observation.newBuilder().addAllMessages(VerifierProtos.toProto(observation)))
                    .build());
        });
        if (latency.isNone()) {
            message.replyTo().tell(answer);
        } else {
            Duration held = latency.of(session, turns.merge(session, 1, Integer::sum));
            getContext().scheduleOnce(held, message.replyTo(), answer);
        }
        return this;
    }

    private Behavior<Command> onTruncate(Truncate message) {
        SessionKey session = message.truncate().getSession();
        answer(
                message.replyTo(),
                session,
                () -> judged(
                        session,
                        environment(session).truncated(message.truncate().getReason())));
        return this;
    }

    private Behavior<Command> onJudge(Judge message) {
        SessionKey session = message.judge().getSession();
        answer(message.replyTo(), session, () -> {
            var task = VerifierProtos.fromProto(message.judge().getTask());
            List<Verdict> verdicts = families.get(task.family())
                    .groupRubric()
                    .orElseThrow(() -> new IllegalStateException(task.family() + " judges no groups"))
                    .judge(
                            task,
                            message.judge().getMembersList().stream()
                                    .map(VerifierProtos::fromProto)
                                    .toList());
            return new WorkerProtocol.WholeGroupJudged(GroupJudged.newBuilder()
                    .setSession(session)
                    .addAllVerdicts(
                            verdicts.stream().map(VerifierProtos::toProto).toList())
                    .build());
        });
        return this;
    }

    private Behavior<Command> onClose(Close message) {
        close(message.close().getSession());
        return this;
    }

    private Behavior<Command> onPostStop(PostStop signal) {
        List.copyOf(sessions.keySet()).forEach(this::close);
        return this;
    }

    private Environment environment(SessionKey session) {
        Environment environment = sessions.get(session);
        if (environment == null) {
            throw new IllegalStateException("the session is not open on this host");
        }
        return environment;
    }

    private static WorkerProtocol.Command judged(SessionKey session, Verdict verdict) {
        return new WorkerProtocol.EnvironmentStepped(SessionStepped.newBuilder()
                .setSession(session)
                .setVerdict(VerifierProtos.toProto(verdict))
                .build());
    }

    private void answer(
            ActorRef<WorkerProtocol.Command> replyTo, SessionKey session, Supplier<WorkerProtocol.Command> call) {
        replyTo.tell(answerOf(session, call));
    }

    /** What a call gives, or that it failed. */
    private WorkerProtocol.Command answerOf(SessionKey session, Supplier<WorkerProtocol.Command> call) {
        try {
            return watched(call);
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
            getContext().getLog().warn("the environment of group {} failed", session.getGroup(), e);
            return new WorkerProtocol.EnvironmentFailed(SessionFailed.newBuilder()
                    .setSession(session)
                    .setReason(e.getClass().getName() + ": " + e.getMessage())
                    .build());
        }
    }

    private void close(SessionKey session) {
        turns.remove(session);
        Environment environment = sessions.remove(session);
        if (environment == null) {
            return;
        }
        try {
            watched(() -> {
                environment.close();
                return session;
            });
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
            getContext().getLog().warn("the environment of group {} could not be closed", session.getGroup(), e);
        }
    }

    private <T> T watched(Supplier<T> call) {
        watch.begin();
        try {
            return call.get();
        } finally {
            watch.end();
        }
    }

    /** Lets the supervisor interrupt the call that a host does not come back from. Thread-safe. */
    static final class CallWatch {
        private @Nullable Thread caller;

        synchronized void begin() {
            caller = Thread.currentThread();
        }

        /** After this the thread is the host's again; an interrupt that came too late is taken off it. */
        synchronized void end() {
            caller = null;
            Thread.interrupted();
        }

        synchronized void interrupt() {
            if (caller != null) {
                caller.interrupt();
            }
        }
    }
}
