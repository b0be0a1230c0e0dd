package io.troupe.actors.wire;

/**
 * A message that may cross from one node to another: {@link WireSerializer} turns it into Protocol Buffers. Its payload is the
 * proto message itself, so that fields which a newer peer added survive; references to actors stand beside it, and the payload's
 * own {@code reply_to} is empty within a process.
 */
public sealed interface WireMessage
        permits CoordinatorProtocol.Remote,
                WorkerProtocol.Remote,
                PolicyProtocol.Remote,
                EnvironmentProtocol.Remote,
                NodeProtocol.Remote {}
