package io.troupe.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Templates of the kinds that checkpoints ship, against what transformers made of 200 conversations: {@code recipes/chat-goldens.py}. */
class ChatTemplateGoldenTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @MethodSource("templates")
    void twoHundredConversationsRenderAsInTransformers(String name) throws Exception {
        JsonNode golden = golden();
        Path file = folder().resolve(name);
        Map<String, Object> special = JSON.convertValue(golden.get("special"), new TypeReference<>() {});
        var files = new ChatTemplateFiles(file, Files.readString(file), null, special);
        var template = new ChatTemplate(
                files, List.of(), LocalDateTime.parse(golden.get("now").asText()));
        var differing = new LinkedHashMap<Integer, String>();
        JsonNode rendered = golden.get("rendered").get(name);
        for (int i = 0; i < rendered.size(); i++) {
            String text = render(template, golden.get("conversations").get(i));
            if (!rendered.get(i).asText().equals(hash(text))) {
                differing.put(i, text);
            }
        }
        assertThat(rendered).hasSize(200);
        assertThat(differing).isEmpty();
    }

    private static String render(ChatTemplate template, JsonNode conversation) {
        List<Map<String, Object>> messages = JSON.convertValue(conversation.get("messages"), new TypeReference<>() {});
        List<Object> tools = JSON.convertValue(conversation.get("tools"), new TypeReference<>() {});
        try {
            return template.render(
                    messages, tools, conversation.get("add_generation_prompt").asBoolean());
        } catch (PolicyFormatException e) {
            return "refused";
        }
    }

    private static String hash(String text) throws NoSuchAlgorithmException {
        if (text.equals("refused")) {
            return text;
        }
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest).substring(0, 24);
    }

    static Stream<String> templates() throws Exception {
        var names = new java.util.ArrayList<String>();
        golden().get("rendered").fieldNames().forEachRemaining(names::add);
        assertThat(names).hasSizeGreaterThan(5);
        return names.stream();
    }

    private static Path folder() throws URISyntaxException {
        return Path.of(Objects.requireNonNull(
                                ChatTemplateGoldenTest.class.getResource("golden-chat/conversations.json"))
                        .toURI())
                .getParent();
    }

    private static JsonNode golden() throws IOException, URISyntaxException {
        return JSON.readTree(folder().resolve("conversations.json").toFile());
    }
}
