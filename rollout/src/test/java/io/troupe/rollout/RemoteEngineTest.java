package io.troupe.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.sun.net.httpserver.HttpServer;
import io.troupe.policy.ComputeDevice;
import io.troupe.policy.Policy;
import io.troupe.policy.WeightFiles;
import io.troupe.policy.Weights;
import io.troupe.rollout.remote.RemoteServers;
import io.troupe.rollout.remote.RemoteSettings;
import io.troupe.rollout.remote.ServerKind;
import io.troupe.rollout.remote.UnfitServerException;
import io.troupe.rollout.remote.WeightRoute;
import io.troupe.rollout.serve.CompletionServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The remote engine against a real server over the local engine; faults come from a proxy in between. */
class RemoteEngineTest {

    private static final SamplingParams PARAMS = new SamplingParams(0.7, 0.9, 40, 12, 200, List.of());

    @TempDir
    Path folder;

    private final LinkedBlockingQueue<Boolean> arrivals = new LinkedBlockingQueue<>();
    private NDManager manager;
    private Policy policy;
    private CompletionServer server;
    private Path weights;
    private Path otherWeights;

    @BeforeEach
    void serve() throws IOException {
        manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        policy = Policy.open(TinyPolicy.create(folder.resolve("policy"), 5));
        weights = write(policy, "one");
        try (Policy other = Policy.open(TinyPolicy.create(folder.resolve("other"), 6))) {
            otherWeights = write(other, "two");
        }
        java.nio.file.Files.createDirectories(folder.resolve("shared"));
        server = new CompletionServer(
                policy,
                new CompletionServer.Settings(
                        "127.0.0.1", 0, "tiny", ComputeDevice.CPU, 8, 256, folder.resolve("shared")));
    }

    @AfterEach
    void stop() {
        server.close();
        policy.close();
        manager.close();
    }

    @Test
    void turnsAndLogProbabilitiesAreThoseOfTheLocalEngineOverSeveralTurnsAndNewWeights() throws Exception {
        int[] prompt = policy.tokenizer().encode("What is 1+2?");
        int[] observation = policy.tokenizer().encode("<|im_end|>\n<|im_start|>tool\n7<|im_end|>\n");
        try (var local = new LocalEngine(policy, manager, 8, 256, 0);
                var servers = RemoteServers.connect(settings(server.port()), policy, PARAMS, "test");
                var remote = engine(servers)) {
            assertThat(servers.findings().kind()).isEqualTo(ServerKind.TROUPE);
            assertThat(servers.findings().tokenIds()).isTrue();
            assertThat(servers.findings().atTemperature()).isTrue();
            assertThat(servers.findings().afterTruncation()).isFalse();
            for (Path file : List.of(weights, otherWeights)) {
                long version = file.equals(weights) ? 0 : 1;
                try (WeightFiles files = WeightFiles.open(file)) {
                    local.load(files, version);
                }
                remote.load(file, version);
                List<Sequence> expected = local.start(prompt, PARAMS, 11, 12, 13, Long.MIN_VALUE);
                List<Sequence> sampled = remote.start(prompt, PARAMS, 11, 12, 13, Long.MIN_VALUE);
                finish(local, expected);
                finish(remote, sampled);
                assertEqual(sampled, expected, version);
                expected.forEach(sequence -> local.append(sequence, observation));
                sampled.forEach(sequence -> remote.append(sequence, observation));
                finish(local, expected);
                finish(remote, sampled);
                assertEqual(sampled, expected, version);
                expected.forEach(local::release);
                sampled.forEach(remote::release);
            }
            assertThat(remote.freeSlots()).isEqualTo(8);
        }
    }

    @Test
    void nothingIsSampledBeforeWeightsHaveArrived() throws Exception {
        try (var servers = RemoteServers.connect(settings(server.port()), policy, PARAMS, "test");
                var remote = engine(servers)) {
            List<Sequence> held = remote.start(new int[] {1, 2}, PARAMS, 1);
            assertThat(remote.waiting().get(0)).contains("1 wait for weights");
            remote.load(weights, 3);
            finish(remote, held);
            assertThat(held.get(0).turnVersions()).containsOnly(3L);
        }
    }

