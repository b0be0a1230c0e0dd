package io.troupe.actors.cli;

import io.troupe.actors.config.SettingsException;
import io.troupe.actors.node.RunFailedException;
import io.troupe.policy.DeviceUnavailableException;
import io.troupe.verifier.OptionsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Failures in the words that a user reads. */
final class ErrorText {

    /** Exceptions of ours whose message was written for a person, by the package that throws them. */
    private static final String OURS = "io.troupe.";

    private ErrorText() {}

    /** What failed and what to do, in one line or few. */
    static String of(Throwable failure) {
        if (failure instanceof UncheckedIOException unchecked) {
            return of(unchecked.getCause());
        }
        if (failure instanceof NoSuchFileException missing) {
            return missing.getFile() + " is not there — check the path";
        }
        if (failure instanceof AccessDeniedException denied) {
            return denied.getFile() + " may not be opened — check its owner and permissions";
        }
        if (failure instanceof FileSystemException system) {
            String reason = String.valueOf(system.getReason());
            String advice = reason.contains("No space left")
                    ? "free some space and start again with --resume"
                    : "check the path";
            return system.getFile() + ": " + reason + " — " + advice;
        }
        if (failure instanceof OutOfMemoryError) {
            return "out of memory (" + failure.getMessage()
                    + ") — give Java more with TROUPE_HEAP=2g, or lower train.micro-batch-tokens and rollout.slots";
        }
        boolean worded = failure.getClass().getName().startsWith(OURS) || failure.getClass() == IOException.class;
        String message = failure.getMessage();
        if (worded && message != null) {
            return message;
        }
        return "unexpected " + failure.getClass().getSimpleName() + (message == null ? "" : ": " + message)
                + " — --debug shows where; please report it";
    }

    static int exitCodeOf(Throwable failure) {
        if (failure instanceof VerbException verb) {
            return verb.exitCode().code();
        }
        if (failure instanceof RunFailedException run) {
            return run.kind().exitCode();
        }
        if (failure instanceof SettingsException
                || failure instanceof OptionsException
                || failure instanceof DeviceUnavailableException) {
            return ExitCode.USAGE.code();
        }
        return ExitCode.FAILED.code();
    }
}
