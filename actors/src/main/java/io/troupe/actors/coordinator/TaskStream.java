package io.troupe.actors.coordinator;

import io.troupe.proto.v1.Task;

/** The tasks of a run or of an evaluation, as a pure function of a number: asked again, it answers the same. */
public interface TaskStream {

    /** The task with this number, from 0. */
    Task task(long index);

    /** The seed from which the sampling of that task is derived. */
    long samplingSeed(long index);
}
