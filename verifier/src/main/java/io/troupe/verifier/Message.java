package io.troupe.verifier;

import java.util.Set;

/**
 * One message of a conversation. A conversation whose last message is the assistant's is an open one: the policy continues that text.
 *
 * @param role who speaks: {@code system}, {@code user}, {@code assistant} or {@code tool}
 * @param content what is said
 */
public record Message(String role, String content) {

    /** The role of the instructions. */
    public static final String SYSTEM = "system";

    /** The role of the one who asks. */
    public static final String USER = "user";

    /** The policy's role. */
    public static final String ASSISTANT = "assistant";

    /** The role of a tool's answer. */
    public static final String TOOL = "tool";

    private static final Set<String> ROLES = Set.of(SYSTEM, USER, ASSISTANT, TOOL);

    public Message {
        if (!ROLES.contains(role)) {
            throw new IllegalArgumentException(
                    "a message's role must be system, user, assistant or tool, not '" + role + "'");
        }
    }

    /** Instructions. */
    public static Message system(String content) {
        return new Message(SYSTEM, content);
    }

    /** A question. */
    public static Message user(String content) {
        return new Message(USER, content);
    }

    /** The policy's words, or a beginning for it to continue. */
    public static Message assistant(String content) {
        return new Message(ASSISTANT, content);
    }

    /** A tool's answer. */
    public static Message tool(String content) {
        return new Message(TOOL, content);
    }
}
