package io.troupe.policy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a directory says about its chat template.
 *
 * @param file where the template stands
 * @param plain the template
 * @param withTools the one for conversations with tools, if it is another
 * @param specialTokens the variables that templates see: a text for each, or a list of them
 */
record ChatTemplateFiles(Path file, String plain, @Nullable String withTools, Map<String, Object> specialTokens) {

    static final String TOOL_USE_FILE = "additional_chat_templates/tool_use.jinja";
    static final String SPECIAL_TOKENS = "special_tokens_map.json";

    private static final long MAX_BYTES = 4_000_000; // four a character
    private static final String KEY = "chat_template";
    private static final String OLD_FILE = "chat_template.json";
    private static final String DEFAULT = "default";
    private static final String TOOL_USE = "tool_use";

    static ChatTemplateFiles read(Path directory) {
        Path config = directory.resolve(ChatTemplate.TOKENIZER_CONFIG);
        var special = new LinkedHashMap<String, Object>();
        for (Path file : List.of(directory.resolve(SPECIAL_TOKENS), config)) {
            if (Files.exists(file)) {
                specialTokens(JsonFile.read(file), special);
            }
        }
        Path file = directory.resolve(ChatTemplate.FILE);
        if (Files.exists(file)) {
            Path toolUse = directory.resolve(TOOL_USE_FILE);
            return new ChatTemplateFiles(file, text(file), Files.exists(toolUse) ? text(toolUse) : null, special);
        }
        for (Path json : List.of(config, directory.resolve(OLD_FILE))) {
            ChatTemplateFiles found = Files.exists(json) ? named(JsonFile.read(json), special) : null;
            if (found != null) {
                return found;
            }
        }
        throw new PolicyFormatException(directory + " has no chat template: neither " + ChatTemplate.FILE + " nor a "
                + KEY + " in " + ChatTemplate.TOKENIZER_CONFIG);
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new PolicyFormatException(file + " has " + Files.size(file)
                        + " bytes, too many for a chat template; the most are " + MAX_BYTES);
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new PolicyFormatException(file + " cannot be read as text: " + e.getMessage(), e);
        }
    }

    /** The template of a JSON file: a text, or a list of named ones. */
    private static @Nullable ChatTemplateFiles named(JsonFile json, Map<String, Object> special) {
        JsonNode node = json.node(KEY);
        if (node.isMissingNode()) {
            return null;
        }
        if (node.isTextual()) {
            return new ChatTemplateFiles(json.file(), node.asText(), null, special);
        }
        var templates = new LinkedHashMap<String, String>();
        for (JsonNode entry : node) {
            if (!entry.path("name").isTextual() || !entry.path("template").isTextual()) {
                throw new PolicyFormatException(json.file() + ": " + KEY
                        + " must be a text, or a list of objects with \"name\" and \"template\"");
            }
            templates.put(entry.get("name").asText(), entry.get("template").asText());
        }
        String plain = templates.get(DEFAULT);
        if (plain == null && templates.size() == 1) {
            plain = templates.values().iterator().next();
        }
        if (plain == null) {
            throw new PolicyFormatException(
                    json.file() + ": " + KEY + " has no template named " + DEFAULT + ", but " + templates.keySet());
        }
        return new ChatTemplateFiles(json.file(), plain, templates.get(TOOL_USE), special);
    }

    private static void specialTokens(JsonFile json, Map<String, Object> special) {
        for (Map.Entry<String, JsonNode> entry : json.root().properties()) {
            String name = entry.getKey();
            JsonNode value = entry.getValue();
            if (name.endsWith("_token") && !content(value).isEmpty()) {
                special.put(name, content(value));
            } else if (name.equals("additional_special_tokens") && value.isArray()) {
                var tokens = new ArrayList<Object>();
                value.forEach(token -> tokens.add(content(token)));
                special.put(name, tokens);
            } else if (name.equals("extra_special_tokens") && value.isObject()) {
                value.properties().forEach(token -> special.put(token.getKey(), content(token.getValue())));
            }
        }
    }

    private static String content(JsonNode token) {
        JsonNode content = token.isObject() ? token.path("content") : token;
        return content.isTextual() ? content.asText() : "";
    }
}
