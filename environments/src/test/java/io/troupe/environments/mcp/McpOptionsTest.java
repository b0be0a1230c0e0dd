package io.troupe.environments.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.troupe.verifier.Options;
import io.troupe.verifier.OptionsException;
import io.troupe.verifier.Split;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamilies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class McpOptionsTest {

    @TempDir
    private Path folder;

    private static void assertRefused(String options, String... said) {
        assertThatExceptionOfType(OptionsException.class)
                .isThrownBy(() -> new Mcp().configured(Options.bind(McpOptions.class, options)))
                .satisfies(e -> assertThat(e.getMessage()).contains(said));
    }

    private Path questions() throws IOException {
        return Files.write(
                folder.resolve("q.jsonl"),
                IntStream.range(0, 20)
                        .mapToObj(i ->
                                "{\"question\":\"Who is " + i + "?\",\"answer\":[\"Number " + i + "\",\"" + i + "\"]}")
                        .toList());
    }

    @Test
    void isFoundAndNeedsOptions() {
        var family = TaskFamilies.load(getClass().getClassLoader()).get("agent/mcp");

        assertThatExceptionOfType(OptionsException.class)
                .isThrownBy(() -> family.task(Split.TRAIN, 1, 0, 1))
                .withMessageContaining("command or url");
        assertThatExceptionOfType(OptionsException.class).isThrownBy(family::open);
    }

    @Test
    void namesTheKeyThatIsWrong() throws IOException {
        String good = "\"command\":[\"true\"],\"questions\":\"" + questions() + "\"";
        assertRefused("", "command", "url");
        assertRefused("{\"command\":[\"true\"]}", "questions is missing");
        assertRefused("{" + good + ",\"url\":\"http://a/mcp\"}", "one server");
        assertRefused("{\"url\":\"a b\",\"questions\":\"" + questions() + "\"}", "a b");
        assertRefused("{\"url\":\"file:///x\",\"questions\":\"" + questions() + "\"}", "file:///x");
        assertRefused("{" + good + ",\"grader\":\"nobody\"}", "grader", "nobody");
        assertRefused("{" + good + ",\"profile\":\"mild\"}", "profile", "mild");
        assertRefused("{" + good + ",\"max-turns\":0}", "max-turns");
        assertRefused("{" + good + ",\"timeout-seconds\":0}", "timeout-seconds");
        assertRefused("{\"command\":[\"true\"],\"questions\":\"no.jsonl\"}", "no.jsonl", "no such file");
    }

    @Test
    void asksTheQuestionsOfTheFileAndKnowsAllTheirAnswers() throws IOException {
        var family = new Mcp()
                .configured(Options.bind(
                        McpOptions.class, "{\"command\":[\"true\"],\"questions\":\"" + questions() + "\"}"));

        Task task = family.task(Split.TRAIN, 1, 0, 1);

        String number = task.prompt().get(1).content().replaceAll("\\D", "");
        assertThat(task.gold()).isEqualTo("[\"Number " + number + "\",\"" + number + "\"]");
        assertThat(List.of(task.family(), task.level())).containsExactly("agent/mcp", 1);
    }
}
