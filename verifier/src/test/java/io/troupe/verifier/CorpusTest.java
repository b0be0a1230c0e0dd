package io.troupe.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CorpusTest {

    private static final TaskFamilies FAMILIES = TaskFamilies.load();

    private static Corpus corpus(double hastyShare, long seed) {
        return new Corpus(
                Stream.of("agent/calculator", "logic/knights-and-knaves", "math/arithmetic")
                        .map(FAMILIES::get)
                        .map(family -> new Corpus.Part(family, 1, 1, hastyShare))
                        .toList(),
                seed);
    }

    private static List<JsonNode> lines(Corpus corpus, int count) throws IOException {
        var text = new StringWriter();
        corpus.write(count, text);
        var json = new ObjectMapper();
        List<JsonNode> lines = text.toString()
                .lines()
                .map(line -> {
                    try {
                        return json.readTree(line);
                    } catch (IOException e) {
                        throw new AssertionError(line, e);
                    }
                })
                .toList();
        assertThat(lines).hasSize(count);
        return lines;
    }

    private static Map<String, Long> counted(List<JsonNode> lines, Function<JsonNode, String> by) {
        return lines.stream().collect(Collectors.groupingBy(by, Collectors.counting()));
    }

    @Test
    void writesConversationsWithThePrefillJoinedAndNamed() throws IOException {
        for (JsonNode line : lines(corpus(0.5, 3), 200)) {
            boolean logic = line.get("task").asText().startsWith("logic/knights-and-knaves#train-L1-s3-i");
            JsonNode messages = line.get("messages");
            assertThat(messages.get(0).get("role").asText()).isEqualTo("system");
            assertThat(messages.get(1).get("role").asText()).isEqualTo("user");
            assertThat(messages.get(2).get("role").asText()).isEqualTo("assistant");
            assertThat(messages.get(messages.size() - 1).get("role").asText()).isEqualTo("assistant");
            assertThat(line.has("prefill")).isEqualTo(logic);
            if (logic) {
                assertThat(messages).hasSize(3);
                assertThat(line.get("prefill").asText()).isEqualTo("<think>");
                assertThat(messages.get(2).get("content").asText()).startsWith("<think> ");
            }
        }
    }

    @Test
    void mixesFamiliesAndQualitiesByTheirShares() throws IOException {
        List<JsonNode> lines = lines(corpus(0.25, 8), 3_000);

        assertThat(counted(lines, line -> line.get("task").asText().split("#", 2)[0])
                        .values())
                .hasSize(3)
                .allSatisfy(count -> assertThat(count).isBetween(900L, 1_100L));
        assertThat(counted(lines, line -> line.get("quality").asText()).get("hasty"))
                .isBetween(680L, 820L);
    }

    @Test
    void holdsTrainingTasksOnly() {
        var corpus = corpus(0.5, 8);
        for (int index = 0; index < 500; index++) {
            assertThat(corpus.example(index).task().split()).isEqualTo(Split.TRAIN);
        }
    }

    @Test
    void isTheSameForTheSameSeedAndAnotherForAnother() throws IOException {
        assertThat(lines(corpus(0.5, 1), 50)).isEqualTo(lines(corpus(0.5, 1), 50));
        assertThat(lines(corpus(0.5, 1), 50)).isNotEqualTo(lines(corpus(0.5, 2), 50));
    }

    @Test
    void beginsAsAShorterOneDoes() throws IOException {
        assertThat(lines(corpus(0.5, 1), 50).subList(0, 20)).isEqualTo(lines(corpus(0.5, 1), 20));
    }

    @Test
    void streamsWithoutHoldingWhatItWrote() throws IOException {
        var counter = new Writer() {
            private int largestWrite;
            private long written;

            @Override
            public void write(char[] buffer, int offset, int length) {
                largestWrite = Math.max(largestWrite, length);
                written += length;
            }

            @Override
            public void flush() {}

            @Override
            public void close() {
                throw new AssertionError("the writer is the caller's to close");
            }
        };
        corpus(0.5, 1).write(2_000, counter);

        assertThat(counter.written).isGreaterThan(500_000);
        assertThat(counter.largestWrite).isLessThan(10_000);
    }

    @Test
    void refusesWhatCannotBeDrawn() {
        TaskFamily family = FAMILIES.get("math/arithmetic");
        assertThatIllegalArgumentException().isThrownBy(() -> new Corpus(List.of(), 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Corpus.Part(family, 99, 1, 0))
                .withMessageContaining("99");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Corpus.Part(family, 1, 0, 0))
                .withMessageContaining("math/arithmetic");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Corpus.Part(family, 1, 1, 1.5))
                .withMessageContaining("1.5");
    }
}
