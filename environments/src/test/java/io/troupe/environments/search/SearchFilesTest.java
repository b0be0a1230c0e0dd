package io.troupe.environments.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.troupe.verifier.Environment;
import io.troupe.verifier.Options;
import io.troupe.verifier.OptionsException;
import io.troupe.verifier.Split;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamily;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchFilesTest {

    @TempDir
    private Path folder;

    private Path corpus = Path.of("");
    private Path questions = Path.of("");

    @BeforeEach
    void writeFiles() throws IOException {
        corpus = write(
                "corpus.jsonl",
                IntStream.range(0, 40)
                        .mapToObj(i -> "{\"id\":\"" + i + "\",\"contents\":\"Town " + i + "\\nThe mayor of town w" + i
                                + " is Mr. M" + i + ".\"}")
                        .toList());
        questions = write(
                "questions.jsonl",
                IntStream.range(0, 40)
                        .mapToObj(i -> "{\"question\":\"Who is the mayor of w" + i + "?\",\"golden_answers\":[\"M" + i
                                + "\",\"Mr. M" + i + "\"]}")
                        .toList());
    }

    private Path write(String name, List<String> lines) throws IOException {
        return Files.write(folder.resolve(name), lines);
    }

    private TaskFamily family() {
        return configured("{\"corpus\":\"" + corpus + "\",\"questions\":\"" + questions + "\",\"index\":\""
                + folder.resolve("index") + "\"}");
    }

    private static TaskFamily configured(String options) {
        return new Search().configured(Options.bind(SearchOptions.class, options));
    }

    private static void assertRefused(String options, String... said) {
        assertThatExceptionOfType(OptionsException.class)
                .isThrownBy(() -> configured(options))
                .satisfies(e -> assertThat(e.getMessage()).contains(said));
    }

    @Test
    void findsTheAnswersOfAFileInACorpus() {
        TaskFamily family = family();
        Task task = family.task(Split.TRAIN, 1, 0, 1);
        String question = task.prompt().get(0).content();
        String town = question.substring(question.indexOf("mayor of") + "mayor of ".length(), question.length() - 2);
        try (Environment environment = family.open()) {
            environment.reset(task, 1);

            StepResult found = environment.step("<search>" + town + "</search>");
            StepResult done = environment.step("<answer>M" + town.substring(1) + "</answer>");

            assertThat(((StepResult.Continue) found).observation().get(0).content())
                    .contains("The mayor of town " + town + " is");
            assertThat(((StepResult.Done) done).verdict().reward()).isEqualTo(1);
        }
        assertThat(family.demonstrator()).isEmpty();
    }

    @Test
    void goesThroughAllQuestionsOfASideBeforeItRepeatsOne() {
        TaskFamily family = family();
        Set<String> both = new HashSet<>();
        for (Split split : Split.values()) {
            List<String> stream = new ArrayList<>();
            for (int index = 0; index < 120; index++) {
                stream.add(family.task(split, 5, index, 1).prompt().get(0).content());
            }
            Set<String> side = new HashSet<>(stream);
            assertThat(stream.subList(0, side.size())).doesNotHaveDuplicates();
            assertThat(stream.subList(side.size(), 2 * side.size())).containsAll(side);
            assertThat(both).doesNotContainAnyElementsOf(side);
            both.addAll(side);
        }
        assertThat(both).hasSize(40);
    }

    @Test
    void namesTheKeyOrTheLineThatIsWrong() throws IOException {
        assertRefused("{\"corpus\":\"x.jsonl\"}", "questions is missing");
        assertRefused("{\"corpus\":\"x.jsonl\",\"url\":\"http://a\"}", "corpus and url");
        assertRefused("{\"questions\":\"x.jsonl\"}", "needs a corpus");
        assertRefused("{\"url\":\"ftp://a/retrieve\"}", "ftp://a/retrieve");
        assertRefused("{\"url\":\"not an address\"}", "not an address");
        assertRefused("{\"top-k\":0}", "top-k", "0");
        assertRefused("{\"articles\":7}", "articles", "7");
        assertRefused("{\"prompt\":\"long\"}", "search-r1 or short");
        assertRefused("{\"corpus\":\"no.jsonl\",\"questions\":\"" + questions + "\"}", "no.jsonl");
        Path bad = write("bad.jsonl", List.of("{\"question\":\"Who?\",\"answer\":\"I\"}", "{\"question\":\"Why?\"}"));
        assertRefused("{\"corpus\":\"" + corpus + "\",\"questions\":\"" + bad + "\"}", "bad.jsonl, line 2", "answer");
        Path one = write("one.jsonl", List.of("{\"question\":\"Who?\",\"answer\":\"I\"}"));
        assertRefused("{\"corpus\":\"" + corpus + "\",\"questions\":\"" + one + "\"}", "one.jsonl", "EVALUATION");
    }
}
