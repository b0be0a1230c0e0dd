package io.troupe.environments.mcp;

import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapperSupplier;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import io.troupe.verifier.tool.ToolResult;
import io.troupe.verifier.tool.ToolSpec;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A running server and a session with it. Whatever goes wrong is a {@link McpServerException} that names the server, and ends the connection: it is not used
 * again. Safe for any thread; several calls may be under way at once.
 */
final class McpConnection implements AutoCloseable {

    /** So long a failure waits for the process to have ended, too. */
    private static final Duration LAST_WORDS = Duration.ofMillis(1500);

    private final McpOptions options;
    private final McpAsyncClient client;
    private final CompletableFuture<String> ended;
    private final Runnable stop;
    private final List<ToolSpec> tools;
    private volatile boolean broken;

    private McpConnection(
            McpOptions options, McpClientTransport transport, CompletableFuture<String> ended, Runnable stop) {
        this.options = options;
        this.ended = ended;
        this.stop = stop;
        String version = McpConnection.class.getPackage().getImplementationVersion();
        // The time limit is kept here, see await: the SDK's own must not come first.
        Duration later = options.timeout().plusSeconds(1);
        client = McpClient.async(transport)
                .requestTimeout(later)
                .initializationTimeout(later)
                .clientInfo(McpSchema.Implementation.builder("troupe", version == null ? "development" : version)
                        .build())
                .build();
        try {
            await(client.initialize(), options.timeout(), "the start");
            tools = wanted(await(client.listTools(), options.timeout(), "the list of tools"));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Starts or reaches a server and learns its tools.
     *
     * @throws McpServerException if that fails
     */
    static McpConnection open(McpOptions options) {
        McpJsonMapper mapper = new JacksonMcpJsonMapperSupplier().get();
        String url = options.url();
        if (url != null) {
            URI address = URI.create(url);
            String path =
                    address.getRawPath() == null || address.getRawPath().isEmpty() ? "/mcp" : address.getRawPath();
            String query = address.getRawQuery() == null ? "" : "?" + address.getRawQuery();
            var transport = HttpClientStreamableHttpTransport.builder(
                            address.getScheme() + "://" + address.getRawAuthority())
                    .endpoint(path + query)
                    .jsonMapper(mapper)
                    .connectTimeout(options.timeout())
                    .build();
            return new McpConnection(options, transport, new CompletableFuture<>(), () -> {});
        }
        try {
            var transport = ProcessTransport.start(options.command(), options.env(), mapper);
            return new McpConnection(options, transport, transport.ended(), transport::stop);
        } catch (IOException e) {
            throw new McpServerException(options.server() + " could not be started: " + e.getMessage(), e);
        }
    }

    /** The tools that may be used, in the server's order. */
    List<ToolSpec> tools() {
        return tools;
    }

    /** Whether calls may succeed, as far as is known. */
    boolean isAlive() {
        return !broken && !ended.isDone();
    }

    /**
     * Calls a tool.
     *
     * @throws McpServerException if the server does not answer, or says that it failed
     */
    ToolResult call(String tool, Map<String, @Nullable Object> arguments, Duration deadline) {
        var request =
                McpSchema.CallToolRequest.builder(tool).arguments(arguments).build();
        try {
            var result = await(client.callTool(request), deadline, "a call of " + tool);
            return Boolean.TRUE.equals(result.isError()) ? ToolResult.error(text(result)) : ToolResult.of(text(result));
        } catch (RefusedArguments e) {
            return ToolResult.error(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        broken = true;
        stop.run();
        client.close();
    }

    /** The server says that the arguments are wrong: the policy's doing. */
    private static final class RefusedArguments extends RuntimeException {
        private static final long serialVersionUID = 1;

        RefusedArguments(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private <T> T await(Mono<T> answer, Duration limit, String what) {
        CompletableFuture<T> asked = answer.toFuture();
        try {
            CompletableFuture.anyOf(asked, ended).get(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (asked.isDone()) {
                return asked.get();
            }
            throw failed(ended.get() + " before it answered " + what, null);
        } catch (TimeoutException e) {
            asked.cancel(true);
            throw failed("did not answer " + what + " within " + limit.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw failed(e.getCause() == null ? e : e.getCause(), what);
        } catch (InterruptedException e) {
            asked.cancel(true);
            Thread.currentThread().interrupt();
            throw failed("was interrupted at " + what, e);
        }
    }

    private RuntimeException failed(Throwable cause, String what) {
        if (cause instanceof McpError refusal
                && refusal.getJsonRpcError() != null
                && refusal.getJsonRpcError().code() == McpSchema.ErrorCodes.INVALID_PARAMS) {
            return new RefusedArguments(String.valueOf(refusal.getJsonRpcError().message()), refusal);
        }
        String end = cause instanceof McpError ? null : end();
        return end != null
                ? failed(end + " before it answered " + what, cause)
                : failed("failed at " + what + ": " + cause, cause);
    }

    /** How its process ended, if it has one and it did: what is written to a process that ends can fail a moment before that is known. */
    private @Nullable String end() {
        if (options.url() != null) {
            return null;
        }
        try {
            return ended.get(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return null; // it goes on; the failure is another
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private McpServerException failed(String how, @Nullable Throwable cause) {
        broken = true;
        return new McpServerException(options.server() + " " + how, cause);
    }

    private List<ToolSpec> wanted(McpSchema.ListToolsResult listed) {
        Set<String> missing = new HashSet<>(options.tools());
        List<ToolSpec> all = new ArrayList<>();
        List<String> known = new ArrayList<>();
        McpJsonMapper mapper = new JacksonMcpJsonMapperSupplier().get();
        for (McpSchema.Tool tool : listed.tools()) {
            known.add(tool.name());
            if (options.tools().isEmpty() || missing.remove(tool.name())) {
                all.add(spec(tool, mapper));
            }
        }
        if (!missing.isEmpty()) {
            throw failed("has no tool " + String.join(", ", missing) + "; tools: " + String.join(", ", known), null);
        }
        return List.copyOf(all);
    }

    private ToolSpec spec(McpSchema.Tool tool, McpJsonMapper mapper) {
        try {
            String description = tool.description() == null ? "" : tool.description();
            return new ToolSpec(tool.name(), description, mapper.writeValueAsString(tool.inputSchema()));
        } catch (IOException | IllegalArgumentException e) {
            throw failed("has a tool that can't be used: " + e.getMessage(), e);
        }
    }

    private static String text(McpSchema.CallToolResult result) {
        List<String> parts = new ArrayList<>();
        for (McpSchema.Content content : result.content()) {
            parts.add(content instanceof McpSchema.TextContent text ? text.text() : "[" + content.type() + "]");
        }
        return parts.isEmpty() && result.structuredContent() != null
                ? result.structuredContent().toString()
                : String.join("\n", parts);
    }
}
