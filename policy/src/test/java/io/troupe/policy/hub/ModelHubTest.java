package io.troupe.policy.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hub's client against a real HTTP server that speaks as a hub does, and as it should not. */
class ModelHubTest {

    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    private static final HubReference REFERENCE = HubReference.parse("hf:acme/tiny");

    @TempDir
    Path cache;

    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger cuts = new AtomicInteger();
    private final CountDownLatch silence = new CountDownLatch(1);
    private volatile boolean silent;
    private volatile boolean lies;
    private volatile int refusal;
    private HttpServer hub;
    private HttpServer storage;

    @BeforeEach
    void serve() throws Exception {
        var weights = new byte[300_000];
        new SplittableRandom(1).nextBytes(weights);
        files.put("config.json", "{\"model_type\": \"llama\"}".getBytes(StandardCharsets.UTF_8));
        files.put("tokenizer.json", "{}".getBytes(StandardCharsets.UTF_8));
        files.put("model.safetensors", weights);
        files.put("README.md", "not wanted".getBytes(StandardCharsets.UTF_8));
        files.put("onnx/model.safetensors", new byte[10]);
        hub = server();
        storage = server();
        hub.createContext("/api/models/acme/tiny/revision/", this::listing);
        hub.createContext("/acme/tiny/resolve/", this::resolve);
        storage.createContext("/large/", this::large);
    }

    @AfterEach
    void stop() {
        silence.countDown();
        hub.stop(0);
        storage.stop(0);
    }

    @Test
    void fetchesWhatAPolicyNeedsAndNoMoreAndLaysItOutLikeTheOtherClients() throws Exception {
        var seen = new ArrayList<Long>();
        Path folder = hub(null).fetch(REFERENCE, (file, done, total) -> seen.add(done));

        assertThat(folder).isEqualTo(cache.resolve("models--acme--tiny/snapshots/" + COMMIT));
        for (String name : List.of("config.json", "tokenizer.json", "model.safetensors")) {
            assertThat(Files.readAllBytes(folder.resolve(name))).isEqualTo(files.get(name));
        }
        assertThat(folder.resolve("README.md")).doesNotExist();
        assertThat(folder.resolve("onnx")).doesNotExist();
        assertThat(Files.isSymbolicLink(folder.resolve("config.json"))).isTrue();
        assertThat(cache.resolve("models--acme--tiny/refs/main")).hasContent(COMMIT);
        assertThat(cache.resolve("models--acme--tiny/blobs/" + digest("SHA-256", files.get("model.safetensors"))))
                .exists();
        assertThat(seen).isSorted().last().isEqualTo(300_000L + 25);
        try (var left = Files.list(cache.resolve("models--acme--tiny/blobs"))) {
            assertThat(left).hasSize(3);
        }
    }

    @Test
    void whatIsThereIsNotFetchedAgain() {
        hub(null).fetch(REFERENCE, (file, done, total) -> {});
        requests.clear();
        hub(null).fetch(REFERENCE, (file, done, total) -> {});
        assertThat(requests).containsExactly("/api/models/acme/tiny/revision/main");
    }

    @Test
    void aDownloadThatBreaksOffGoesOnFromItsLastByte() throws Exception {
        cuts.set(2);
        Path folder = hub(null).fetch(REFERENCE, (file, done, total) -> {});
        assertThat(Files.readAllBytes(folder.resolve("model.safetensors"))).isEqualTo(files.get("model.safetensors"));
        assertThat(requests)
                .filteredOn(request -> request.startsWith("/large/"))
                .hasSize(3);
        // how much of what was sent had arrived before the cut is up to the network; what counts is that it was not
        // sent again
        assertThat(requests)
                .filteredOn(request -> request.matches("/large/.* bytes=[1-9]\\d*-.*"))
                .isNotEmpty();
    }

