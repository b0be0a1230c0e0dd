package io.troupe.verifier.isolation;

import io.troupe.proto.v1.CloseEnvironment;
import io.troupe.proto.v1.EnvironmentReply;
import io.troupe.proto.v1.EnvironmentRequest;
import io.troupe.proto.v1.ResetEnvironment;
import io.troupe.proto.v1.StepEnvironment;
import io.troupe.proto.v1.TruncateEnvironment;
import io.troupe.verifier.Environment;
import io.troupe.verifier.Message;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.Task;
import io.troupe.verifier.Verdict;
import io.troupe.verifier.isolation.EnvironmentFailure.Kind;
import io.troupe.verifier.wire.VerifierProtos;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An environment that lives in another process. It takes its place there with its first episode, and another place if that process was stopped between
 * two episodes. Used by one thread at a time.
 */
final class IsolatedEnvironment implements Environment {

    private final EnvironmentProcesses processes;
    private final IsolatedFamily family;
    private EnvironmentProcesses.@Nullable Seat seat;
    private List<String> tools = List.of();

    IsolatedEnvironment(EnvironmentProcesses processes, IsolatedFamily family) {
        this.processes = processes;
        this.family = family;
    }

    @Override
    public List<Message> reset(Task task, long seed) {
        if (seat != null && seat.isLost()) {
            seat.release();
            seat = null;
        }
        if (seat == null) {
            seat = processes.seat(family.id());
        }
        seat.beginEpisode();
        var reset = ResetEnvironment.newBuilder()
                .setSession(seat.session())
                .setFamily(family.reference())
                .setTask(VerifierProtos.toProto(task))
                .setSeed(seed);
        EnvironmentReply reply = seat.call(EnvironmentRequest.newBuilder().setReset(reset));
        tools = List.copyOf(reply.getConversation().getToolsList());
        return read(() -> VerifierProtos.fromProto(reply.getConversation().getMessagesList()));
    }

    @Override
    public List<String> tools() {
        return tools;
    }

    @Override
    public StepResult step(String action) {
        EnvironmentProcesses.Seat taken = requireOpen();
        var step = StepEnvironment.newBuilder().setSession(taken.session()).setAction(action);
        EnvironmentReply reply = taken.call(EnvironmentRequest.newBuilder().setStep(step));
        return read(() -> reply.hasVerdict()
                ? new StepResult.Done(VerifierProtos.fromProto(reply.getVerdict()))
                : new StepResult.Continue(
                        VerifierProtos.fromProto(reply.getConversation().getMessagesList())));
    }

    @Override
    public Verdict truncated(String reason) {
        EnvironmentProcesses.Seat taken = requireOpen();
        var truncate =
                TruncateEnvironment.newBuilder().setSession(taken.session()).setReason(reason);
        EnvironmentReply reply = taken.call(EnvironmentRequest.newBuilder().setTruncate(truncate));
        return read(() -> VerifierProtos.fromProto(reply.getVerdict()));
    }

    @Override
    public void close() {
        EnvironmentProcesses.Seat left = seat;
        seat = null;
        if (left == null) {
            return;
        }
        try {
            if (!left.isLost()) {
                left.call(EnvironmentRequest.newBuilder()
                        .setClose(CloseEnvironment.newBuilder().setSession(left.session())));
            }
        } finally {
            left.release();
        }
    }

    private EnvironmentProcesses.Seat requireOpen() {
        if (seat == null) {
            throw new IllegalStateException("no episode of " + family.id() + " is open: reset first");
        }
        if (seat.isLost()) {
            throw seat.lost();
        }
        return seat;
    }

    /** An answer of the wrong kind, or one that no verdict or message may be, is the process's fault and not the caller's. */
    private <T> T read(java.util.function.Supplier<T> answer) {
        try {
            return answer.get();
        } catch (IllegalArgumentException e) {
            throw new EnvironmentFailure(Kind.PROTOCOL, family.id(), "its answer is none: " + e.getMessage());
        }
    }
}
