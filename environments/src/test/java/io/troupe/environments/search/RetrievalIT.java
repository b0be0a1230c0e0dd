package io.troupe.environments.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import io.troupe.verifier.Environment;
import io.troupe.verifier.Options;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Split;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamily;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RetrievalIT {

    private static final World WORLD = World.of(1, 2_000);

    private final ExecutorService executor = Executors.newFixedThreadPool(2);
    private final LuceneRetriever index = LuceneRetriever.of(WORLD.articles(), 0.9, 0.4);
    private RetrievalServer server;

    @BeforeEach
    void start() throws IOException {
        server = RetrievalServer.start(anyPort(), index, executor);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        executor.shutdownNow();
        index.close();
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static HttpRetriever client(URI address, Duration timeout) {
        return new HttpRetriever(address, timeout);
    }

    private static String post(URI address, String body) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(address)
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void findsOverTheNetworkWhatTheIndexFinds() {
        HttpRetriever client = client(server.address(), Duration.ofSeconds(20));
        for (Thing thing : WORLD.things().subList(0, 50)) {
            assertThat(client.retrieve(thing.name(), 3)).isEqualTo(index.retrieve(thing.name(), 3));
        }
    }

    @Test
    void answersAnyClientOfTheProtocol() throws IOException, InterruptedException {
        Thing thing = WORLD.things().get(0);
        String title = thing.name() + "\\n";

        assertThat(post(
                        server.address(),
                        "{\"queries\":[\"" + thing.name() + "\",\"x\"],\"topk\":1,\"return_scores\":true}"))
                .startsWith("{\"result\":[[{\"document\":{\"id\":\"0\",\"contents\":\"" + title)
                .contains("\"score\":")
                .endsWith("]]}");
        assertThat(post(server.address(), "{\"queries\":[\"" + thing.name() + "\"]}"))
                .startsWith("{\"result\":[[{\"id\":\"0\",\"contents\":\"" + title);
        assertThat(post(server.address(), "{\"queries\":7}")).contains("error");
        assertThat(post(server.address(), "{")).contains("error");
    }

    @Test
    void playsAnEpisodeOverTheNetwork() {
        TaskFamily family = new Search()
                .configured(Options.bind(SearchOptions.class, "{\"url\":\"" + server.address() + "\",\"top-k\":1}"));
        Task task = family.task(Split.TRAIN, 1, 0, 1);
        var walk = new WorldQuestions(WORLD).walk(Split.TRAIN, 1, 0, 1);
        try (Environment environment = family.open()) {
            environment.reset(task, 1);

            StepResult found = environment.step("<search>" + walk.start().name() + "</search>");
            StepResult done = environment.step("<answer>" + walk.end().name() + "</answer>");

            assertThat(((StepResult.Continue) found).observation().get(0).content())
                    .isEqualTo("\n\n<information>Doc 1(Title: " + walk.start().name() + ") "
                            + WORLD.article(walk.start()).text() + "</information>\n\n");
            assertThat(((StepResult.Done) done).verdict().outcome()).isEqualTo(Outcome.CORRECT);
        }
    }

    @Test
    void saysThatAServerIsAway() {
        URI gone = server.address();
        server.close();

        assertFails(gone, Duration.ofSeconds(20), "could not be asked");
    }

    @Test
    void saysWhatAServerAnsweredInsteadOfPassages() throws IOException {
        assertFailsOn(500, "Internal Server Error", "status 500: Internal Server Error");
        assertFailsOn(200, "<html>", "no JSON: <html>");
        assertFailsOn(200, "{\"results\":[]}", "without result[0]");
        assertFailsOn(200, "{\"result\":[[{\"document\":{\"id\":\"1\"}}]]}", "without contents");
        assertFailsOn(200, "x".repeat((16 << 20) + 1), "more than");
    }

    @Test
    void givesUpOnAServerThatNeverAnswersOrNeverEnds() throws IOException {
        var over = new CountDownLatch(1);
        HttpServer slow = HttpServer.create(anyPort(), 0);
        slow.setExecutor(executor);
        slow.createContext("/silent", exchange -> awaitEnd(over));
        slow.createContext("/endless", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            awaitEnd(over);
        });
        slow.start();
        try {
            String base = "http://127.0.0.1:" + slow.getAddress().getPort();
            assertFails(URI.create(base + "/silent"), Duration.ofMillis(300), "300 ms", "timed out");
            assertFails(URI.create(base + "/endless"), Duration.ofMillis(300), "300 ms");
        } finally {
            over.countDown();
            slow.stop(0);
        }
    }

    private static void awaitEnd(CountDownLatch over) {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void assertFailsOn(int status, String body, String said) throws IOException {
        HttpServer strange = HttpServer.create(anyPort(), 0);
        strange.setExecutor(executor);
        strange.createContext("/retrieve", exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        strange.start();
        try {
            URI address = URI.create("http://127.0.0.1:" + strange.getAddress().getPort() + "/retrieve");
            assertFails(address, Duration.ofSeconds(20), said);
        } finally {
            strange.stop(0);
        }
    }

    /** The message names the address and says one of these. */
    private static void assertFails(URI address, Duration timeout, String... saysOne) {
        HttpRetriever client = client(address, timeout);
        assertThatExceptionOfType(RetrievalException.class)
                .isThrownBy(() -> client.retrieve("moon", 3))
                .satisfies(e -> assertThat(e.getMessage()).contains(address.toString()))
                .satisfies(e -> assertThat(saysOne)
                        .anyMatch(said -> String.valueOf(e.getMessage()).contains(said)));
    }
}
