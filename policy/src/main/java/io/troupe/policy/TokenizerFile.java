package io.troupe.policy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Refuses a {@code tokenizer.json} that the native tokenizer would not survive. The library reports most damage as an error, but some of it as a panic, and
 * a panic ends the process; so only the shapes that the supported families ship get through to it. What the library itself refuses in words is left to it.
 */
final class TokenizerFile {

    private static final Set<String> NORMALIZERS =
            Set.of("Sequence", "NFC", "NFD", "NFKC", "NFKD", "Lowercase", "Replace", "Prepend");
    private static final Set<String> PRE_TOKENIZERS = Set.of(
            "Sequence", "ByteLevel", "Split", "Digits", "Metaspace", "Whitespace", "WhitespaceSplit", "Punctuation");
    private static final Set<String> POST_PROCESSORS = Set.of("Sequence", "ByteLevel", "TemplateProcessing");
    private static final Set<String> DECODERS =
            Set.of("Sequence", "ByteLevel", "Replace", "ByteFallback", "Fuse", "Strip", "Metaspace");

    private static final int MAX_ID = 1 << 24;
    private static final int MAX_DEPTH = 8;
    private static final int MAX_NESTING = 32;
    private static final int MAX_TEXT = 2048;
    private static final int MAX_ADDED_TEXT = 1 << 22;

    private final JsonFile json;

    private TokenizerFile(JsonFile json) {
        this.json = json;
    }

    /**
     * Looks through a file.
     *
     * @return one more than the highest token id
     * @throws PolicyFormatException naming the file, the key and what is wrong with it
     */
    static int check(JsonFile json) {
        var file = new TokenizerFile(json);
        json.root().properties().forEach(entry -> file.nesting(entry.getKey(), entry.getValue(), 1));
        int size = Math.max(file.model(), file.added());
        file.part("normalizer", json.node("normalizer"), NORMALIZERS, "normalizers", 0);
        file.part("pre_tokenizer", json.node("pre_tokenizer"), PRE_TOKENIZERS, "pretokenizers", 0);
        file.part("post_processor", json.node("post_processor"), POST_PROCESSORS, "processors", 0);
        file.part("decoder", json.node("decoder"), DECODERS, "decoders", 0);
        file.lengths();
        return size;
    }

    /** The library reads values that are nested 128 deep, and panics where they are deeper. */
    private void nesting(String key, JsonNode node, int depth) {
        if (depth > MAX_NESTING) {
            throw new PolicyFormatException(json.file() + ": " + key + " is nested deeper than " + MAX_NESTING);
        }
        for (JsonNode child : node) {
            if (child.isContainerNode()) {
                nesting(key, child, depth + 1);
            }
        }
    }

    private int model() {
        JsonNode model = json.node("model");
        if (!model.path("type").asText("BPE").equals("BPE") || !model.isObject()) {
            throw wrong("model.type", "BPE, the only kind that is supported", model.path("type"));
        }
        JsonNode vocabulary = model.path("vocab");
        if (!vocabulary.isObject()) {
            throw wrong("model.vocab", "an object of token ids", vocabulary);
        }
        int size = 0;
        Map<Integer, String> taken = new HashMap<>(vocabulary.size() * 2);
        for (var entry : vocabulary.properties()) {
            int id = id("model.vocab['" + entry.getKey() + "']", entry.getValue());
            String other = taken.putIfAbsent(id, entry.getKey());
            if (other != null) {
                throw new PolicyFormatException(json.file() + ": model.vocab gives id " + id + " to '" + other
                        + "' and '" + entry.getKey() + "'");
            }
            size = Math.max(size, id + 1);
        }
        JsonNode unknown = model.path("unk_token");
        if (unknown.isTextual() && !vocabulary.has(unknown.asText())) {
            throw wrong("model.unk_token", "a token of model.vocab", unknown);
        }
        text("model.end_of_word_suffix", model.path("end_of_word_suffix"));
        prefix(model);
        return size;
    }

    /** The library cuts the prefix off the right side of every merge without looking whether it is there. */
    private void prefix(JsonNode model) {
        JsonNode prefix = model.path("continuing_subword_prefix");
        text("model.continuing_subword_prefix", prefix);
        if (!prefix.isTextual() || prefix.asText().isEmpty()) {
            return;
        }
        int at = 0;
        for (JsonNode merge : model.path("merges")) {
            String whole = merge.asText();
            String right = merge.isArray()
                    ? merge.path(1).asText()
                    : whole.substring(Math.min(whole.length(), whole.indexOf(' ') + 1));
            if (!right.startsWith(prefix.asText())) {
                throw new PolicyFormatException(json.file() + ": model.merges[" + at + "] does not continue with "
                        + "model.continuing_subword_prefix '" + prefix.asText() + "'");
            }
            at++;
        }
    }

