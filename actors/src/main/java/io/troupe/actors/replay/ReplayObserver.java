package io.troupe.actors.replay;

import io.troupe.actors.learning.UpdateLog.Update;

/** Is told how a replay goes. */
public interface ReplayObserver {

    /**
     * It begins.
     *
     * @param version that it begins with
     * @param arithmetic what computes here
     * @param recorded what computed then
     */
    void began(long version, String arithmetic, String recorded);

    /** An update was made again, and gave the recorded weights bit for bit. */
    void same(Update update);

    /** A checkpoint holds what the replay would have saved, file by file, bit for bit. */
    void sameCheckpoint(long version, int files);

    /** Something is not as it was recorded. */
    void differs(String what);
}