    @Test
    void theTokenGoesToTheHubAndNotToWhereItRedirects() {
        hub("secret").fetch(REFERENCE, (file, done, total) -> {});
        assertThat(requests).filteredOn(request -> request.startsWith("/api/")).allMatch(r -> r.endsWith("secret"));
        assertThat(requests)
                .filteredOn(request -> request.startsWith("/large/"))
                .noneMatch(r -> r.contains("secret"));
    }

    @Test
    void damagedContentIsRefusedAndNotKept() {
        lies = true;
        assertThatThrownBy(() -> hub(null).fetch(REFERENCE, (file, done, total) -> {}))
                .isInstanceOf(HubException.class)
                .hasMessageContainingAll("model.safetensors", "damaged");
        assertThat(cache.resolve("models--acme--tiny/snapshots/" + COMMIT + "/model.safetensors"))
                .doesNotExist();
    }

    @Test
    void aServerThatFallsSilentIsHungUpOn() {
        silent = true;
        var settings = new HubSettings(endpoint(), cache, null, false, Duration.ofMillis(300), 1);
        assertThatThrownBy(() -> new ModelHub(settings).fetch(REFERENCE, (file, done, total) -> {}))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("could not be fetched");
    }

    @Test
    void refusalsSayWhatToDo() {
        refusal = 401;
        refused(null, REFERENCE, "HF_TOKEN");
        refusal = 403;
        refused("mine", REFERENCE, "accept its terms");
        refusal = 404;
        refused(null, REFERENCE, "check owner, name and revision");
        refusal = 400;
        refused(null, REFERENCE, "HTTP 400");
        refusal = 0;
        refused(null, HubReference.parse("hf:acme/tiny:none.gguf"), "has no none.gguf");
    }

    @Test
    void offlineTheCacheIsAllThereIs() {
        var offline = new HubSettings(endpoint(), cache, null, true, Duration.ofSeconds(5), 1);
        assertThatThrownBy(() -> new ModelHub(offline).fetch(REFERENCE, (file, done, total) -> {}))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("HF_HUB_OFFLINE");
        Path folder = hub(null).fetch(REFERENCE, (file, done, total) -> {});
        requests.clear();
        assertThat(new ModelHub(offline).fetch(REFERENCE, (file, done, total) -> {}))
                .isEqualTo(folder);
        assertThat(new ModelHub(offline).fetch(HubReference.parse("hf:acme/tiny@" + COMMIT), (f, d, t) -> {}))
                .isEqualTo(folder);
        assertThat(requests).isEmpty();
    }

    @Test
    void referencesAreReadStrictly() {
        assertThat(HubReference.parse("hf:a/b@v1.0")).isEqualTo(new HubReference("a/b", "v1.0", null));
        assertThat(HubReference.parse("hf:a/b:q/x.gguf@dev")).isEqualTo(new HubReference("a/b", "dev", "q/x.gguf"));
        assertThat(HubReference.parse("hf:a/b").toString()).isEqualTo("hf:a/b");
        for (String wrong : List.of("hf:a", "hf:a/b/c", "hf:../b", "hf:a/b@", "hf:a/b:../../x.gguf", "hf:a/b:x.bin")) {
            assertThatThrownBy(() -> HubReference.parse(wrong))
                    .isInstanceOf(HubException.class)
                    .hasMessageContaining(wrong);
        }
    }

    @Test
    void theEnvironmentSaysWhereAndWho() throws IOException {
        Files.writeString(cache.resolve("token"), "kept\n");
        var settings = HubSettings.of(Map.of("HF_HOME", cache.toString(), "HF_ENDPOINT", "http://mirror/"));
        assertThat(settings.endpoint()).isEqualTo(URI.create("http://mirror"));
        assertThat(settings.cache()).isEqualTo(cache.resolve("hub"));
        assertThat(settings.token()).isEqualTo("kept");
        assertThat(HubSettings.of(Map.of("HF_HUB_OFFLINE", "1", "HF_TOKEN", "t")))
                .matches(HubSettings::offline)
                .extracting(HubSettings::token)
                .isEqualTo("t");
        assertThatThrownBy(() -> HubSettings.of(Map.of("HF_ENDPOINT", "not an address")))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("HF_ENDPOINT");
    }