    private int added() {
        int size = 0;
        int at = 0;
        long characters = 0;
        for (JsonNode token : json.node("added_tokens")) {
            String key = "added_tokens[" + at++ + "]";
            size = Math.max(size, id(key + ".id", token.path("id")) + 1);
            JsonNode content = token.path("content");
            if (!content.isTextual() || content.asText().isEmpty()) {
                throw wrong(key + ".content", "a text", content);
            }
            text(key + ".content", content);
            characters += content.asText().length();
        }
        if (characters > MAX_ADDED_TEXT) {
            throw new PolicyFormatException(json.file() + ": added_tokens have " + characters
                    + " characters together, more than " + MAX_ADDED_TEXT);
        }
        return size;
    }

    private void part(String key, JsonNode part, Set<String> kinds, String children, int depth) {
        if (part.isMissingNode() || part.isNull()) {
            return;
        }
        String kind = part.path("type").asText();
        if (!kinds.contains(kind)) {
            throw wrong(
                    key + ".type",
                    "one of " + String.join(", ", kinds.stream().sorted().toList()),
                    part.path("type"));
        }
        switch (kind) {
            case "Sequence" -> {
                if (depth == MAX_DEPTH) {
                    throw new PolicyFormatException(json.file() + ": " + key + " is nested deeper than " + MAX_DEPTH);
                }
                int at = 0;
                for (JsonNode child : part.path(children)) {
                    part(key + "." + children + "[" + at++ + "]", child, kinds, children, depth + 1);
                }
            }
            case "Strip" -> strip(key, part);
            case "TemplateProcessing" -> template(key, part);
            default -> {
                for (var value : part.properties()) {
                    text(key + "." + value.getKey(), value.getValue());
                    value.getValue().forEach(inner -> text(key + "." + value.getKey(), inner));
                }
            }
        }
    }

    /** The library counts back from the end of a text that may be shorter. */
    private void strip(String key, JsonNode part) {
        if (!part.path("stop").isInt() || part.path("stop").asInt() != 0) {
            throw wrong(key + ".stop", "0", part.path("stop"));
        }
        id(key + ".start", part.path("start"));
    }

    /** The library looks sequences and special tokens up without asking whether there are any. */
    private void template(String key, JsonNode part) {
        for (String form : List.of("single", "pair")) {
            int at = 0;
            for (JsonNode piece : part.path(form)) {
                String place = key + "." + form + "[" + at++ + "]";
                JsonNode sequence = piece.path("Sequence").path("id");
                JsonNode special = piece.path("SpecialToken").path("id");
                boolean known = sequence.asText().equals("A")
                        || (sequence.asText().equals("B") && form.equals("pair"))
                        || (special.isTextual() && part.path("special_tokens").has(special.asText()));
                if (!known || piece.size() != 1) {
                    throw wrong(place, "a sequence, or a token of special_tokens", piece);
                }
            }
        }
        for (var token : part.path("special_tokens").properties()) {
            String place = key + ".special_tokens['" + token.getKey() + "']";
            if (token.getValue().path("ids").size()
                    != token.getValue().path("tokens").size()) {
                throw wrong(place, "as many ids as tokens", token.getValue());
            }
            token.getValue().path("ids").forEach(id -> id(place + ".ids", id));
        }
    }

    /** Neither is used, but both are read. */
    private void lengths() {
        JsonNode multiple = json.node("padding").path("pad_to_multiple_of");
        if (multiple.isNumber() && multiple.asLong() < 1) {
            throw wrong("padding.pad_to_multiple_of", "null or at least 1", multiple);
        }
        JsonNode truncation = json.node("truncation");
        if (truncation.isObject()
                && truncation.path("stride").asLong()
                        >= Math.max(1, truncation.path("max_length").asLong())) {
            throw wrong("truncation.stride", "less than truncation.max_length", truncation.path("stride"));
        }
    }

    private int id(String key, JsonNode id) {
        if (!id.isInt() || id.asInt() < 0 || id.asInt() >= MAX_ID) {
            throw wrong(key, "a whole number from 0 to " + (MAX_ID - 1), id);
        }
        return id.asInt();
    }

    private void text(String key, JsonNode text) {
        if (text.isTextual() && text.asText().length() > MAX_TEXT) {
            throw new PolicyFormatException(
                    json.file() + ": " + key + " has " + text.asText().length() + " characters, more than " + MAX_TEXT);
        }
    }

    private PolicyFormatException wrong(String key, String expected, JsonNode node) {
        String found = node.toString();
        return new PolicyFormatException(json.file() + ": " + key + " must be " + expected
                + (node.isMissingNode()
                        ? ", but is missing"
                        : ", but is " + found.substring(0, Math.min(80, found.length()))));
    }
}
