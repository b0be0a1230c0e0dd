package io.troupe.actors.config;

/** Where the code of plug-ins runs. */
public enum Isolation {
    /** In child processes with limits. */
    PROCESS,
    /** In this process, as if it were Troupe's own. */
    NONE
}
