package io.troupe.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelConfigTest {

    @TempDir
    private Path folder;

    /** Of a family that says for each layer whether its attention slides. */
    private void write(int layers) throws IOException {
        Files.writeString(folder.resolve("config.json"), """
                {"model_type": "mistral", "vocab_size": 9, "hidden_size": 4, "intermediate_size": 4, "num_attention_heads": 2,
                 "max_position_embeddings": 8, "sliding_window": 4, "eos_token_id": 1, "num_hidden_layers": %d}
                """.formatted(layers));
    }

    @Test
    void moreLayersThanAnyDecoderHasAreRefusedBeforeAnythingIsMadeForEach() throws IOException {
        write(2);
        assertThat(ModelConfig.read(folder).layers()).isEqualTo(2);
        write(Integer.MAX_VALUE);
        assertThatThrownBy(() -> ModelConfig.read(folder))
                .isInstanceOf(PolicyFormatException.class)
                .hasMessageContaining("num_hidden_layers cannot be 2147483647; the most are 10000");
    }
}
