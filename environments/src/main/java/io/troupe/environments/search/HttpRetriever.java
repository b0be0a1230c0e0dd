package io.troupe.environments.search;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server that speaks Search-R1's protocol: {@code POST /retrieve} with {@code {"queries": [..], "topk": 3, "return_scores": true}}, answered by {@code
 * {"result": [[{"document": {"id": "1", "contents": "\"Title\"\ntext"}, "score": 1.5}]]}}. A server that is away, slow, or answers anything else is a {@link
 * RetrievalException} that says so. Safe for any thread.
 */
public final class HttpRetriever implements Retriever {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final int MAX_BODY = 16 << 20;
    private static final int SHOWN = 200;

    private final URI address;
    private final Duration timeout;
    private final HttpClient client;

    /**
     * A client.
     *
     * @param address the whole address, {@code /retrieve} included
     * @param timeout how long a search may take, connecting included
     */
    public HttpRetriever(URI address, Duration timeout) {
        this.address = address;
        this.timeout = timeout;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .build();
    }

    @Override
    public List<Hit> retrieve(String query, int topK) {
        ObjectNode asked = MAPPER.createObjectNode();
        asked.putArray("queries").add(query);
        asked.put("topk", topK);
        asked.put("return_scores", true);
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(asked.toString()))
                .build();
        return read(send(request), topK);
    }

    // The time limit holds for the whole exchange: a body that never ends is a server that does not answer.
    private String send(HttpRequest request) {
        CompletableFuture<String> answer = client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream())
                .thenApplyAsync(this::body);
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw failed("did not answer within " + timeout.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RetrievalException refused) {
                throw refused;
            }
            throw failed("could not be asked: " + e.getCause(), e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw failed("was not waited for: interrupted", e);
        }
    }

    private String body(HttpResponse<InputStream> response) {
        try (InputStream in = response.body()) {
            byte[] bytes = in.readNBytes(MAX_BODY + 1);
            if (bytes.length > MAX_BODY) {
                throw failed("answered with more than " + MAX_BODY + " bytes", null);
            }
            String body = new String(bytes, StandardCharsets.UTF_8);
            if (response.statusCode() != 200) {
                throw failed("answered with status " + response.statusCode() + ": " + shown(body), null);
            }
            return body;
        } catch (IOException e) {
            throw failed("broke off its answer: " + e.getMessage(), e);
        }
    }

    private List<Hit> read(String body, int topK) {
        JsonNode result;
        try {
            result = MAPPER.readTree(body).path("result").path(0);
        } catch (JsonProcessingException e) {
            throw failed("answered with no JSON: " + shown(body), e);
        }
        if (!result.isArray()) {
            throw failed("answered without result[0], a list of documents: " + shown(body), null);
        }
        List<Hit> hits = new ArrayList<>();
        for (JsonNode each : result) {
            if (hits.size() == topK) {
                break;
            }
            JsonNode document = each.has("document") ? each.path("document") : each;
            JsonNode contents = document.path("contents");
            if (!contents.isTextual()) {
                throw failed("answered with a document without contents: " + shown(each.toString()), null);
            }
            String id = document.path("id").asText(Integer.toString(hits.size()));
            hits.add(new Hit(
                    new Passage(id, contents.asText()), each.path("score").asDouble(0)));
        }
        return hits;
    }

    private RetrievalException failed(String how, @Nullable Throwable cause) {
        return new RetrievalException("the retrieval server " + address + " " + how, cause);
    }

    private static String shown(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
