package io.troupe.actors.worker;

import io.troupe.proto.v1.RunStamp;
import java.time.Duration;

/**
 * What a rollout worker goes by.
 *
 * @param name its name, unique in the cluster
 * @param stamp the run that it works for
 * @param stepTimeout how long an environment may owe an answer
 * @param pulse how often it tells the coordinator how it stands, and looks for what is overdue
 * @param resend how long a delivery may stay unacknowledged before it is sent again
 * @param maxDeliveryBytes the largest delivery; a group that is larger fails by name instead of being lost on the wire
 */
public record WorkerSettings(
        String name, RunStamp stamp, Duration stepTimeout, Duration pulse, Duration resend, int maxDeliveryBytes) {}