    @Test
    void aServerThatTakesNoNewWeightsIsAnErrorAndNothingMoreIsSampled() throws Exception {
        try (var closed = new CompletionServer(
                        policy,
                        new CompletionServer.Settings("127.0.0.1", 0, "tiny", ComputeDevice.CPU, 8, 256, null));
                var servers = RemoteServers.connect(settings(closed.port()), policy, PARAMS, "test");
                var remote = engine(servers)) {
            assertThatThrownBy(() -> remote.load(weights, 0))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("did not load version 0")
                    .hasMessageContaining("--updates DIR");
            assertThat(remote.version()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "engine-malformed, not json at all",
        "engine-wrong-counts, fewer",
        "engine-not-finite, nan",
        "engine-foreign-token, foreign",
        "engine-stopped-early, short",
        "engine-broken-off, truncated",
        "engine-busy, 503",
        "engine-refused, 400",
        "engine-wrong-version, version",
        "engine-timed-out, silent",
    })
    void aTurnThatIsNotAnsweredAsItShouldIsLostByName(String reason, String fault) throws Exception {
        try (var proxy = new Proxy(server.port());
                var servers = RemoteServers.connect(settings(proxy.port()), policy, PARAMS, "test");
                var remote = engine(servers)) {
            remote.load(weights, 0);
            proxy.fault = fault;
            List<Sequence> sampled = remote.start(policy.tokenizer().encode("What is 1+2?"), PARAMS, 11);
            finish(remote, sampled);
            assertThat(sampled.get(0).loss()).startsWith(reason + ": ");
            proxy.fault = "";
            remote.release(sampled.get(0));
            List<Sequence> again = remote.start(policy.tokenizer().encode("What is 1+2?"), PARAMS, 11);
            finish(remote, again);
            assertThat(again.get(0).loss()).isNull();
        }
    }

    @Test
    void aFailureThatPassesIsTriedAgainAndManyThatDoNotEndTheEngine() throws Exception {
        try (var proxy = new Proxy(server.port());
                var servers = RemoteServers.connect(settings(proxy.port()), policy, PARAMS, "test");
                var remote = engine(servers)) {
            remote.load(weights, 0);
            proxy.fault = "503";
            proxy.faults.set(1);
            List<Sequence> sampled = remote.start(new int[] {1, 2}, PARAMS, 11);
            finish(remote, sampled);
            assertThat(sampled.get(0).loss()).isNull();
            proxy.faults.set(1000);
            proxy.fault = "400";
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 16; i++) {
                            List<Sequence> lost = remote.start(new int[] {1, 2}, PARAMS, i);
                            finish(remote, lost);
                            lost.forEach(remote::release);
                        }
                    })
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("16 turns in a row");
        }
    }

    @Test
    void whatCannotBeTrainedWithIsRefusedBeforeItBegins() throws Exception {
        try (var proxy = new Proxy(server.port())) {
            proxy.fault = "text only";
            assertThatThrownBy(() -> RemoteServers.connect(settings(proxy.port()), policy, PARAMS, "test"))
                    .isInstanceOf(UnfitServerException.class)
                    .hasMessageContaining("as text, not as ids")
                    .hasMessageContaining("allow-reencoding");
            proxy.fault = "raw";
            assertThatThrownBy(() -> RemoteServers.connect(settings(proxy.port()), policy, PARAMS, "test"))
                    .isInstanceOf(UnfitServerException.class)
                    .hasMessageContaining("log-probabilities at temperature 1")
                    .hasMessageContaining("rollout.temperature = 1");
        }
        assertThatThrownBy(() -> RemoteServers.connect(settings(1), policy, PARAMS, "test"))
                .isInstanceOf(UnfitServerException.class)
                .hasMessageContaining("does the server run?");
    }

    private RemoteEngine engine(RemoteServers servers) {
        return new RemoteEngine(servers, policy, 8, 256, () -> arrivals.add(true));
    }

    private RemoteSettings settings(int port) {
        return new RemoteSettings(
                List.of(URI.create("http://127.0.0.1:" + port)),
                ServerKind.AUTO,
                null,
                null,
                Duration.ofSeconds(2),
                1,
                4,
                WeightRoute.RELOAD,
                folder.resolve("shared"),
                false);
    }

    private Path write(Policy from, String name) throws IOException {
        Path file = folder.resolve(name + ".safetensors");
        try (NDManager scope = manager.newSubManager();
                Weights loaded = from.loadWeights(scope, false)) {
            loaded.write(file);
        }
        return file;
    }

    private void finish(Engine engine, List<Sequence> sequences) throws InterruptedException {
        var left = new ArrayList<>(sequences);
        while (!left.isEmpty()) {
            if (engine instanceof RemoteEngine && !engine.hasWork()) {
                assertThat(arrivals.poll(30, TimeUnit.SECONDS)).as("an answer").isNotNull();
            }
            left.removeAll(engine.step());
        }
    }

    private static void assertEqual(List<Sequence> sampled, List<Sequence> expected, long version) {
        for (int i = 0; i < expected.size(); i++) {
            Sequence one = sampled.get(i);
            Sequence other = expected.get(i);
            assertThat(one.loss()).isNull();
            assertThat(one.turnTokens()).isEqualTo(other.turnTokens());
            assertThat(one.turnEnd()).isEqualTo(other.turnEnd());
            assertThat(one.turnVersions()).containsOnly(version);
            for (int t = 0; t < other.turnTokens().length; t++) {
                assertThat(one.turnLogProbabilities()[t]).isCloseTo(other.turnLogProbabilities()[t], within(2e-5f));
            }
        }
    }

    /** Passes requests on to a real server, and spoils its answers to completions. */
    private static final class Proxy implements AutoCloseable {
        private final HttpServer http;
        private final HttpClient client = HttpClient.newHttpClient();
        private final ExecutorService executor = Executors.newCachedThreadPool();
        final AtomicInteger faults = new AtomicInteger(Integer.MAX_VALUE);
        volatile String fault = "";

        Proxy(int behind) throws IOException {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            http.createContext("/", exchange -> {
                try (exchange) {
                    String sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                    boolean completion = exchange.getRequestURI().getPath().endsWith("completions");
                    String spoil = completion && faults.getAndDecrement() > 0 ? fault : "";
                    if (spoil.equals("raw")) {
                        sent = sent.replace("\"temperature\":0.5", "\"temperature\":1.0");
                    }
                    var request =
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + behind + exchange.getRequestURI()));
                    HttpResponse<String> answer = client.send(
                            exchange.getRequestMethod().equals("GET")
                                    ? request.GET().build()
                                    : request.POST(HttpRequest.BodyPublishers.ofString(sent))
                                            .build(),
                            HttpResponse.BodyHandlers.ofString());
                    if (spoil.equals("silent")) {
                        Thread.sleep(60_000); // interrupted at the end of the test
                    }
                    byte[] body = spoil(spoil, answer.body()).getBytes(StandardCharsets.UTF_8);
                    int status = spoil.matches("[0-9]+") ? Integer.parseInt(spoil) : answer.statusCode();
                    exchange.sendResponseHeaders(status, body.length);
                    int length = spoil.equals("truncated") ? body.length / 2 : body.length;
                    exchange.getResponseBody().write(body, 0, length);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            http.setExecutor(executor);
            http.start();
        }

        int port() {
            return http.getAddress().getPort();
        }

        private static String spoil(String fault, String answer) {
            return switch (fault) {
                case "not json at all" -> fault;
                case "fewer" -> answer.replaceFirst("\"token_ids\":\\[[0-9]+,?", "\"token_ids\":[");
                case "nan" -> answer.replaceFirst("(\"token_logprobs\":\\[)[-0-9.E]+", "$1null");
                case "foreign" -> answer.replaceFirst("(\"token_ids\":\\[)[0-9]+", "$199999");
                case "short" ->
                    "{\"choices\":[{\"finish_reason\":\"length\",\"token_ids\":[5],"
                            + "\"logprobs\":{\"token_logprobs\":[-1.0]}}]}";
                case "version" -> answer.replaceFirst("(\"weight_version\":\")[^\"]+", "$1initial");
                case "text only" -> answer.replaceAll("\"(prompt_)?token_ids\":\\[[0-9,]+\\],", "");
                default -> answer;
            };
        }

        @Override
        public void close() {
            http.stop(0);
            executor.shutdownNow();
        }
    }
}
