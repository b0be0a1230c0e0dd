package io.troupe.policy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A GGUF file's tokenizer and chat template as {@code tokenizer.json}, {@code tokenizer_config.json} and {@code chat_template.jinja}. */
final class GgufTokenizer {

    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int LONGEST_TOKEN = 1024; // every place to split one is looked at

    private static final String WORDS_GPT2 =
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
    private static final String WORDS_LLAMA3 =
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private static final String WORDS_QWEN2 =
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    private final GgufMetadata metadata;
    private final List<Object> tokens;
    private final List<Object> types;

    GgufTokenizer(GgufMetadata metadata) {
        this.metadata = metadata;
        tokens = metadata.list("tokenizer.ggml.tokens");
        types = metadata.has("tokenizer.ggml.token_type") ? metadata.list("tokenizer.ggml.token_type") : List.of();
    }

    void write(Path directory) throws IOException {
        ObjectNode root = JsonFile.object();
        root.put("version", "1.0").putNull("truncation").putNull("padding");
        added(root.putArray("added_tokens"));
        String model = metadata.text("tokenizer.ggml.model");
        switch (model) {
            case "gpt2" -> byteLevel(root);
            case "llama" -> sentencePiece(root);
            default ->
                throw new PolicyFormatException(metadata.file().file() + ": tokenizer.ggml.model '" + model
                        + "' is not supported; supported: gpt2, llama");
        }
        JsonFile.write(directory.resolve(PolicyTokenizer.FILE), root);
        ObjectNode config = JsonFile.object().put("tokenizer_class", "PreTrainedTokenizerFast");
        special(config, "bos_token", "tokenizer.ggml.bos_token_id");
        special(config, "eos_token", "tokenizer.ggml.eos_token_id");
        special(config, "pad_token", "tokenizer.ggml.padding_token_id");
        special(config, "unk_token", "tokenizer.ggml.unknown_token_id");
        config.put("clean_up_tokenization_spaces", false);
        JsonFile.write(directory.resolve(ChatTemplate.TOKENIZER_CONFIG), config);
        if (metadata.has("tokenizer.chat_template")) {
            Files.writeString(directory.resolve(ChatTemplate.FILE), metadata.text("tokenizer.chat_template"));
        }
    }

    private String token(int id) {
        Object token = id < tokens.size() ? tokens.get(id) : null;
        if (token instanceof String text) {
            return text;
        }
        throw new PolicyFormatException(metadata.file().file() + ": tokenizer.ggml.tokens has no text for token " + id);
    }

    private void special(ObjectNode config, String name, String key) {
        Integer id = metadata.optionalToken(key);
        if (id != null) {
            config.put(name, token(id));
        }
    }

    private boolean isOfType(int id, int type) {
        return id < types.size() && Long.valueOf(type).equals(types.get(id));
    }

    private void added(ArrayNode added) {
        for (int id = 0; id < tokens.size(); id++) {
            boolean control = isOfType(id, CONTROL);
            if (control || isOfType(id, USER_DEFINED)) {
                added.addObject()
                        .put("id", id)
                        .put("content", token(id))
                        .put("single_word", false)
                        .put("lstrip", false)
                        .put("rstrip", false)
                        .put("normalized", false)
                        .put("special", control);
            }
        }
    }

    private ObjectNode vocabulary(ObjectNode model) {
        ObjectNode vocabulary = model.putObject("vocab");
        for (int id = 0; id < tokens.size(); id++) {
            vocabulary.put(token(id), id);
        }
        return model;
    }

    private void byteLevel(ObjectNode root) {
        root.putNull("normalizer");
        ArrayNode steps =
                root.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
        String kind = metadata.text("tokenizer.ggml.pre", "default");
        switch (kind) {
            case "smollm", "refact", "starcoder" -> {
                steps.addObject().put("type", "Digits").put("individual_digits", true);
                split(steps, WORDS_GPT2);
            }
            case "gpt-2", "default" -> split(steps, WORDS_GPT2);
            case "llama-bpe", "llama3", "llama-v3" -> split(steps, WORDS_LLAMA3);
            case "qwen2" -> {
                root.putObject("normalizer").put("type", "NFC");
                split(steps, WORDS_QWEN2);
            }
            default ->
                throw new PolicyFormatException(metadata.file().file() + ": tokenizer.ggml.pre '" + kind
                        + "' is not supported; supported: smollm, gpt-2, default, llama-bpe, qwen2");
        }
        byteLevel(steps.addObject(), false);
        root.putNull("post_processor");
        byteLevel(root.putObject("decoder"), true);
        ObjectNode model = bpe(root, kind.startsWith("llama"));
        ArrayNode merges = model.putArray("merges");
        for (Object merge : metadata.list("tokenizer.ggml.merges")) {
            String[] pair = String.valueOf(merge).split(" ", 2);
            if (pair.length != 2) {
                throw new PolicyFormatException(metadata.file().file()
                        + ": tokenizer.ggml.merges has an entry without its space: '" + merge + "'");
            }
            merges.addArray().add(pair[0]).add(pair[1]);
        }
    }

