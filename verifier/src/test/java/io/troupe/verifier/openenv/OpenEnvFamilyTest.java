package io.troupe.verifier.openenv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.troupe.verifier.Environment;
import io.troupe.verifier.Message;
import io.troupe.verifier.OptionsException;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Split;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamilies;
import io.troupe.verifier.TaskFamily;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client against a real server: doubling numbers, episodes kept apart by their id; and one that misbehaves. */
class OpenEnvFamilyTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Long> secrets = new ConcurrentHashMap<>();
    private final CountDownLatch hang = new CountDownLatch(1);
    private volatile String misbehaviour = "";
    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            var thread = new Thread(task, "openenv");
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/health", exchange -> send(exchange, 200, "{\"status\": \"healthy\"}"));
        server.createContext("/reset", this::reset);
        server.createContext("/step", this::step);
        server.start();
    }

    @AfterEach
    void stop() {
        hang.countDown();
        server.stop(0);
    }

    @Test
    void anEpisodeIsPlayedOnTheServer() {
        TaskFamily family = family("\"sessions\": 4");
        Task task = family.task(Split.TRAIN, 1, 0, 1);
        assertThat(task.prompt()).extracting(Message::role).containsExactly("system", "user");
        long number = Long.parseLong(task.prompt().get(1).content().replaceAll("\\D", ""));
        try (Environment environment = family.open();
                Environment other = family.open()) {
            assertThat(environment.reset(task, 1)).isEqualTo(task.prompt());
            assertThat(other.reset(family.task(Split.TRAIN, 1, 1, 1), 1)).isNotEqualTo(task.prompt());
            assertThat(environment.step("wait")).isEqualTo(new StepResult.Continue(List.of(Message.user("and?"))));
            var done = (StepResult.Done) environment.step(Long.toString(2 * number));
            assertThat(done.verdict().outcome()).isEqualTo(Outcome.CORRECT);
            assertThat(done.verdict().reward()).isEqualTo(1.25);
            assertThat(done.verdict().metrics().get(0).value()).isEqualTo(2);
            assertThatThrownBy(() -> environment.step("late")).isInstanceOf(IllegalStateException.class);
            assertThat(((StepResult.Done) other.step("7")).verdict().outcome()).isEqualTo(Outcome.WRONG);
        }
    }

    @Test
    void aServerNeedsNoHealthButOneThatIsIllIsRefused() {
        server.removeContext("/health");
        assertThat(family("\"sessions\": 1").task(Split.TRAIN, 1, 0, 1).prompt())
                .isNotEmpty();

        server.createContext("/health", exchange -> send(exchange, 503, "{\"status\": \"starting\"}"));
        assertThatThrownBy(() -> family("\"sessions\": 1"))
                .isInstanceOf(OptionsException.class)
                .hasMessageContaining("/health answered HTTP 503");
    }

    @Test
    void tasksAreAFunctionOfTheirArgumentsAndTheSidesShareNoOpening() {
        TaskFamily family = family("\"sessions\": 1");
        Set<List<Message>> trained = new HashSet<>();
        for (int i = 0; i < 30; i++) {
            Task task = family.task(Split.TRAIN, 1, i, 1);
            assertThat(family.task(Split.TRAIN, 1, i, 1)).isEqualTo(task);
            trained.add(task.prompt());
        }
        for (int i = 0; i < 30; i++) {
            assertThat(trained)
                    .doesNotContain(family.task(Split.EVALUATION, 2, i, 1).prompt());
        }
    }

    @Test
    void aServerWithOneStateHasOneEpisodeAtATimeAndSaysWhatToDoAboutIt() {
        TaskFamily family = family("\"sessions\": 1, \"timeout-seconds\": 0.3");
        Task task = family.task(Split.TRAIN, 1, 0, 1);
        try (Environment first = family.open();
                Environment second = family.open()) {
            first.reset(task, 1);
            assertThatThrownBy(() -> second.reset(task, 1))
                    .isInstanceOf(OpenEnvException.class)
                    .hasMessageContaining("options.sessions is 1");
            assertThat(first.truncated("enough").outcome()).isEqualTo(Outcome.NO_ANSWER);
            assertThat(second.reset(task, 1)).isEqualTo(task.prompt());
        }
    }

    @Test
    void aServerThatMisbehavesFailsTheEpisodeByNameAndTheNextOneGoesOn() {
        TaskFamily family = family("\"sessions\": 1, \"timeout-seconds\": 0.5, \"max-response-bytes\": 10000");
        Task task = family.task(Split.TRAIN, 1, 0, 1);
        Map<String, String> words = Map.of(
                "500", "HTTP 500",
                "hang", "did not answer within 500 ms",
                "half", "did not answer within 500 ms",
                "flood", "longer than 10000 bytes",
                "not json", "did not answer with JSON",
                "no observation", "no \"observation\"",
                "reward is text", "\"reward\" must be a number",
                "no field", "no field 'text'; there are other",
                "cut", "failed");
        words.forEach((kind, expected) -> {
            try (Environment environment = family.open()) {
                environment.reset(task, 1);
                misbehaviour = kind;
                assertThatThrownBy(() -> environment.step("7"))
                        .as(kind)
                        .isInstanceOf(OpenEnvException.class)
                        .hasMessageContaining("localhost")
                        .hasMessageContaining(expected);
            } finally {
                misbehaviour = "";
            }
        });
        try (Environment environment = family.open()) {
            assertThat(environment.reset(task, 1)).isEqualTo(task.prompt());
        }
    }

    @Test
    void aServerThatIsNotThereIsFoundWhenTheRunIsConfigured() {
        server.stop(0);
        assertThatThrownBy(() -> family("\"sessions\": 1"))
                .isInstanceOf(OptionsException.class)
                .hasMessageContaining("start the server first");
        assertThatThrownBy(() -> configured("{\"urls\": [\"localhost\"]}"))
                .isInstanceOf(OptionsException.class)
                .hasMessageContaining("is no address");
        assertThatThrownBy(() -> new OpenEnvFamily().task(Split.TRAIN, 1, 0, 1))
                .isInstanceOf(OptionsException.class)
                .hasMessageContaining("urls");
    }

    private TaskFamily family(String options) {
        return configured(
                "{\"urls\": [\"http://localhost:%d\"], \"action\": \"message.text\", \"observation\": \"text\", \"system\": \"Double it.\", %s}"
                        .formatted(server.getAddress().getPort(), options));
    }

    private static TaskFamily configured(String options) {
        return TaskFamilies.load()
                .configured(List.of(new TaskFamilies.Entry("d", "env/openenv", options)))
                .get("d");
    }

    private void reset(HttpExchange exchange) throws IOException {
        JsonNode request = JSON.readTree(exchange.getRequestBody());
        long number = request.path("seed").asLong() % 100_000;
        secrets.put(request.path("episode_id").asText(), 2 * number);
        send(
                exchange,
                200,
                "{\"observation\": {\"text\": \"Double " + number + ".\"}, \"reward\": null, \"done\": false}");
    }

    private void step(HttpExchange exchange) throws IOException {
        JsonNode request = JSON.readTree(exchange.getRequestBody());
        String action = request.path("action").path("message").path("text").asText();
        long secret = secrets.get(request.path("episode_id").asText());
        switch (misbehaviour) {
            case "500" -> send(exchange, 500, "Traceback …");
            case "hang" -> await();
            case "half" -> {
                exchange.sendResponseHeaders(200, 1000);
                exchange.getResponseBody().write('{');
                exchange.getResponseBody().flush();
                await();
            }
            case "flood" -> send(exchange, 200, "{\"observation\": {\"text\": \"" + "x".repeat(1 << 20) + "\"}}");
            case "not json" -> send(exchange, 200, "<html>");
            case "no observation" -> send(exchange, 200, "{\"reward\": 1}");
            case "reward is text" -> send(exchange, 200, "{\"observation\": {}, \"reward\": \"much\"}");
            case "no field" -> send(exchange, 200, "{\"observation\": {\"other\": 1}, \"done\": false}");
            case "cut" -> exchange.close();
            default -> {
                boolean wait = action.equals("wait");
                boolean right = action.equals(Long.toString(secret));
                send(
                        exchange,
                        200,
                        "{\"observation\": {\"text\": \"and?\"}, \"reward\": %s, \"done\": %s}"
                                .formatted(wait ? "0.25" : right ? "1" : "0", !wait));
            }
        }
    }

    private void await() {
        try {
            hang.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        try {
            exchange.getResponseBody().write(bytes);
        } catch (IOException e) {
            // the client hung up on a flood, as it should
        }
        exchange.close();
    }
}
