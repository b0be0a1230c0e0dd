package io.troupe.rollout.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.rollout.remote.RemoteException.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One inference server: JSON there and back, everything that can go wrong as a {@link RemoteException} that names it. Thread-safe. */
final class ServerConnection {

    private static final int LARGEST_ANSWER = 64 << 20;
    private static final long LONGEST_PAUSE_SECONDS = 60;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client;
    private final URI base;
    private final @Nullable String apiKey;

    ServerConnection(HttpClient client, URI base, @Nullable String apiKey) {
        this.client = client;
        String text = base.toString();
        this.base = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        this.apiKey = apiKey;
    }

    URI base() {
        return base;
    }

    /** Sends a body and awaits the whole answer for at most a time. Cancelling the future ends the connection, and with it the server's work. */
    CompletableFuture<JsonNode> post(String path, ObjectNode body, Duration timeout) {
        String text = body.toString();
        return send(
                request(path, timeout)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(text, StandardCharsets.UTF_8))
                        .build(),
                timeout);
    }

    CompletableFuture<JsonNode> get(String path, Duration timeout) {
        return send(request(path, timeout).GET().build(), timeout);
    }

    /** The answer of a future, its failure as what it is. */
    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RemoteException failure) {
                throw failure;
            }
            throw e;
        }
    }

    private HttpRequest.Builder request(String path, Duration timeout) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).timeout(timeout);
        return apiKey == null ? request : request.header("Authorization", "Bearer " + apiKey);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the answer's own future carries every failure
    private CompletableFuture<JsonNode> send(HttpRequest request, Duration timeout) {
        CompletableFuture<HttpResponse<byte[]>> exchange =
                client.sendAsync(request, head -> new BoundedBody(LARGEST_ANSWER));
        var answer = new CompletableFuture<JsonNode>();
        exchange.copy().orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS).whenComplete((response, failure) -> {
            try {
                if (failure != null) {
                    throw named(failure, request, timeout);
                }
                answer.complete(read(response, request));
            } catch (RemoteException e) {
                answer.completeExceptionally(e);
            }
        });
        answer.whenComplete((read, failure) -> {
            if (failure != null) {
                exchange.cancel(true); // of one that is over this does nothing
            }
        });
        return answer;
    }

    private JsonNode read(HttpResponse<byte[]> response, HttpRequest request) {
        int status = response.statusCode();
        if (status != 200) {
            String said = Dialect.cut(new String(response.body(), StandardCharsets.UTF_8).strip());
            Kind kind = status == 429 || status == 503 ? Kind.BUSY : status >= 500 ? Kind.SERVER_ERROR : Kind.REFUSED;
            throw new RemoteException(
                    kind, request.uri() + " answers with status " + status + ": " + said, pause(response), null);
        }
        if (response.body().length == 0) {
            return MissingNode.getInstance();
        }
        try {
            return JSON.readTree(response.body());
        } catch (IOException e) {
            String why = e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.toString();
            if (request.uri()
                    .getPath()
                    .matches(".*/(health|(un)?load_lora_adapter|collective_rpc|reset_prefix_cache)")) {
                return MissingNode.getInstance(); // some say "OK" in plain words
            }
            throw new RemoteException(Kind.MALFORMED, request.uri() + " answers with what is not JSON: " + why);
        }
    }

    private static Duration pause(HttpResponse<byte[]> response) {
        String seconds = response.headers().firstValue("Retry-After").orElse("");
        return seconds.matches("[0-9]{1,6}")
                ? Duration.ofSeconds(Math.min(LONGEST_PAUSE_SECONDS, Long.parseLong(seconds)))
                : Duration.ZERO;
    }

    private static RemoteException named(Throwable failure, HttpRequest request, Duration timeout) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof RemoteException already) {
                return already;
            }
            if (each instanceof ConnectException) {
                return new RemoteException(
                        Kind.UNREACHABLE,
                        "no connection to " + request.uri() + " — does the server run?",
                        Duration.ZERO,
                        cause);
            }
            if (each instanceof HttpTimeoutException || each instanceof TimeoutException) {
                return new RemoteException(
                        Kind.TIMED_OUT,
                        request.uri() + " did not answer within " + timeout.toMillis() + " ms",
                        Duration.ZERO,
                        cause);
            }
        }
        return new RemoteException(
                Kind.BROKEN_OFF, request.uri() + " broke off its answer: " + cause, Duration.ZERO, cause);
    }
}
