package io.troupe.verifier.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.verifier.Environment;
import io.troupe.verifier.Message;
import io.troupe.verifier.OptionsException;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Split;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamilies;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.TaskFamilyException;
import io.troupe.verifier.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonlDatasetTest {

    @TempDir
    Path folder;

    @Test
    void gsm8kWorksAsItComes() throws IOException {
        write(
                "train.jsonl",
                "{\"question\": \"Ann has 3 pears and buys 4. How many?\", \"answer\": \"3 + 4 = <<3+4=7>>7\\n#### 7\"}",
                "",
                "{\"question\": \"A hall seats 1,200. Half are taken. How many?\", \"answer\": \"#### 1\\nno\\n#### 1,200\"}");
        write("test.jsonl", "{\"question\": \"Two and two?\", \"answer\": \"#### 4\"}");
        TaskFamily family =
                family("\"path\": \"%s/train.jsonl\", \"evaluation-path\": \"%s/test.jsonl\", \"format\": \"gsm8k\""
                        .formatted(folder, folder));
        assertThat(family.summary()).contains("2 questions to train on and 1 held out");

        Task held = family.task(Split.EVALUATION, 5, 0, 1);
        assertThat(held.prompt()).extracting(Message::role).containsExactly("system", "user");
        assertThat(held.prompt().get(1).content()).isEqualTo("Two and two?");
        assertThat(held.gold()).isEqualTo("4");
        assertThat(judge(family, held, "2 + 2 = 4\n#### 4").outcome()).isEqualTo(Outcome.CORRECT);
        assertThat(judge(family, held, "#### 5").outcome()).isEqualTo(Outcome.WRONG);
        assertThat(judge(family, held, "four").outcome()).isEqualTo(Outcome.NO_ANSWER);
        assertThat(tasks(family, Split.TRAIN, 2).map(Task::gold)).containsExactlyInAnyOrder("7", "1,200");
    }

    @Test
    void everyRoundThroughTheDataIsAShuffleAndTheEvaluationIsTheSameForEverySeed() throws IOException {
        numbers("all.jsonl", 400);
        TaskFamily family = family("\"path\": \"" + folder + "/all.jsonl\"");
        int train = (int)
                tasks(family, Split.TRAIN, 1000).map(Task::gold).distinct().count();
        int held = (int)
                tasks(family, Split.EVALUATION, 400).map(Task::gold).distinct().count();
        assertThat(train + held).isEqualTo(400);
        assertThat(held).isBetween(20, 70);
        List<String> first = tasks(family, Split.TRAIN, train).map(Task::gold).toList();
        assertThat(first).doesNotHaveDuplicates();
        List<String> second = IntStream.range(train, 2 * train)
                .mapToObj(i -> family.task(Split.TRAIN, 1, i, 1).gold())
                .toList();
        assertThat(second).containsExactlyInAnyOrderElementsOf(first).isNotEqualTo(first);
        for (int i = 0; i < held; i++) {
            assertThat(family.task(Split.EVALUATION, 1, i, 1).gold())
                    .isEqualTo(family.task(Split.EVALUATION, 99, i, 1).gold());
        }
    }

    @Test
    void aQuestionThatIsHeldOutIsNeverTrainedOnHoweverOftenItOccurs() throws IOException {
        numbers("train.jsonl", 30);
        numbers("again.jsonl", 30);
        Files.writeString(
                folder.resolve("test.jsonl"),
                "{\"question\": \"What is 7?\", \"answer\": 7}\n{\"question\": \"New?\", \"answer\": 1}\n");
        TaskFamily family =
                family("\"path\": \"%s/*ain.jsonl\", \"evaluation-path\": \"%s/test.jsonl\"".formatted(folder, folder));
        assertThat(family.summary()).contains("29 questions to train on and 2 held out", "31 rows repeat");
        assertThat(tasks(family, Split.TRAIN, 100).map(Task::gold)).doesNotContain("7");
    }

    @Test
    void columnsMayBePathsAndConversations() throws IOException {
        write(
                "chat.jsonl",
                IntStream.range(0, 20)
                        .mapToObj(i -> "{\"prompt\": [{\"role\": \"user\", \"content\": \"1+" + i
                                + "\"}], \"reward_model\": {\"ground_truth\": " + (i + 1) + "}}")
                        .toArray(String[]::new));
        TaskFamily family = family(
                "\"path\": \"%s/chat.jsonl\", \"chat\": \"prompt\", \"answer\": \"reward_model.ground_truth\", \"prefill\": \"<think>\", \"evaluation-share\": 0.5"
                        .formatted(folder));
        Set<String> golds = new HashSet<>();
        for (Split split : Split.values()) {
            tasks(family, split, 20).forEach(task -> {
                golds.add(task.gold());
                assertThat(task.prefill()).isEqualTo("<think>");
            });
        }
        assertThat(golds).hasSize(20).contains("1", "20");
    }

    @Test
    void whatIsWrongIsNamedWithFileAndLine() throws IOException {
        write("a.jsonl", "{\"question\": \"q\", \"answer\": 1}", "{\"question\": ");
        refused("\"path\": \"%s/a.jsonl\"", TaskFamilyException.class, "a.jsonl, line 2: not JSON");
        write("b.jsonl", "{\"question\": \"q\", \"answer\": 1}", "", "{\"question\": \"r\", \"reply\": 1}");
        refused("\"path\": \"%s/b.jsonl\"", TaskFamilyException.class, "b.jsonl, line 3: there is no column 'answer'");
        write("c.jsonl", "[1]");
        refused("\"path\": \"%s/c.jsonl\"", TaskFamilyException.class, "c.jsonl, line 1: expected a JSON object");
        write("d.jsonl", "");
        refused("\"path\": \"%s/d.jsonl\"", OptionsException.class, "leaves none to train on");
        write("e.jsonl", "{\"question\": \"q\", \"answer\": \"7\"}");
        refused("\"path\": \"%s/e.jsonl\", \"format\": \"gsm8k\"", TaskFamilyException.class, "does not hold ####");
        refused("\"path\": \"%s/none.jsonl\"", OptionsException.class, "there is no such file or folder");
        refused("\"path\": \"%s/x*.jsonl\"", OptionsException.class, "no file");
        refused(
                "\"path\": \"%s/e.jsonl\", \"grader\": \"maths\"",
                OptionsException.class, "there is no grader 'maths'");
        refused("\"path\": \"%s/e.jsonl\", \"profile\": \"lax\"", OptionsException.class, "has the profiles strict");
        refused("\"path\": \"%s/e.jsonl\", \"template\": \"hm\"", OptionsException.class, "{question}");
        refused("\"path\": \"%s/e.jsonl\", \"quesion\": \"q\"", OptionsException.class, "options.quesion");
        assertThatThrownBy(() -> TaskFamilies.load().get("dataset/jsonl").task(Split.TRAIN, 1, 0, 1))
                .isInstanceOf(OptionsException.class)
                .hasMessageContaining("path");
    }

    @Property(tries = 200, seed = "1")
    void aPermutationVisitsEveryPlaceOnce(@ForAll @IntRange(min = 1, max = 3000) int size, @ForAll long key) {
        var permutation = new Permutation(size, key);
        assertThat(IntStream.range(0, size).map(permutation::at).boxed().collect(Collectors.toSet()))
                .hasSize(size)
                .allMatch(place -> place >= 0 && place < size);
    }

    private void refused(String options, Class<? extends RuntimeException> type, String words) {
        assertThatThrownBy(() -> family(options.formatted(folder)))
                .isInstanceOf(type)
                .hasMessageContaining(words);
    }

    private static java.util.stream.Stream<Task> tasks(TaskFamily family, Split split, int count) {
        return IntStream.range(0, count).mapToObj(index -> family.task(split, 1, index, 1));
    }

    private static Verdict judge(TaskFamily family, Task task, String text) {
        try (Environment environment = family.open()) {
            environment.reset(task, 1);
            return ((StepResult.Done) environment.step(text)).verdict();
        }
    }

    private static TaskFamily family(String options) {
        return TaskFamilies.load()
                .configured(List.of(new TaskFamilies.Entry("d", "dataset/jsonl", "{" + options + "}")))
                .get("d");
    }

    private void numbers(String name, int count) throws IOException {
        write(
                name,
                IntStream.range(0, count)
                        .mapToObj(i -> "{\"question\": \"What is " + i + "?\", \"answer\": " + i + "}")
                        .toArray(String[]::new));
    }

    private void write(String name, String... lines) throws IOException {
        Files.write(folder.resolve(name), List.of(lines));
    }
}
