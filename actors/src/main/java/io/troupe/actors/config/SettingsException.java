package io.troupe.actors.config;

import com.typesafe.config.ConfigOrigin;
import org.jspecify.annotations.Nullable;

/**
 * A configuration that cannot be meant: an unknown key, a wrong type, an impossible value or combination. The message is for a person; once the binder
 * has {@linkplain #at located} it, it begins with the file and line or the option that the value came from.
 */
public final class SettingsException extends IllegalArgumentException {

    private final String key;
    private final String problem;

    private SettingsException(String key, String problem, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.key = key;
        this.problem = problem;
    }

    /** A problem of which only the key is known so far, relative to the section that found it. */
    public static SettingsException of(String key, String problem) {
        return new SettingsException(key, problem, key + " " + problem, null);
    }

    /** A text that is no HOCON or cannot be read: there is no key to name. */
    static SettingsException unreadable(String message, Throwable cause) {
        return new SettingsException("", message, message, cause);
    }

    /** Throws unless the condition holds: {@code key = value} and then what was expected. */
    static void require(boolean condition, String key, @Nullable Object value, String expected) {
        if (!condition) {
            throw of(key, "= " + value + ": " + expected);
        }
    }

    /** The same problem under its full key and with the place that it came from. */
    SettingsException at(String section, @Nullable ConfigOrigin origin) {
        String full = section.isEmpty() ? key : section + "." + key;
        String where = origin == null ? "" : place(origin) + ": ";
        return new SettingsException(full, problem, where + full + " " + problem, this);
    }

    /** The key at fault, from the root: {@code troupe.train.steps}. Empty if no key is to blame. */
    public String key() {
        return key;
    }

    /** Where a value came from: {@code run.conf:12}, or the option that set it. */
    static String place(ConfigOrigin origin) {
        String file = origin.filename();
        String source = file != null ? file : origin.description().replaceFirst(": \\d+$", "");
        boolean numbered = origin.lineNumber() > 0 && (file != null || origin.resource() != null);
        return numbered ? source + ":" + origin.lineNumber() : source;
    }
}