    private void refused(String token, HubReference reference, String words) {
        assertThatThrownBy(() -> hub(token).fetch(reference, (file, done, total) -> {}))
                .isInstanceOf(HubException.class)
                .hasMessageContaining(words);
    }

    private ModelHub hub(String token) {
        return new ModelHub(new HubSettings(endpoint(), cache, token, false, Duration.ofSeconds(10), 4));
    }

    private URI endpoint() {
        return URI.create("http://localhost:" + hub.getAddress().getPort());
    }

    private void listing(HttpExchange exchange) throws IOException {
        note(exchange);
        if (refusal != 0) {
            send(exchange, refusal, new byte[0]);
            return;
        }
        var siblings = new ArrayList<String>();
        files.forEach((name, bytes) -> siblings.add(
                name.endsWith(".safetensors")
                        ? "{\"rfilename\":\"%s\",\"blobId\":\"x\",\"lfs\":{\"sha256\":\"%s\",\"size\":%d}}"
                                .formatted(name, digest("SHA-256", bytes), bytes.length)
                        : "{\"rfilename\":\"%s\",\"blobId\":\"%s\",\"size\":%d}"
                                .formatted(name, digest("SHA-1", blob(bytes)), bytes.length)));
        String json = "{\"sha\":\"" + COMMIT + "\",\"siblings\":[" + String.join(",", siblings) + "]}";
        send(exchange, 200, json.getBytes(StandardCharsets.UTF_8));
    }

    private void resolve(HttpExchange exchange) throws IOException {
        note(exchange);
        String name = exchange.getRequestURI().getPath().substring(("/acme/tiny/resolve/" + COMMIT + "/").length());
        if (name.endsWith(".safetensors")) {
            exchange.getResponseHeaders()
                    .add("Location", "http://127.0.0.1:" + storage.getAddress().getPort() + "/large/" + name);
            send(exchange, 302, new byte[0]);
        } else {
            send(exchange, 200, files.get(name));
        }
    }

    private void large(HttpExchange exchange) throws IOException {
        note(exchange);
        byte[] bytes = files.get(exchange.getRequestURI().getPath().substring("/large/".length()))
                .clone();
        if (lies) {
            bytes[7]++;
        }
        String range = exchange.getRequestHeaders().getFirst("Range");
        int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
        int until = cuts.getAndDecrement() > 0 ? Math.min(bytes.length, from + 100_000) : bytes.length;
        exchange.sendResponseHeaders(range == null ? 200 : 206, bytes.length - from);
        var out = exchange.getResponseBody();
        if (silent) {
            out.write(bytes, 0, 1000);
            out.flush();
            await();
        }
        out.write(bytes, from, until - from);
        out.flush();
        exchange.close();
    }

    private void await() {
        try {
            silence.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void note(HttpExchange exchange) {
        var headers = exchange.getRequestHeaders();
        requests.add(exchange.getRequestURI().getPath()
                + (headers.containsKey("Range") ? " " + headers.getFirst("Range") : "")
                + (headers.containsKey("Authorization") ? " " + headers.getFirst("Authorization") : ""));
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static HttpServer server() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            var thread = new Thread(task, "hub");
            thread.setDaemon(true);
            return thread;
        }));
        server.start();
        return server;
    }

    private static byte[] blob(byte[] bytes) {
        byte[] head = ("blob " + bytes.length + "\0").getBytes(StandardCharsets.UTF_8);
        byte[] all = java.util.Arrays.copyOf(head, head.length + bytes.length);
        System.arraycopy(bytes, 0, all, head.length, bytes.length);
        return all;
    }

    private static String digest(String algorithm, byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
