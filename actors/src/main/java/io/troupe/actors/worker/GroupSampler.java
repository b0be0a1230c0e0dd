package io.troupe.actors.worker;

import io.troupe.proto.v1.GroupJudged;
import io.troupe.proto.v1.PolicyVersion;
import io.troupe.proto.v1.SessionKey;
import io.troupe.proto.v1.SessionOpened;
import io.troupe.proto.v1.SessionStepped;
import io.troupe.proto.v1.Work;
import io.troupe.proto.v1.WorkResult;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * What a rollout worker samples with. Not thread-safe: the worker's own thread makes it, calls it and closes it.
 *
 * <p>The sampler asks its environments through an {@link EnvironmentPort}; the answers come back by {@link #opened}, {@link
 * #stepped}, {@link #groupJudged} and {@link #failed}.
 */
public interface GroupSampler extends AutoCloseable {

    /** Says what to call, on any thread, when {@link #step} has something to do that the worker cannot know of. */
    default void wakeBy(Runnable signal) {}

    /** Starts a group. There are enough free slots for it. */
    void accept(Work work);

    /** Drops a group whose lease is lost; an unknown one is ignored. */
    void withdraw(long group);

    /** Samples one token for everything that can go on. Says whether anything happened. */
    boolean step();

    /** An environment is ready. */
    void opened(SessionOpened opened);

    /** An environment answered or judged. */
    void stepped(SessionStepped stepped);

    /** The family judged a whole group. */
    void groupJudged(GroupJudged judged);

    /** Whoever had a session is gone, through no fault of its environment. */
    void lost(SessionKey session, String reason);

    /** An environment failed, or did not answer in time. */
    void failed(SessionKey session, String reason);

    /** What became of the groups that finished since the last call. */
    List<WorkResult> takeResults();

    /** Swaps the weights between two tokens. */
    void load(PolicyVersion policy) throws IOException;

    /** How many more trajectories fit, all accepted groups taken into account. */
    int freeSlots();

    /** Tokens sampled so far. */
    long tokensSampled();

    /** The sessions whose environment has owed an answer for longer than a time. */
    List<SessionKey> overdue(Duration patience);

    /** What it waits for, a line each. */
    List<String> waiting();

    @Override
    void close();
}
