package io.troupe.actors.cli;

import io.troupe.actors.node.RunFailedException;

/** What the process's exit code says. Those from 4 on are the kinds of {@link RunFailedException}. */
enum ExitCode {
    DONE(0),
    FAILED(1),
    USAGE(2),
    INTERRUPTED(3);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
