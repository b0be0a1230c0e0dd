package io.troupe.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Templates that are damaged, senseless, endless or bottomless are rendered or refused in words. */
class TemplateFuzzIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final LocalDateTime NOW = LocalDateTime.of(2026, 3, 9, 7, 5, 2);
    private static final Map<String, Object> SPECIAL = Map.of("bos_token", "<s>", "eos_token", "</s>");

    /** What ten million steps may allocate, most of it garbage at once. */
    private static final long STEPS_BYTES = 1_000_000_000;

    private static final List<String> REAL = new ArrayList<>();
    private static JsonNode conversations = JSON.createArrayNode();

    @BeforeAll
    static void readGoldens() throws IOException {
        JsonNode golden = JSON.readTree(resource("conversations.json"));
        conversations = golden.get("conversations");
        REAL.clear();
        for (String name : (Iterable<String>) golden.get("rendered")::fieldNames) {
            REAL.add(new String(resource(name), StandardCharsets.UTF_8));
        }
        assertThat(REAL).hasSize(7);
    }

    private static byte[] resource(String name) throws IOException {
        try (var file = Objects.requireNonNull(TemplateFuzzIT.class.getResourceAsStream("golden-chat/" + name))) {
            return file.readAllBytes();
        }
    }

    @Test
    void damagedTemplatesAreRenderedOrRefused() {
        fuzz("templates, damaged", 1000, random -> new TemplateMutation(random).damaged(REAL.get(random.nextInt(7))));
    }

    @Test
    void senselessTemplatesAreRenderedOrRefused() {
        fuzz("templates, words in any order", 2000, random -> new TemplateMutation(random).soup());
    }

    @Test
    void templatesThatGrowOrNeverEndAreRenderedOrRefused() {
        fuzz("templates that grow or never end", 30, random -> new TemplateMutation(random).program());
    }

    @Test
    void templatesNestedWithoutEndAreRenderedOrRefused() {
        fuzz("templates, nested", 30, random -> new TemplateMutation(random).nested());
    }

    private static void fuzz(String name, int cases, Function<SplittableRandom, String> made) {
        int refused = Fuzzing.run(name, cases, STEPS_BYTES, random -> {
            String text = made.apply(random);
            try {
                var files = new ChatTemplateFiles(Path.of(ChatTemplate.FILE), text, null, SPECIAL);
                JsonNode conversation = conversations.get(random.nextInt(conversations.size()));
                new ChatTemplate(files, List.of("</s>"), NOW)
                        .render(
                                JSON.convertValue(conversation.get("messages"), new TypeReference<>() {}),
                                JSON.convertValue(conversation.get("tools"), new TypeReference<>() {}),
                                true);
            } catch (PolicyFormatException e) {
                assertThat(e).hasMessageStartingWith(ChatTemplate.FILE);
                throw e;
            } catch (Throwable e) {
                throw new AssertionError(e + " of " + text.substring(0, Math.min(500, text.length())), e);
            }
            return text.length();
        });
        assertThat(refused).isGreaterThan(cases / 20);
    }
}
