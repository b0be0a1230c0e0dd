package io.troupe.verifier.tool;

import io.troupe.verifier.Fuel;
import java.util.List;

/** How a policy writes a call, and how it is told which tools there are. Pure functions, safe for any thread. */
public interface ToolCallFormat {

    /**
     * What the system prompt says about the tools.
     *
     * @param tools the tools
     * @return a text to append to the instructions
     */
    String describe(List<ToolSpec> tools);

    /** The tools as the policy's chat template is to describe them, see {@link io.troupe.verifier.Environment#tools()}; none if {@link #describe} does. */
    default List<String> forTemplate(List<ToolSpec> tools) {
        return List.of();
    }

    /**
     * Finds the calls in a turn, in time linear in its length. Text that only resembles a call is a {@link CallAttempt.Malformed}, never an exception.
     *
     * @param turn what the policy wrote
     * @param tools the tools that there are
     * @param fuel pays for the characters
     * @return the calls and the rest
     * @throws io.troupe.verifier.FuelExhaustedException if the turn is longer than the fuel reaches
     */
    ParsedTurn parse(String turn, List<ToolSpec> tools, Fuel fuel);

    /**
     * A call as the policy would write it.
     *
     * @param tool which tool
     * @param call the call
     * @return the text, which {@link #parse} reads as that call
     */
    String write(ToolSpec tool, CallAttempt.Call call);
}
