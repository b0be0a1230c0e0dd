package io.troupe.verifier.agent;

import io.troupe.verifier.tool.Tool;
import io.troupe.verifier.tool.ToolResult;
import io.troupe.verifier.tool.ToolSpec;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The calculator as a tool of any format: exact, bounded by fuel. Stateless. */
final class CalculatorTool implements Tool {

    static final ToolSpec SPEC = ToolSpec.ofText(
            "calculator",
            "The exact value of an expression with + - * / and parentheses.",
            "expression",
            "the expression, such as 12*34");

    private static final String ERROR = "error: ";

    @Override
    public ToolSpec spec() {
        return SPEC;
    }

    @Override
    public ToolResult call(Map<String, @Nullable Object> arguments, Duration deadline) {
        String value = CalculatorEnvironment.compute(String.valueOf(arguments.get("expression")));
        return value.startsWith(ERROR) ? ToolResult.error(value.substring(ERROR.length())) : ToolResult.of(value);
    }
}
