package io.troupe.rollout;

import io.troupe.proto.v1.Task;
import io.troupe.verifier.GroupMember;
import java.util.List;

/**
 * How episodes reach their environments. Requests return at once; the answers come back to the {@link RolloutLoop} later, on its own
 * thread: {@code opened}, {@code stepped}, {@code groupJudged} or {@code failed}, one for each request but {@link #close}.
 */
public interface Environments {

    /** Opens a session and resets it to the task. Answered by {@code opened}. */
    void open(SessionId session, Task task, long seed);

    /** Gives the environment what the policy did in its turn. Answered by {@code stepped}. */
    void step(SessionId session, String action);

    /** Ends the episode from outside and asks for a verdict on what there is. Answered by {@code stepped} with a verdict. */
    void truncate(SessionId session, String reason);

    /**
     * Asks the task's family for its judgement of a whole group. Answered by {@code groupJudged}.
     *
     * @param judgement names the request
     * @param members the group's trajectories, in order
     */
    void judgeGroup(SessionId judgement, Task task, List<GroupMember> members);

    /** Ends the session. Not answered; closing an unknown session does nothing. */
    void close(SessionId session);
}
