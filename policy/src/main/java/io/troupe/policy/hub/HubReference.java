package io.troupe.policy.hub;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A policy on a hub: {@code hf:OWNER/NAME}, with {@code @REVISION} for another branch, tag or commit than {@code main}, and with {@code :FILE.gguf} for one
 * file in the GGUF format.
 *
 * @param repository {@code OWNER/NAME}
 * @param revision branch, tag or commit
 * @param file the one file that is wanted; null for a policy in Hugging Face's layout
 */
public record HubReference(
        String repository, String revision, @Nullable String file) {

    /** What a reference begins with. */
    public static final String SCHEME = "hf:";

    private static final Pattern FORM = Pattern.compile(
            "hf:([\\w.-]+/[\\w.-]+)(?::([\\w./-]+\\.gguf))?(?:@([\\w./-]+))?", Pattern.UNICODE_CHARACTER_CLASS);

    /** Whether a text is meant as a reference. */
    public static boolean isReference(String text) {
        return text.startsWith(SCHEME);
    }

    /**
     * Reads a reference.
     *
     * @throws HubException if it has another form
     */
    public static HubReference parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches() || text.contains("..")) {
            throw new HubException(
                    "'" + text + "' names no policy on a hub — expected hf:OWNER/NAME, hf:OWNER/NAME@REVISION"
                            + " or hf:OWNER/NAME:FILE.gguf");
        }
        String revision = matcher.group(3);
        return new HubReference(matcher.group(1), revision == null ? "main" : revision, matcher.group(2));
    }

    @Override
    public String toString() {
        return SCHEME + repository + (file == null ? "" : ":" + file) + (revision.equals("main") ? "" : "@" + revision);
    }
}
