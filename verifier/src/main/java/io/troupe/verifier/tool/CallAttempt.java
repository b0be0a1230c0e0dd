package io.troupe.verifier.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A place in a policy's turn where it meant to call a tool. */
public sealed interface CallAttempt {

    /**
     * A call that could be read. Whether there is such a tool, and whether the arguments fit, is not looked at yet.
     *
     * @param name which tool
     * @param arguments by name, in their order
     */
    record Call(String name, Map<String, @Nullable Object> arguments) implements CallAttempt {

        static Call of(String name, ObjectNode arguments) {
            return new Call(name, LenientJson.plain(arguments));
        }
    }

    /**
     * A call that could not be read.
     *
     * @param problem what is wrong, for the policy
     */
    record Malformed(String problem) implements CallAttempt {}
}
