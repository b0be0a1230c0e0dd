package io.troupe.environments.mcp;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapperSupplier;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;

/**
 * A tool server as others write them, with the SDK's server side: it adds, counts the calls that it has seen, and misbehaves on request. Run as a program it
 * speaks over standard input and output.
 */
public final class AbacusServer {

    private static final String NUMBERS =
            "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"},\"b\":{\"type\":\"integer\"}},"
                    + "\"required\":[\"a\",\"b\"]}";
    private static final String NOTHING = "{\"type\":\"object\",\"properties\":{}}";

    private int calls;

    private AbacusServer() {}

    static McpJsonMapper mapper() {
        return new JacksonMcpJsonMapperSupplier().get();
    }

    static List<SyncToolSpecification> tools() {
        var abacus = new AbacusServer();
        return List.of(
                tool("add", "Adds two whole numbers.", NUMBERS, arguments -> {
                    abacus.calls++;
                    long sum = ((Number) arguments.get("a")).longValue() + ((Number) arguments.get("b")).longValue();
                    return CallToolResult.builder()
                            .addTextContent(Long.toString(sum))
                            .build();
                }),
                tool(
                        "calls",
                        "How often this server added.",
                        NOTHING,
                        arguments -> CallToolResult.builder()
                                .addTextContent(abacus.calls + " calls to process "
                                        + ProcessHandle.current().pid())
                                .build()),
                tool(
                        "refuse",
                        "Never does it.",
                        NOTHING,
                        arguments -> CallToolResult.builder()
                                .addTextContent("not on Sundays")
                                .isError(true)
                                .build()),
                tool("die", "Ends the server.", NOTHING, arguments -> {
                    System.err.println("the abacus broke");
                    Runtime.getRuntime().halt(3);
                    return CallToolResult.builder().build();
                }),
                tool("hang", "Never answers.", NOTHING, arguments -> {
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return CallToolResult.builder().build();
                }));
    }

    private static SyncToolSpecification tool(
            String name, String description, String schema, Function<Map<String, Object>, CallToolResult> does) {
        return SyncToolSpecification.builder()
                .tool(McpSchema.Tool.builder(name, mapper(), schema)
                        .description(description)
                        .build())
                .callHandler((exchange, request) -> does.apply(request.arguments()))
                .build();
    }

    /** Serves until its standard input ends. */
    public static void main(String[] arguments) {
        System.err.println("an abacus");
        McpServer.sync(new StdioServerTransportProvider(mapper()))
                .serverInfo("abacus", "1")
                .capabilities(McpSchema.ServerCapabilities.builder().tools(true).build())
                .tools(tools())
                .build();
    }
}
