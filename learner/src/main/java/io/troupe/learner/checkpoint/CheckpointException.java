package io.troupe.learner.checkpoint;

import java.nio.file.Path;

/** A checkpoint could not be written, or the folder of checkpoints not be read. The message names the path and the cause; what was saved before is untouched. */
public final class CheckpointException extends RuntimeException {

    private final transient Path path;

    CheckpointException(Path path, String message, Throwable cause) {
        super(message + ": " + reason(cause), cause);
        this.path = path;
    }

    /**
     * The file or folder at fault.
     *
     * @return its path
     */
    public Path path() {
        return path;
    }

    private static String reason(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}
