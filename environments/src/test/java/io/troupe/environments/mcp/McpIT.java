package io.troupe.environments.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema;
import io.troupe.verifier.Environment;
import io.troupe.verifier.Message;
import io.troupe.verifier.Options;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Split;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.Verdict;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class McpIT {

    private static final String CLASS_PATH =
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    private static final List<String> ABACUS = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-cp",
            CLASS_PATH,
            AbacusServer.class.getName());

    @TempDir
    private Path folder;

    private String questions = "";

    @BeforeEach
    void writeQuestions() throws IOException {
        Path file = folder.resolve("sums.jsonl");
        Files.write(
                file,
                IntStream.range(0, 30)
                        .mapToObj(i -> "{\"question\":\"What is " + i + " + 1000?\",\"answer\":\"" + (i + 1000) + "\"}")
                        .toList());
        questions = file.toString();
    }

    private TaskFamily family(Map<String, Object> more) {
        var options = new TreeMap<String, Object>(more);
        options.putIfAbsent("questions", questions);
        options.putIfAbsent("timeout-seconds", 20);
        if (!options.containsKey("url")) {
            options.putIfAbsent("command", ABACUS);
        }
        String json = JsonMapper.builder().build().valueToTree(options).toString();
        return new Mcp().configured(Options.bind(McpOptions.class, json));
    }

    private static String call(String tool, String arguments) {
        return "<tool_call>{\"name\":\"" + tool + "\",\"arguments\":" + arguments + "}</tool_call>";
    }

    private static String observation(StepResult result) {
        assertThat(result).isInstanceOf(StepResult.Continue.class);
        return ((StepResult.Continue) result).observation().get(0).content();
    }

    private static void addsAndAnswers(TaskFamily family) {
        Task task = family.task(Split.TRAIN, 1, 0, 1);
        String question = task.prompt().get(1).content();
        String number = question.substring("What is ".length(), question.indexOf(" +"));
        try (Environment environment = family.open()) {
            List<Message> opening = environment.reset(task, 1);
            assertThat(opening.get(0).content())
                    .startsWith("Use the tools")
                    .contains("\"name\": \"add\", \"description\": \"Adds two whole numbers.\"");
            assertThat(observation(environment.step(call("add", "{\"a\":" + number + ",\"b\":1000}"))))
                    .isEqualTo(task.gold());
            Verdict verdict = ((StepResult.Done) environment.step("<answer>" + task.gold() + "</answer>")).verdict();
            assertThat(verdict.outcome()).isEqualTo(Outcome.CORRECT);
            assertThat(verdict.reward()).isEqualTo(1);
        }
    }

    @Test
    void playsAnEpisodeWithTheToolsOfAChildProcess() {
        addsAndAnswers(family(Map.of()));
    }

    @Test
    void playsAnEpisodeWithTheToolsOfAServerOverHttp() throws LifecycleException {
        var transport = HttpServletStreamableServerTransportProvider.builder()
                .jsonMapper(AbacusServer.mapper())
                .mcpEndpoint("/mcp")
                .build();
        var server = McpServer.sync(transport)
                .serverInfo("abacus", "1")
                .capabilities(McpSchema.ServerCapabilities.builder().tools(true).build())
                .tools(AbacusServer.tools())
                .build();
        var tomcat = new Tomcat();
        tomcat.setBaseDir(folder.toString());
        tomcat.setPort(0);
        var context = tomcat.addContext("", new File(folder.toString()).getAbsolutePath());
        Tomcat.addServlet(context, "mcp", transport).setAsyncSupported(true);
        context.addServletMappingDecoded("/*", "mcp");
        tomcat.getConnector();
        tomcat.start();
        try {
            addsAndAnswers(family(
                    Map.of("url", "http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + "/mcp")));
        } finally {
            server.close();
            tomcat.stop();
            tomcat.destroy();
        }
    }

    @Test
    void tellsThePolicyWhatItDidWrong() {
        TaskFamily family = family(Map.of());
        try (Environment environment = family.open()) {
            environment.reset(family.task(Split.TRAIN, 1, 0, 1), 1);

            assertThat(observation(environment.step(call("add", "{\"a\":1}"))))
                    .isEqualTo("error: the argument 'b' is missing; arguments: a, b");
            assertThat(observation(environment.step(call("subtract", "{}"))))
                    .startsWith("error: there is no tool 'subtract'");
            assertThat(observation(environment.step(call("refuse", "{}")))).isEqualTo("error: not on Sundays");
            Verdict verdict = ((StepResult.Done) environment.step("<answer>0</answer>")).verdict();
            assertThat(verdict.outcome()).isEqualTo(Outcome.WRONG);
        }
    }

    @Test
    void failsTheEpisodeOfAServerThatDiesAndStartsItAgainForTheNext() {
        TaskFamily family = family(Map.of());
        Task task = family.task(Split.TRAIN, 1, 0, 1);
        try (Environment environment = family.open();
                Environment beside = family.open()) {
            environment.reset(task, 1);
            beside.reset(task, 1);

            assertThatExceptionOfType(McpServerException.class)
                    .isThrownBy(() -> environment.step(call("die", "{}")))
                    .withMessageContaining("status 3")
                    .withMessageContaining("a call of die")
                    .withMessageContaining("the abacus broke");
            assertThatExceptionOfType(McpServerException.class)
                    .isThrownBy(() -> beside.step(call("add", "{\"a\":1,\"b\":1}")));

            environment.reset(task, 1);
            assertThat(observation(environment.step(call("add", "{\"a\":1,\"b\":1}"))))
                    .isEqualTo("2");
        }
    }

    @Test
    void givesUpOnACallThatIsNeverAnsweredAndStartsTheServerAgain() {
        TaskFamily family = family(Map.of("timeout-seconds", 6));
        Task task = family.task(Split.TRAIN, 1, 0, 1);
        try (Environment environment = family.open()) {
            environment.reset(task, 1);

            assertThatExceptionOfType(McpServerException.class)
                    .isThrownBy(() -> environment.step(call("hang", "{}")))
                    .withMessageContaining("did not answer a call of hang within 6000 ms");

            environment.reset(task, 1);
            assertThat(observation(environment.step(call("add", "{\"a\":2,\"b\":3}"))))
                    .isEqualTo("5");
        }
    }

    @Test
    void sharesOneServerUnlessEveryEpisodeIsToHaveItsOwn() {
        for (boolean fresh : new boolean[] {false, true}) {
            TaskFamily family = family(Map.of("fresh-server", fresh));
            Task task = family.task(Split.TRAIN, 1, 0, 1);
            try (Environment first = family.open();
                    Environment second = family.open()) {
                first.reset(task, 1);
                second.reset(task, 1);
                first.step(call("add", "{\"a\":1,\"b\":1}"));

                String seenByFirst = observation(first.step(call("calls", "{}")));
                String seenBySecond = observation(second.step(call("calls", "{}")));

                assertThat(seenByFirst).startsWith("1 calls");
                assertThat(seenByFirst.equals(seenBySecond)).isEqualTo(!fresh);
                closeEarly(first);
                if (fresh) {
                    long pid = Long.parseLong(seenByFirst.substring(seenByFirst.lastIndexOf(' ') + 1));
                    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive))
                            .isEmpty();
                }
            }
        }
    }

    @Test
    void offersOnlyTheToolsThatAreListed() {
        TaskFamily family = family(Map.of("tools", List.of("add")));
        try (Environment environment = family.open()) {
            assertThat(environment
                            .reset(family.task(Split.TRAIN, 1, 0, 1), 1)
                            .get(0)
                            .content())
                    .contains("\"add\"")
                    .doesNotContain("\"die\"");
        }
        TaskFamily unknown = family(Map.of("tools", List.of("add", "divide")));
        try (Environment environment = unknown.open()) {
            Task task = unknown.task(Split.TRAIN, 1, 0, 1);
            assertThatExceptionOfType(McpServerException.class)
                    .isThrownBy(() -> environment.reset(task, 1))
                    .withMessageContaining("has no tool divide; tools: add, calls");
        }
    }

    @Test
    void saysWhyAServerDoesNotStart() {
        assertFailsToOpen(Map.of("command", List.of("/no/such/program")), "/no/such/program could not be started");
        assertFailsToOpen(
                Map.of("command", List.of("/bin/sh", "-c", "echo hello; echo no licence >&2; exit 7")),
                "ended with status 7",
                "no licence");
        assertFailsToOpen(
                Map.of("command", List.of("/bin/sh", "-c", "cat >/dev/null"), "timeout-seconds", 1),
                "did not answer the start within 1000 ms");
        assertFailsToOpen(Map.of("url", "http://127.0.0.1:9/mcp"), "http://127.0.0.1:9/mcp failed at the start");
    }

    private static void closeEarly(Environment environment) {
        environment.close();
    }

    private void assertFailsToOpen(Map<String, Object> options, String... said) {
        TaskFamily family = family(options);
        Task task = family.task(Split.TRAIN, 1, 0, 1);
        try (Environment environment = family.open()) {
            assertThatExceptionOfType(McpServerException.class)
                    .isThrownBy(() -> environment.reset(task, 1))
                    .satisfies(e -> assertThat(e.getMessage()).contains(said));
        }
    }
}
