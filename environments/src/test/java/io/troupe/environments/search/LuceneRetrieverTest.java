package io.troupe.environments.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.troupe.verifier.OptionsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LuceneRetrieverTest {

    @TempDir
    private Path folder;

    private static List<String> ids(Retriever retriever, String query, int topK) {
        return retriever.retrieve(query, topK).stream()
                .map(hit -> hit.passage().id())
                .toList();
    }

    private Path write(String name, String... lines) throws IOException {
        return Files.write(folder.resolve(name), List.of(lines));
    }

    @Test
    void ranksByBm25() throws IOException {
        try (var index = LuceneRetriever.of(
                List.of(
                        new Passage("a", "Moon\nThe moon of a planet."),
                        new Passage("b", "Planet\nA planet, planets, a planet of a star."),
                        new Passage("c", "Fish\nA fish in the sea.")),
                0.9,
                0.4)) {
            assertThat(ids(index, "planets", 3)).containsExactly("b", "a");
            double idf = Math.log(1 + (3 - 2 + 0.5) / (2 + 0.5));
            double length = 3; // moon moon planet: stop words do not count
            double average = (3 + 5 + 3) / 3.0;
            double expected = idf * 1 / (1 + 0.9 * (1 - 0.4 + 0.4 * length / average));
            assertThat(index.retrieve("planet", 3).get(1).score())
                    .isCloseTo(expected, org.assertj.core.data.Offset.offset(1e-5));
        }
    }

    @Test
    void putsPassagesOfEqualScoreInTheOrderOfTheCorpus() throws IOException {
        List<Passage> same = IntStream.range(0, 5_000)
                .mapToObj(i -> new Passage("p" + i, "Title\nsame words"))
                .toList();
        try (var index = LuceneRetriever.of(same, 0.9, 0.4)) {
            assertThat(ids(index, "words", 4)).containsExactly("p0", "p1", "p2", "p3");
        }
    }

    @Test
    void takesAnyTextAsAQuery() throws IOException {
        try (var index = LuceneRetriever.of(List.of(new Passage("a", "Moon\nThe moon.")), 0.9, 0.4)) {
            for (String query : List.of("", "the", "\"(moon AND", "*:*", "a".repeat(100_000), "w ".repeat(100_000))) {
                assertThat(index.retrieve(query, 3)).hasSizeLessThanOrEqualTo(1);
            }
            assertThat(ids(index, "moon~ +^:/\\ " + "x".repeat(9_000), 3)).containsExactly("a");
        }
    }

    @Test
    void findsTheSameInAKeptIndexAndMakesItOnlyOnce() throws IOException {
        Path corpus = write(
                "corpus.jsonl",
                "{\"id\": \"7\", \"contents\": \"\\\"Ulm\\\"\\nUlm is a town.\"}",
                "",
                "{\"id\": 8, \"title\": \"Nile\", \"text\": \"The Nile is a river.\"}");
        Path cache = folder.resolve("cache");

        for (int i = 0; i < 2; i++) {
            try (LuceneRetriever kept = CorpusFile.index(corpus, cache, 0.9, 0.4);
                    LuceneRetriever memory = CorpusFile.index(corpus, null, 0.9, 0.4)) {
                assertThat(kept.retrieve("river", 3)).isEqualTo(memory.retrieve("river", 3));
                assertThat(ids(kept, "town", 3)).containsExactly("7");
                assertThat(memory.retrieve("river", 3).get(0).passage().title()).isEqualTo("Nile");
            }
        }
        try (Stream<Path> kept = Files.list(cache)) {
            assertThat(kept).hasSize(1);
        }
        write("corpus.jsonl", "{\"id\": \"9\", \"contents\": \"Oder\\nA river.\"}");
        try (LuceneRetriever changed = CorpusFile.index(corpus, cache, 0.9, 0.4)) {
            assertThat(ids(changed, "river", 3)).containsExactly("9");
        }
    }

    @Test
    void namesFileAndLineOfAPassageThatItCannotRead() throws IOException {
        assertRefused(write("a.jsonl", "{\"id\": \"7\"}"), "a.jsonl, line 1", "contents");
        assertRefused(write("b.jsonl", "{\"contents\": \"x\"}", "", "[1]"), "b.jsonl, line 3", "JSON object");
        assertRefused(write("c.jsonl", "{\"contents\": "), "c.jsonl, line 1", "no JSON");
        assertRefused(write("d.jsonl"), "d.jsonl", "no passages");
        assertRefused(folder.resolve("e.jsonl"), "e.jsonl", "no such file");
    }

    private static void assertRefused(Path file, String... said) {
        assertThatExceptionOfType(OptionsException.class)
                .isThrownBy(() -> CorpusFile.index(file, null, 0.9, 0.4))
                .satisfies(e -> assertThat(e.getMessage()).contains(said));
    }
}
