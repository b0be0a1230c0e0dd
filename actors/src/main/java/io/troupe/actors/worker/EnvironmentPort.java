package io.troupe.actors.worker;

import io.troupe.proto.v1.SessionKey;
import io.troupe.proto.v1.Task;
import io.troupe.verifier.GroupMember;
import java.util.List;

/** How a sampler asks for environments. Calls return at once; answers come later. */
public interface EnvironmentPort {

    /** Open an environment for a task. */
    void open(SessionKey session, Task task, long seed);

    /** Take the policy's turn. */
    void step(SessionKey session, String action);

    /** Judge what there is. */
    void truncate(SessionKey session, String reason);

    /** Judge a whole group; the key names the request. */
    void judgeGroup(SessionKey judgement, Task task, List<GroupMember> members);

    /** Release the environment. */
    void close(SessionKey session);
}
