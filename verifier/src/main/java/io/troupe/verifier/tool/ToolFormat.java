package io.troupe.verifier.tool;

/** The formats of calls, by the names they have in a configuration. */
public enum ToolFormat {
    /** {@code <search>who wrote it</search>}: a tag of the tool's own. */
    TAGS,
    /** {@code <tool_call>{"name": "search", "arguments": {"query": "who wrote it"}}</tool_call>}. */
    HERMES,
    /** Described by the policy's own chat template, and written as its models write calls: as with {@link #HERMES}, or as JSON that is the whole turn. */
    TEMPLATE;

    /** Reads and writes calls in this format. */
    public ToolCallFormat calls() {
        return switch (this) {
            case TAGS -> new TaggedCalls();
            case HERMES -> new HermesCalls();
            case TEMPLATE -> new TemplateCalls();
        };
    }
}
