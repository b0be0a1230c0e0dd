package io.troupe.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the native tokenizer would not survive is refused before it sees it. */
class TokenizerFileTest {

    private static final String GOOD = """
            {"version": "1.0", "added_tokens": [{"id": 3, "content": "<end>"}],
             "post_processor": {"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A", "type_id": 0}}],
               "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}], "special_tokens": {}},
             "decoder": {"type": "Strip", "content": " ", "start": 1, "stop": 0},
             "model": {"type": "BPE", "unk_token": null, "continuing_subword_prefix": null,
               "vocab": {"a": 0, "##b": 1, "a##b": 2}, "merges": [["a", "##b"]]}}
            """;

    @TempDir
    private Path folder;

    private int check(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("tokenizer.json"), text);
        return TokenizerFile.check(new JsonFile(file, new ObjectMapper().readTree(text)));
    }

    @Test
    void aWholeFileHasOneMoreThanItsHighestToken() throws IOException {
        assertThat(check(GOOD)).isEqualTo(4);
    }

    @Test
    void aValueThatIsNestedDeeperThanTheLibraryReadsIsRefused() {
        String deep = "[".repeat(130) + "]".repeat(130);
        assertThatThrownBy(() -> check(GOOD.replace("\"stop\": 0", "\"stop\": 0, \"unread\": " + deep)))
                .isInstanceOf(PolicyFormatException.class)
                .hasMessageContaining("decoder is nested deeper than 32");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "\"continuing_subword_prefix\": null ~ \"continuing_subword_prefix\": \"###\" ~ model.merges[0]",
                "\"stop\": 0 ~ \"stop\": 5 ~ decoder.stop must be 0, but is 5",
                "\"single\": [{\"Sequence\": {\"id\": \"A\" ~ \"single\": [{\"Sequence\": {\"id\": \"B\" ~ post_processor.single[0]",
                "\"a##b\": 2 ~ \"a##b\": 1 ~ gives id 1 to '##b' and 'a##b'",
                "\"a##b\": 2 ~ \"a##b\": 4294967295 ~ model.vocab['a##b'] must be a whole number",
                "\"id\": 3 ~ \"id\": -1 ~ added_tokens[0].id",
                "\"unk_token\": null ~ \"unk_token\": \"?\" ~ model.unk_token must be a token of model.vocab",
                "\"BPE\" ~ \"Unigram\" ~ model.type must be BPE",
                "\"Strip\" ~ \"CTC\" ~ decoder.type must be one of ByteFallback",
            })
    void damageIsNamedWithItsFileAndKey(String good, String bad, String said) {
        assertThat(GOOD).contains(good);
        assertThatThrownBy(() -> check(GOOD.replace(good, bad)))
                .isInstanceOf(PolicyFormatException.class)
                .hasMessageContainingAll("tokenizer.json", said);
    }
}
