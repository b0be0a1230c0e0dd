package io.troupe.rollout.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.troupe.policy.ComputeDevice;
import io.troupe.policy.Policy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An inference server over the local engine: {@code POST /v1/completions} with token ids in and out and log-probabilities at the sampling temperature,
 * {@code GET /v1/models}, {@code GET /health}, and {@code POST /update_weights_from_disk} for those who may.
 *
 * <p>Thread-safe. Life: it listens from its construction until {@link #close}.
 */
public final class CompletionServer implements AutoCloseable {

    /**
     * What a server is told.
     *
     * @param host on which it listens
     * @param port on which; 0 takes a free one
     * @param model the model's name
     * @param device where it samples
     * @param slots turns that are sampled at once
     * @param maxLength the most tokens of a prompt and its turn
     * @param updates the directory under which new weights may be; null refuses all
     */
    public record Settings(
            String host,
            int port,
            String model,
            ComputeDevice device,
            int slots,
            int maxLength,
            @Nullable Path updates) {}

    private static final int LARGEST_REQUEST = 16 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private interface Answer {
        ObjectNode to(JsonNode body) throws IOException;
    }

    private final Settings settings;
    private final Policy policy;
    private final SamplingThread sampling;
    private final HttpServer http;
    private final ExecutorService handlers;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger served = new AtomicInteger();

    /**
     * Starts to listen.
     *
     * @param policy stays the caller's
     * @throws java.net.BindException if the port is in use
     */
    public CompletionServer(Policy policy, Settings settings) throws IOException {
        this.policy = policy;
        this.settings = settings;
        http = HttpServer.create(new InetSocketAddress(settings.host(), settings.port()), 0);
        handlers = Executors.newFixedThreadPool(most() + 4, runnable -> {
            var thread = new Thread(runnable, "troupe-serve-http");
            thread.setDaemon(true);
            return thread;
        });
        sampling = new SamplingThread(policy, settings.device(), settings.slots(), settings.maxLength());
        http.setExecutor(handlers);
        http.createContext(
                "/",
                exchange -> handle(exchange, "GET", body -> {
                    throw new RequestException(
                            404, "no such path: " + exchange.getRequestURI().getPath());
                }));
        http.createContext("/health", exchange -> handle(exchange, "GET", body -> health()));
        http.createContext("/v1/models", exchange -> handle(exchange, "GET", body -> models()));
        http.createContext("/v1/completions", exchange -> handle(exchange, "POST", this::complete));
        http.createContext("/update_weights_from_disk", exchange -> handle(exchange, "POST", this::update));
        http.start();
    }

    /** The port on which it listens. */
    public int port() {
        return http.getAddress().getPort();
    }

    /** How many turns were sampled. */
    public int served() {
        return served.get();
    }

    @Override
    public void close() {
        http.stop(0);
        sampling.close();
        handlers.shutdownNow();
    }

    private int most() {
        return 4 * settings.slots();
    }

    private ObjectNode health() {
        RuntimeException dead = sampling.dead();
        if (dead != null) {
            throw new RequestException(500, "nothing is sampled any more: " + dead);
        }
        return JSON.createObjectNode().put("status", "ok");
    }

    private ObjectNode models() {
        ObjectNode answer = JSON.createObjectNode().put("object", "list");
        answer.putArray("data")
                .addObject()
                .put("id", settings.model())
                .put("object", "model")
                .put("owned_by", "troupe")
                .put(
                        "max_model_len",
                        Math.min(settings.maxLength(), policy.config().maxPositions()));
        return answer;
    }

    private ObjectNode complete(JsonNode body) {
        if (inFlight.incrementAndGet() > most()) {
            inFlight.decrementAndGet();
            throw new RequestException(503, "more than " + most() + " requests are in flight");
        }
        try {
            CompletionCall call = CompletionCall.read(body, policy, settings);
            ObjectNode answer = call.answer(
                    JSON.createObjectNode(),
                    sampling.sample(call.prompt(), call.sampling(), call.seed()).join(),
                    call.wantsBest()
                            ? sampling.sample(call.prompt(), call.likeliest(), call.seed())
                                    .join()
                            : null,
                    policy.tokenizer());
            served.incrementAndGet();
            return answer;
        } finally {
            inFlight.decrementAndGet();
        }
    }

    private ObjectNode update(JsonNode body) throws IOException {
        Path allowed = settings.updates();
        if (allowed == null) {
            throw new RequestException(403, "this server takes no new weights — start it with --updates DIR");
        }
        Path folder = Path.of(body.path("model_path").asText());
        if (!Files.isDirectory(folder) || !folder.toRealPath().startsWith(allowed.toRealPath())) {
            throw new RequestException(403, "model_path '" + folder + "' is no directory below " + allowed);
        }
        sampling.load(
                        folder,
                        body.path("weight_version").asText(folder.getFileName().toString()))
                .join();
        return JSON.createObjectNode().put("success", true).put("message", "loaded " + folder);
    }

    private void handle(HttpExchange exchange, String method, Answer answer) throws IOException {
        try (exchange) {
            try {
                if (!exchange.getRequestMethod().equals(method)) {
                    throw new RequestException(405, exchange.getRequestURI().getPath() + " takes " + method);
                }
                respond(exchange, 200, answer.to(method.equals("POST") ? body(exchange) : JSON.nullNode()));
            } catch (RequestException e) {
                if (e.status() == 503) {
                    exchange.getResponseHeaders().set("Retry-After", "1");
                }
                refuse(exchange, e.status(), e.getMessage());
            } catch (CompletionException e) {
                boolean asked = e.getCause() instanceof IllegalArgumentException;
                refuse(exchange, asked ? 400 : 500, String.valueOf(e.getCause()));
            } catch (RuntimeException e) {
                refuse(exchange, 500, e.toString());
            }
        }
    }

    private static JsonNode body(HttpExchange exchange) throws IOException {
        byte[] bytes = exchange.getRequestBody().readNBytes(LARGEST_REQUEST + 1);
        if (bytes.length > LARGEST_REQUEST) {
            throw new RequestException(413, "a request of more than " + LARGEST_REQUEST + " bytes");
        }
        try {
            JsonNode body = JSON.readTree(bytes);
            if (body != null && body.isObject()) {
                return body;
            }
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new RequestException(400, "not JSON: " + e.getOriginalMessage());
        }
        throw new RequestException(400, "expected a JSON object");
    }

    private static void refuse(HttpExchange exchange, int status, @Nullable String message) throws IOException {
        ObjectNode answer = JSON.createObjectNode();
        answer.putObject("error").put("message", message).put("code", status);
        respond(exchange, status, answer);
    }

    private static void respond(HttpExchange exchange, int status, ObjectNode answer) throws IOException {
        byte[] bytes = answer.toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
