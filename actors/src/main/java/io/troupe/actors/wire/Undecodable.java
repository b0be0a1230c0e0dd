package io.troupe.actors.wire;

import org.apache.pekko.actor.NoSerializationVerificationNeeded;

/**
 * What a message becomes whose bytes could not be read: its receiver reports and counts it. Whoever sent it sends again or loses
 * its lease, so that nothing depends on an answer.
 *
 * @param manifest the type that the sender named
 * @param reason what is wrong
 */
public record Undecodable(String manifest, String reason)
        implements CoordinatorProtocol.Command,
                WorkerProtocol.Command,
                PolicyProtocol.Command,
                EnvironmentProtocol.Command,
                NodeProtocol.Command,
                NoSerializationVerificationNeeded {}
