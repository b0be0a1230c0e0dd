package io.troupe.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The index of a checkpoint in several files is believed only as far as the files bear it out. */
class WeightFilesTest {

    @TempDir
    private Path folder;

    private Path shards;
    private Path index;
    private String good;

    @BeforeEach
    void writeShards() throws IOException {
        shards = Files.createDirectories(folder.resolve("shards"));
        index = shards.resolve("model.safetensors.index.json");
        good = new String(
                ShardedCheckpoint.write(shards, folder.resolve("outside.safetensors")), StandardCharsets.UTF_8);
    }

    @Test
    void tensorsAreReadFromTheirShards() throws IOException {
        Files.writeString(index, good);
        try (WeightFiles opened = WeightFiles.open(shards)) {
            assertThat(opened.names()).hasSize(6);
            assertThat(opened.floats(ShardedCheckpoint.SHAPES.get(4))).containsOnly(4);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"t0\": \"../outside.safetensors\"} | outside its directory",
                "{\"t0\": \"..\"} | outside its directory",
                "{\"t0\": \".\"} | outside its directory",
                "{\"t0\": \"\"} | outside its directory",
                "{\"t0\": \"model-00001-of-00002.safetensors/\"} | outside its directory",
                "{\"t0\": \"\\u0000\"} | no file system",
                "{\"t0\": 7} | must be a string",
                "{\"t0\": null} | must be a string",
                "{} | weight_map must be",
                "[\"model-00001-of-00002.safetensors\"] | weight_map must be",
                "\"model-00001-of-00002.safetensors\" | weight_map must be",
                "null | weight_map must be",
                "{\"t0\": \"gone.safetensors\"} | gone.safetensors is missing",
                "{\"t5\": \"model-00001-of-00002.safetensors\"} | says that tensor 't5' is in",
                "{\"t2\": \"again.safetensors\", \"t1\": \"model-00001-of-00002.safetensors\"} | more than one file",
            })
    void anIndexThatLeadsAstrayIsRefused(String map, String why) throws IOException {
        Files.writeString(index, "{\"weight_map\": " + map + "}");
        assertThatThrownBy(() -> WeightFiles.open(shards).close())
                .isInstanceOf(PolicyFormatException.class)
                .hasMessageContaining(shards.toString())
                .hasMessageContaining(why);
    }

    @Test
    void filesTooLargeToBeWhatTheyAreNamedAreNotRead() throws IOException {
        for (String name : new String[] {"model.safetensors.index.json", "chat_template.jinja"}) {
            try (var file = new RandomAccessFile(shards.resolve(name).toFile(), "rw")) {
                file.setLength(3_000_000_000L); // a hole: it takes no room on the disk
            }
        }
        assertThatThrownBy(() -> WeightFiles.open(shards))
                .isInstanceOf(PolicyFormatException.class)
                .hasMessageContaining("index.json has 3000000000 bytes");
        assertThatThrownBy(() -> ChatTemplate.load(shards))
                .isInstanceOf(PolicyFormatException.class)
                .hasMessageContaining("chat_template.jinja has 3000000000 bytes");
    }
}
