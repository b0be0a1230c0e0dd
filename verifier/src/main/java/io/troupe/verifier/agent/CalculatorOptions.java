package io.troupe.verifier.agent;

import io.troupe.verifier.OptionDefault;
import io.troupe.verifier.tool.ToolFormat;

/**
 * The options of {@code agent/calculator}.
 *
 * @param toolFormat how calls are written: {@code tags}, {@code hermes} for models that were trained on that format, or {@code template}
 *     where the chat template describes the tools
 */
public record CalculatorOptions(@OptionDefault("tags") ToolFormat toolFormat) {}
