package io.troupe.verifier.openenv;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One server, and how many episodes it may have at once. Safe for any thread. */
final class OpenEnvServer {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SHOWN = 200;
    /** What a server says that has no such path, or none for GET. */
    private static final Set<Integer> WITHOUT_HEALTH = Set.of(404, 405, 501);

    /**
     * What a server answers.
     *
     * @param observation what is seen
     * @param reward the step's reward; 0 if it gives none
     * @param done whether the episode is over
     */
    record Answer(JsonNode observation, double reward, boolean done) {}

    private final String url;
    private final HttpClient http;
    private final Duration timeout;
    private final int most;
    private final Semaphore sessions;

    OpenEnvServer(String url, HttpClient http, OpenEnvOptions options) {
        this.url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        this.http = http;
        timeout = Duration.ofNanos((long) (options.timeoutSeconds() * 1e9));
        most = options.maxResponseBytes();
        sessions = new Semaphore(options.sessions());
    }

    String url() {
        return url;
    }

    /** Takes a place for an episode if one is free. */
    boolean enter() {
        return sessions.tryAcquire();
    }

    /** Waits for a place for an episode. */
    boolean enterWithin(Duration patience) {
        try {
            return sessions.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OpenEnvException("interrupted while waiting for a free session of " + url, e);
        }
    }

    void leave() {
        sessions.release();
    }

    Answer post(String path, ObjectNode request) {
        var body = HttpRequest.BodyPublishers.ofString(request.toString(), StandardCharsets.UTF_8);
        byte[] answered = exchange(
                HttpRequest.newBuilder(URI.create(url + path))
                        .header("Content-Type", "application/json")
                        .POST(body)
                        .build(),
                path);
        return answer(path, answered);
    }

    /** Asks whether the server is there. One that has no {@code /health} is there as well: episodes need {@code /reset} and {@code /step} alone. */
    void greet() {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url + "/health")).GET().build();
        HttpResponse<byte[]> response = answered(request, "/health");
        if (!WITHOUT_HEALTH.contains(response.statusCode())) {
            require200(response, "/health");
        }
    }

    private byte[] exchange(HttpRequest request, String path) {
        HttpResponse<byte[]> response = answered(request, path);
        require200(response, path);
        return response.body();
    }

    private void require200(HttpResponse<byte[]> response, String path) {
        if (response.statusCode() != 200) {
            throw new OpenEnvException(url + path + " answered HTTP " + response.statusCode() + ": "
                    + shown(new String(response.body(), StandardCharsets.UTF_8)));
        }
    }

    private HttpResponse<byte[]> answered(HttpRequest request, String path) {
        // One clock for the whole exchange: the request's own time-out would end with the first byte of the answer.
        CompletableFuture<HttpResponse<byte[]>> exchange = http.sendAsync(request, info -> new BoundedBody(most));
        try {
            return exchange.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            exchange.cancel(true);
            throw new OpenEnvException(url + path + " did not answer within " + timeout.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            exchange.cancel(true);
            Thread.currentThread().interrupt();
            throw new OpenEnvException("interrupted while waiting for " + url + path, e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String words = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
            throw new OpenEnvException(url + path + " failed: " + words, cause);
        }
    }

    private Answer answer(String path, byte[] body) {
        JsonNode json;
        try {
            json = JSON.readTree(new String(body, StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new OpenEnvException(url + path + " did not answer with JSON: " + e.getOriginalMessage(), e);
        }
        if (json == null || !json.path("observation").isObject()) {
            throw new OpenEnvException(url + path + " does not speak OpenEnv: there is no \"observation\" in "
                    + shown(String.valueOf(json)));
        }
        JsonNode reward = json.path("reward");
        JsonNode done = json.path("done");
        boolean fits = (reward.isMissingNode() || reward.isNull() || reward.isNumber())
                && (done.isMissingNode() || done.isNull() || done.isBoolean());
        if (!fits || !Double.isFinite(reward.asDouble(0))) {
            throw new OpenEnvException(
                    url + path + " does not speak OpenEnv: \"reward\" must be a number and \"done\" true or false in "
                            + shown(json.toString()));
        }
        return new Answer(json.path("observation"), reward.asDouble(0), done.asBoolean(false));
    }

    private static String shown(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
