package io.troupe.rollout;

import io.troupe.proto.v1.ChatMessage;
import io.troupe.proto.v1.Task;
import io.troupe.verifier.Environment;
import io.troupe.verifier.GroupMember;
import io.troupe.verifier.GroupRubric;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.TaskFamilies;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.wire.VerifierProtos;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Environments that run on the loop's own thread, for those who sample without actors: one who evaluates from the command line, or a test.
 * An exception of an environment is answered as a failure. Not thread-safe.
 */
public final class InlineEnvironments implements Environments {

    private final TaskFamilies families;
    private final Map<SessionId, Environment> sessions = new HashMap<>();
    private @Nullable RolloutLoop loop;

    /** Environments of these families. */
    public InlineEnvironments(TaskFamilies families) {
        this.families = families;
    }

    /** Says whom to answer; before the first request. */
    public void answerTo(RolloutLoop asking) {
        loop = asking;
    }

    @Override
    public void open(SessionId session, Task task, long seed) {
        try {
            TaskFamily family = families.get(task.getFamily());
            Environment environment = family.open();
            sessions.put(session, environment);
            List<ChatMessage> opening = VerifierProtos.toProto(environment.reset(VerifierProtos.fromProto(task), seed));
            asking().opened(
                            session,
                            opening,
                            environment.tools(),
                            family.groupRubric().isPresent());
        } catch (RuntimeException e) {
            asking().failed(session, e.toString());
        }
    }

    @Override
    public void step(SessionId session, String action) {
        answer(session, environment -> environment.step(action));
    }

    @Override
    public void truncate(SessionId session, String reason) {
        answer(session, environment -> new StepResult.Done(environment.truncated(reason)));
    }

    @Override
    public void judgeGroup(SessionId judgement, Task task, List<GroupMember> members) {
        try {
            GroupRubric rubric = families.get(task.getFamily()).groupRubric().orElseThrow();
            asking().groupJudged(judgement, rubric.judge(VerifierProtos.fromProto(task), members));
        } catch (RuntimeException e) {
            asking().failed(judgement, e.toString());
        }
    }

    @Override
    public void close(SessionId session) {
        Environment environment = sessions.remove(session);
        if (environment != null) {
            environment.close();
        }
    }

    private void answer(SessionId session, Function<Environment, StepResult> request) {
        Environment environment = sessions.get(session);
        if (environment == null) {
            asking().failed(session, "there is no such session");
            return;
        }
        try {
            asking().stepped(session, request.apply(environment));
        } catch (RuntimeException e) {
            asking().failed(session, e.toString());
        }
    }

    private RolloutLoop asking() {
        if (loop == null) {
            throw new IllegalStateException("answerTo was not called");
        }
        return loop;
    }
}