    private ObjectNode bpe(ObjectNode root, boolean ignoreMerges) {
        ObjectNode model = root.putObject("model").put("type", "BPE").putNull("dropout");
        model.putNull("unk_token").putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
        model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", ignoreMerges);
        return vocabulary(model);
    }

    private static void split(ArrayNode steps, String pattern) {
        ObjectNode step = steps.addObject().put("type", "Split");
        step.putObject("pattern").put("Regex", pattern);
        step.put("behavior", "Isolated").put("invert", false);
    }

    private static void byteLevel(ObjectNode node, boolean regex) {
        node.put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", regex);
    }

    /** SentencePiece's BPE: a pair merges into a token of the vocabulary, those of the greatest score first; what is unknown falls back to bytes. */
    private void sentencePiece(ObjectNode root) {
        boolean prefix = metadata.flag("tokenizer.ggml.add_space_prefix", true);
        ObjectNode normalizer = root.putObject("normalizer").put("type", "Sequence");
        ArrayNode steps = normalizer.putArray("normalizers");
        if (prefix) {
            steps.addObject().put("type", "Prepend").put("prepend", "▁");
        }
        ObjectNode spaces = steps.addObject().put("type", "Replace");
        spaces.putObject("pattern").put("String", " ");
        spaces.put("content", "▁");
        root.putNull("pre_tokenizer").putNull("post_processor");
        ArrayNode decoders = root.putObject("decoder").put("type", "Sequence").putArray("decoders");
        ObjectNode back = decoders.addObject().put("type", "Replace");
        back.putObject("pattern").put("String", "▁");
        back.put("content", " ");
        decoders.addObject().put("type", "ByteFallback");
        decoders.addObject().put("type", "Fuse");
        if (prefix) {
            decoders.addObject()
                    .put("type", "Strip")
                    .put("content", " ")
                    .put("start", 1)
                    .put("stop", 0);
        }
        ObjectNode model = root.putObject("model").put("type", "BPE").putNull("dropout");
        Integer unknown = metadata.optionalToken("tokenizer.ggml.unknown_token_id");
        if (unknown == null) {
            model.putNull("unk_token");
        } else {
            model.put("unk_token", token(unknown));
        }
        model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
        model.put("fuse_unk", true).put("byte_fallback", true).put("ignore_merges", false);
        vocabulary(model);
        merges(model.putArray("merges"));
    }

    private record Merge(String left, String right, int rank, double score) {}

    private void merges(ArrayNode merges) {
        List<Object> scores = metadata.list("tokenizer.ggml.scores");
        Map<String, Integer> ids = new HashMap<>();
        for (int id = 0; id < tokens.size(); id++) {
            ids.putIfAbsent(token(id), id);
        }
        var found = new ArrayList<Merge>();
        for (int id = 0; id < tokens.size(); id++) {
            String whole = token(id);
            if (isOfType(id, CONTROL) || isOfType(id, USER_DEFINED) || id >= scores.size()) {
                continue;
            }
            double score = scores.get(id) instanceof Double number ? number : 0;
            if (whole.length() > LONGEST_TOKEN) {
                throw new PolicyFormatException(metadata.file().file() + ": tokenizer.ggml.tokens has " + whole.length()
                        + " characters for token " + id + ", more than " + LONGEST_TOKEN);
            }
            for (int at = 1; at < whole.length(); at = whole.offsetByCodePoints(at, 1)) {
                if (Character.isLowSurrogate(whole.charAt(at))) {
                    continue;
                }
                String left = whole.substring(0, at);
                String right = whole.substring(at);
                if (ids.containsKey(left) && ids.containsKey(right)) {
                    found.add(new Merge(left, right, id, score));
                }
            }
        }
        found.sort(Comparator.comparingDouble(Merge::score)
                .reversed()
                .thenComparingInt(Merge::rank)
                .thenComparingInt(merge -> ids.get(merge.left()))
                .thenComparingInt(merge -> ids.get(merge.right())));
        found.forEach(merge -> merges.addArray().add(merge.left()).add(merge.right()));
    }
}
