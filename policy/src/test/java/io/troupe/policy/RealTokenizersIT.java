package io.troupe.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares texts and token ids of real tokenizers with those that transformers made: {@code recipes/chat-tokenizers.sh} fetches the tokenizers, makes the
 * reference and names it in the system property {@code troupe.chat-goldens}.
 */
@EnabledIfSystemProperty(named = "troupe.chat-goldens", matches = ".+")
class RealTokenizersIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path cache;

    private final List<String> differences = new ArrayList<>();

    @Test
    void textsAndTokensOfConversationsEqualThoseOfTransformers() throws IOException {
        JsonNode golden = JSON.readTree(Files.readAllBytes(Path.of(System.getProperty("troupe.chat-goldens"))));
        Clock clock =
                Clock.fixed(LocalDateTime.parse(golden.get("now").asText()).toInstant(ZoneOffset.UTC), ZoneOffset.UTC);
        for (JsonNode reference : golden.get("tokenizers")) {
            compare(golden, reference, clock);
        }
        assertThat(differences).isEmpty();
    }

    private void compare(JsonNode golden, JsonNode reference, Clock clock) {
        String name = reference.get("name").asText();
        Path place = Path.of(reference.get("path").asText());
        Path directory = Files.isDirectory(place) ? place : GgufPolicy.unpack(place, cache);
        int texts = 0;
        int refused = 0;
        try (PolicyTokenizer tokenizer = PolicyTokenizer.load(directory)) {
            for (int i = 0; i < golden.get("texts").size(); i++) {
                String text = golden.get("texts").get(i).asText();
                different(name + " text " + i, ids(reference.get("plain").get(i)), ids(tokenizer, text));
            }
            ChatTemplate template =
                    reference.get("cases").isEmpty() ? null : ChatTemplate.load(directory, List.of(), clock);
            for (int i = 0; template != null && i < reference.get("cases").size(); i++) {
                JsonNode expected = reference.get("cases").get(i);
                String rendered = render(template, golden.get("conversations").get(i));
                String wanted = expected.has("text") ? expected.get("text").asText() : null;
                different(name + " conversation " + i, wanted, rendered);
                if (rendered != null && wanted != null) {
                    different(name + " ids of conversation " + i, ids(expected.get("ids")), ids(tokenizer, rendered));
                    texts++;
                } else {
                    refused++;
                }
            }
        }
        System.out.printf(
                "%s: %d conversations rendered and encoded, %d refused, %d plain texts encoded%n",
                name, texts, refused, golden.get("texts").size());
    }

    private static String render(ChatTemplate template, JsonNode conversation) {
        List<Map<String, Object>> messages = JSON.convertValue(conversation.get("messages"), new TypeReference<>() {});
        List<Object> tools = JSON.convertValue(conversation.get("tools"), new TypeReference<>() {});
        try {
            return template.render(
                    messages, tools, conversation.get("add_generation_prompt").asBoolean());
        } catch (PolicyFormatException e) {
            return null;
        }
    }

    private void different(String what, Object expected, Object found) {
        if (expected == null ? found != null : !expected.equals(found)) {
            differences.add(what + ":\n  transformers " + expected + "\n  Troupe       " + found);
        }
    }

    private static List<Integer> ids(JsonNode ids) {
        return StreamSupport.stream(ids.spliterator(), false)
                .map(JsonNode::asInt)
                .toList();
    }

    private static List<Integer> ids(PolicyTokenizer tokenizer, String text) {
        return java.util.Arrays.stream(tokenizer.encode(text)).boxed().toList();
    }
}
