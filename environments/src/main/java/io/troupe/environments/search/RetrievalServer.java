package io.troupe.environments.search;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;

/**
 * Serves an index under {@code POST /retrieve} as Search-R1's retrieval server does, for this trainer or another. Started by {@link #start}, stopped by
 * {@link #close}, which waits for no one. Safe for any thread.
 */
public final class RetrievalServer implements AutoCloseable {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final int MAX_REQUEST = 1 << 20;
    private static final int DEFAULT_TOP_K = 3;
    private static final int MAX_TOP_K = 1_000;

    private final HttpServer server;
    private final Retriever retriever;

    private RetrievalServer(HttpServer server, Retriever retriever) {
        this.server = server;
        this.retriever = retriever;
    }

    /**
     * Starts a server.
     *
     * @param address where to listen; port 0 takes a free one
     * @param retriever what to search
     * @param executor runs the requests; stays the caller's
     * @return the server, which listens
     * @throws IOException if the address is taken
     */
    public static RetrievalServer start(InetSocketAddress address, Retriever retriever, Executor executor)
            throws IOException {
        HttpServer http = HttpServer.create(address, 0);
        var server = new RetrievalServer(http, retriever);
        http.createContext("/retrieve", server::handle);
        http.setExecutor(executor);
        http.start();
        return server;
    }

    /** The address to ask. */
    public URI address() {
        InetSocketAddress bound = server.getAddress();
        return URI.create("http://" + bound.getHostString() + ":" + bound.getPort() + "/retrieve");
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestMethod().equals("POST")) {
                answer(exchange, 405, error("only POST"));
                return;
            }
            byte[] request = exchange.getRequestBody().readNBytes(MAX_REQUEST + 1);
            if (request.length > MAX_REQUEST) {
                answer(exchange, 413, error("more than " + MAX_REQUEST + " bytes"));
                return;
            }
            try {
                answer(exchange, 200, retrieve(MAPPER.readTree(request)));
            } catch (JsonProcessingException | IllegalArgumentException e) {
                answer(exchange, 400, error(String.valueOf(e.getMessage())));
            } catch (RetrievalException e) {
                answer(exchange, 500, error(String.valueOf(e.getMessage())));
            }
        }
    }

    private ObjectNode retrieve(JsonNode request) {
        JsonNode queries = request.path("queries");
        int topK = request.path("topk").isNull()
                ? DEFAULT_TOP_K
                : request.path("topk").asInt(DEFAULT_TOP_K);
        if (!queries.isArray() || topK < 1 || topK > MAX_TOP_K) {
            throw new IllegalArgumentException("needs queries, a list of texts, and topk from 1 to " + MAX_TOP_K);
        }
        boolean scores = request.path("return_scores").asBoolean(false);
        ObjectNode answer = MAPPER.createObjectNode();
        ArrayNode result = answer.putArray("result");
        for (JsonNode query : queries) {
            ArrayNode hits = result.addArray();
            for (Retriever.Hit hit : retriever.retrieve(query.asText(), topK)) {
                ObjectNode each = hits.addObject();
                ObjectNode document = scores ? each.putObject("document") : each;
                document.put("id", hit.passage().id());
                document.put("contents", hit.passage().contents());
                if (scores) {
                    each.put("score", hit.score());
                }
            }
        }
        return answer;
    }

    private static ObjectNode error(String message) {
        return MAPPER.createObjectNode().put("error", message);
    }

    private static void answer(HttpExchange exchange, int status, ObjectNode body) throws IOException {
        byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }
}
