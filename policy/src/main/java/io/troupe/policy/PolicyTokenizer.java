package io.troupe.policy;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * Text to tokens and back, as {@code tokenizer.json} says. Nothing is added and nothing cleaned up: special tokens in the text are recognised,
 * and decoding keeps them as text. Thread-safe; {@link #close()} frees the native tokenizer.
 */
public final class PolicyTokenizer implements AutoCloseable {

    static final String FILE = "tokenizer.json";

    private final HuggingFaceTokenizer tokenizer;
    private final JsonFile json;
    private final int size;

    private PolicyTokenizer(HuggingFaceTokenizer tokenizer, JsonFile json, int size) {
        this.tokenizer = tokenizer;
        this.json = json;
        this.size = size;
    }

    /**
     * Loads a policy's tokenizer.
     *
     * @throws PolicyFormatException naming the file that is missing or not a tokenizer, and what is wrong with it
     */
    public static PolicyTokenizer load(Path directory) {
        Path file = directory.resolve(FILE);
        JsonFile json = JsonFile.read(file);
        int size = TokenizerFile.check(json);
        try {
            return new PolicyTokenizer(
                    HuggingFaceTokenizer.builder()
                            .optTokenizerPath(file)
                            .optAddSpecialTokens(false)
                            .optTruncation(false)
                            .optPadding(false)
                            .build(),
                    json,
                    size);
        } catch (IOException | RuntimeException e) {
            throw new PolicyFormatException(file + " is not a tokenizer: " + e.getMessage(), e);
        }
    }

    /** The tokens of a text. */
    public int[] encode(String text) {
        long[] ids = tokenizer.encode(text, false, false).getIds();
        var tokens = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            tokens[i] = (int) ids[i];
        }
        return tokens;
    }

    /** The text of tokens. */
    public String decode(int... tokens) {
        if (tokens.length == 0) {
            return "";
        }
        var ids = new long[tokens.length];
        for (int i = 0; i < tokens.length; i++) {
            ids[i] = tokens[i];
        }
        return tokenizer.decode(ids, false);
    }

    /** The id of a token by its text, for special tokens above all. */
    public OptionalInt idOf(String token) {
        for (var added : json.root().path("added_tokens")) {
            if (added.path("content").asText().equals(token)) {
                return OptionalInt.of(added.path("id").asInt());
            }
        }
        var id = json.root().path("model").path("vocab").path(token);
        return id.isIntegralNumber() ? OptionalInt.of(id.asInt()) : OptionalInt.empty();
    }

    /** One more than the highest token id. */
    public int size() {
        return size;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
