package io.troupe.learner.objective;

import org.jspecify.annotations.Nullable;

/** A setting of the objective that is unknown, impossible, or senseless beside another. The user can mend it: the message says how. */
public final class ObjectiveSettingsException extends IllegalArgumentException {

    private final String key;

    ObjectiveSettingsException(String key, @Nullable Object value, String reason) {
        super("objective." + key + " = " + value + ": " + reason);
        this.key = key;
    }

    /**
     * The configuration key at fault, under {@code objective}.
     *
     * @return such as {@code weight.placement}
     */
    public String key() {
        return key;
    }
}
