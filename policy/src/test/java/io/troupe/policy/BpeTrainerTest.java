package io.troupe.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.policy.BpeTrainer.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BpeTrainerTest {

    private static final String BOILERPLATE = "A very special island is inhabited only by knights and knaves";

    @TempDir
    Path folder;

    @Test
    void everyTextComesBackAsItWas() throws IOException {
        BpeTrainer.train(corpus(), new Settings(420, 5, 0.5), folder);
        try (PolicyTokenizer tokenizer = PolicyTokenizer.load(folder)) {
            for (String text : List.of(
                    "",
                    "Zoey met 12 knights.\n",
                    "  spaces  and\ttabs\r\n",
                    "ünïcödé 漢字 🙂 \u00ad \u0000",
                    "<|im_start|>user\nWhat is 7*(3+4)?<|im_end|>\n")) {
                assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
            }
        }
    }

    @Test
    void anyByteSequenceThatIsTextComesBack() throws IOException {
        BpeTrainer.train(corpus(), new Settings(420, 5, 0.5), folder);
        var random = new SplittableRandom(4);
        try (PolicyTokenizer tokenizer = PolicyTokenizer.load(folder)) {
            for (int i = 0; i < 300; i++) {
                var text = new StringBuilder();
                for (int c = random.nextInt(40); c > 0; c--) {
                    int point = random.nextInt(0x2000);
                    text.appendCodePoint(Character.isSurrogate((char) point) ? 'x' : point);
                }
                assertThat(tokenizer.decode(tokenizer.encode(text.toString()))).isEqualTo(text.toString());
            }
        }
    }

    @Test
    void constantBoilerplateIsOneTokenAndVaryingNamesStayWords() throws IOException {
        BpeTrainer.train(corpus(), new Settings(600, 5, 0.5), folder);
        try (PolicyTokenizer tokenizer = PolicyTokenizer.load(folder)) {
            assertThat(tokenizer.encode(BOILERPLATE)).hasSize(1);
            assertThat(tokenizer.encode(" Zoey said")).hasSizeGreaterThan(1);
        }
    }

    @Test
    void digitsAreAlwaysTokensOfTheirOwn() throws IOException {
        BpeTrainer.train(corpus(), new Settings(600, 1, 0.01), folder);
        try (PolicyTokenizer tokenizer = PolicyTokenizer.load(folder)) {
            assertThat(tokenizer.encode("2026")).hasSize(4);
        }
    }

    @Test
    void specialTokensAreSingleAndKeptInDecoding() throws IOException {
        BpeTrainer.train(corpus(), new Settings(300, 5, 0.5), folder);
        try (PolicyTokenizer tokenizer = PolicyTokenizer.load(folder)) {
            int end = tokenizer.idOf(BpeTrainer.END).orElseThrow();
            assertThat(tokenizer.encode("a<|im_end|>")).endsWith(end).hasSize(2);
            assertThat(tokenizer.decode(end)).isEqualTo("<|im_end|>");
        }
    }

    @Test
    void theSameTextsGiveTheSameBytes() throws IOException {
        BpeTrainer.train(corpus(), new Settings(500, 3, 0.3), folder.resolve("a"));
        BpeTrainer.train(corpus(), new Settings(500, 3, 0.3), folder.resolve("b"));
        assertThat(folder.resolve("a/tokenizer.json")).hasSameBinaryContentAs(folder.resolve("b/tokenizer.json"));
    }

    @Test
    void theVocabularyStaysWithinItsBoundAndTheFileSaysSo() throws IOException {
        int size = BpeTrainer.train(corpus(), new Settings(333, 1, 0.01), folder);
        assertThat(size).isEqualTo(333);
        try (PolicyTokenizer tokenizer = PolicyTokenizer.load(folder)) {
            assertThat(tokenizer.size()).isEqualTo(333);
        }
    }

    @Test
    void everyByteHasASymbolOfItsOwn() {
        var symbols = new ArrayList<String>();
        for (int value = 0; value < 256; value++) {
            symbols.add(BpeTrainer.symbol(value));
        }
        assertThat(symbols).doesNotHaveDuplicates();
        assertThat(BpeTrainer.symbol(' ')).isEqualTo("\u0120");
        assertThat(BpeTrainer.symbol('\n')).isEqualTo("\u010a");
        assertThat(BpeTrainer.symbol(0xAD)).isEqualTo("\u0143");
    }

    @Test
    void aVocabularyTooSmallForTheBytesIsRefused() {
        assertThatThrownBy(() -> new Settings(100, 1, 0.5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("100");
    }

    @Test
    void theChatTemplateOfANewPolicyIsChatMl() throws IOException {
        BpeTrainer.train(corpus(), new Settings(300, 5, 0.5), folder);
        ChatTemplate template = ChatTemplate.load(folder);
        var user = message("user", "What is 2+2?");
        var assistant = message("assistant", "<call>2+2</call>");
        assertThat(template.open(List.of(user)))
                .isEqualTo("<|im_start|>user\nWhat is 2+2?<|im_end|>\n<|im_start|>assistant\n");
        assertThat(template.open(List.of(user, message("assistant", "<think>"))))
                .endsWith("assistant\n<think>");
        assertThat(template.observation(List.of(user, assistant), List.of(message("tool", "4"))))
                .isEqualTo("\n<|im_start|>tool\n4<|im_end|>\n<|im_start|>assistant\n");
        assertThat(Files.exists(folder.resolve("chat_template.jinja"))).isTrue();
    }

    private static io.troupe.proto.v1.ChatMessage message(String role, String content) {
        return io.troupe.proto.v1.ChatMessage.newBuilder()
                .setRole(role)
                .setContent(content)
                .build();
    }

    private static List<String> corpus() {
        var texts = new ArrayList<String>();
        String[] names = {"Zoey", "Oliver", "Liam", "Emma", "Noah", "Ava"};
        for (int i = 0; i < 200; i++) {
            texts.add("<|im_start|>user\n" + BOILERPLATE + ". " + names[i % 6] + " said " + names[i % 5]
                    + " is a knave " + i + "<|im_end|>\n");
        }
        return texts;
    }
}
