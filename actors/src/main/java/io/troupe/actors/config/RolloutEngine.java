package io.troupe.actors.config;

/** Who samples. */
public enum RolloutEngine {
    /** This process. */
    LOCAL,
    /** Inference servers: {@link RemoteEngineSettings}. */
    REMOTE
}
