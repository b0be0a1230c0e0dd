package io.troupe.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyDirectoryTest {

    @TempDir
    Path parent;

    private Path policy;

    @BeforeEach
    void makePolicy() throws IOException {
        policy = parent.resolve("policy");
        new NewPolicy(new BpeTrainer.Settings(280, 2, 0.5), 16, 32, 1, 2, 64, 3)
                .create(policy, List.of("one two", "three four"));
    }

    @Test
    void aNewPolicyOpensAndItsCopyIsTheSame() throws IOException {
        try (Policy opened = Policy.open(policy)) {
            opened.directory().copyTo(parent.resolve("copy"));
            Files.copy(policy.resolve("model.safetensors"), parent.resolve("copy/model.safetensors"));
            try (Policy copy = Policy.open(parent.resolve("copy"))) {
                assertThat(copy.config()).isEqualTo(opened.config());
            }
        }
    }

    @Test
    void theSameRecipeGivesTheSameBytes() throws IOException {
        Path again = parent.resolve("again");
        new NewPolicy(new BpeTrainer.Settings(280, 2, 0.5), 16, 32, 1, 2, 64, 3)
                .create(again, List.of("one two", "three four"));
        for (String name : List.of("model.safetensors", "tokenizer.json", "config.json")) {
            assertThat(again.resolve(name)).hasSameBinaryContentAs(policy.resolve(name));
        }
    }

    @Test
    void aMissingDirectoryIsNamed() {
        assertRefused(parent.resolve("nowhere"), "nowhere");
    }

    @Test
    void everyMissingFileIsNamed() throws IOException {
        for (String name : List.of("config.json", "model.safetensors", "tokenizer.json")) {
            makePolicy();
            Files.delete(policy.resolve(name));
            assertRefused(policy, name, "missing");
        }
        makePolicy();
        Files.delete(policy.resolve("chat_template.jinja"));
        assertRefused(policy, "chat_template.jinja");
    }

    @Test
    void aTokenizerThatDoesNotMatchTheWeightsIsRefusedWithBothSizes() throws IOException {
        Path other = parent.resolve("other");
        BpeTrainer.train(
                List.of("a much longer corpus with many different words", "a much longer corpus"),
                new BpeTrainer.Settings(300, 1, 0.5),
                other);
        Files.copy(
                other.resolve("tokenizer.json"),
                policy.resolve("tokenizer.json"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertRefused(policy, "tokenizer.json", "do not belong together");
    }

    @Test
    void weightsOfAnotherShapeAreRefusedByTensor() throws IOException {
        replaceInConfig("\"intermediate_size\" : 32", "\"intermediate_size\" : 48");
        assertRefused(policy, "mlp.gate_proj.weight", "[32, 16]", "[48, 16]");
    }

    @Test
    void anotherArchitectureIsRefusedByName() throws IOException {
        replaceInConfig("\"llama\"", "\"gpt2\"");
        assertRefused(
                policy, "config.json", "gpt2", "supported: gemma3_text, llama, llama_diffusion, mistral, qwen2, qwen3");
    }

    @Test
    void aConfigThatIsNotJsonIsRefusedByFile() throws IOException {
        Files.writeString(policy.resolve("config.json"), "{ nonsense");
        assertRefused(policy, "config.json", "not JSON");
    }

    @Test
    void aTokenizerThatIsNotOneIsRefusedByFile() throws IOException {
        Files.writeString(policy.resolve("tokenizer.json"), "{\"model\": {\"type\": \"Nonsense\"}}");
        assertRefused(policy, "tokenizer.json", "model.type", "Nonsense");
    }

    @Test
    void aNumberThatCannotBeIsRefusedByKey() throws IOException {
        replaceInConfig("\"num_attention_heads\" : 2", "\"num_attention_heads\" : 0");
        assertRefused(policy, "config.json", "num_attention_heads", "0");
    }

    private void replaceInConfig(String what, String by) throws IOException {
        Path config = policy.resolve("config.json");
        String text = Files.readString(config);
        assertThat(text).contains(what);
        Files.writeString(config, text.replace(what, by));
    }

    private static void assertRefused(Path directory, String... words) {
        assertThatThrownBy(() -> Policy.open(directory).close())
                .isInstanceOf(PolicyFormatException.class)
                .hasMessageContainingAll(words);
    }
}
