package io.troupe.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.proto.v1.ChatMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTemplateTest {

    private static final String TOOL =
            "{\"type\": \"function\", \"function\": {\"name\": \"add\", \"parameters\": {\"type\": \"object\", \"properties\": {}}}}";
    private static final String TURNS = "{% for m in messages %}<{{ m.role }}>{{ m.content }}<end>{% endfor %}"
            + "{% if add_generation_prompt %}<assistant>{% endif %}";

    @TempDir
    private Path folder;

    @Test
    void theTemplateNamedToolUseTakesConversationsWithTools() throws IOException {
        config("\"chat_template\": [{\"name\": \"default\", \"template\": \"plain\"},"
                + " {\"name\": \"tool_use\", \"template\": \"{{ tools | tojson }}\"}]");
        ChatTemplate template = ChatTemplate.load(folder);
        assertThat(template.takesTools()).isTrue();
        assertThat(template.open(List.of(user("x")))).isEqualTo("plain");
        assertThat(template.open(List.of(user("x")), List.of(TOOL))).isEqualTo("[" + TOOL + "]");
    }

    @Test
    void aFileOfItsOwnCountsBeforeTheConfiguration() throws IOException {
        config("\"chat_template\": \"old\"");
        Files.writeString(folder.resolve("chat_template.jinja"), "new");
        Files.createDirectories(folder.resolve("additional_chat_templates"));
        Files.writeString(folder.resolve("additional_chat_templates/tool_use.jinja"), "{{ tools[0].function.name }}");
        ChatTemplate template = ChatTemplate.load(folder);
        assertThat(template.open(List.of(user("x")))).isEqualTo("new");
        assertThat(template.open(List.of(user("x")), List.of(TOOL))).isEqualTo("add");
    }

    @Test
    void specialTokensAreVariablesAndThoseThatAreNotThereAreUndefined() throws IOException {
        config(
                "\"bos_token\": {\"content\": \"<s>\"}, \"eos_token\": \"</s>\", \"pad_token\": null,"
                        + " \"extra_special_tokens\": {\"image\": \"<img>\"}, \"additional_special_tokens\": [\"<a>\", \"<b>\"],"
                        + " \"chat_template\": \"{{ bos_token }}{{ eos_token }}{{ pad_token is defined }}{{ image }}{{ additional_special_tokens[1] }}\"");
        assertThat(ChatTemplate.load(folder).open(List.of(user("x")))).isEqualTo("<s></s>False<img><b>");
    }

    @Test
    void toolsWithoutAPlaceInTheTemplateAreRefused() throws IOException {
        config("\"chat_template\": \"" + TURNS + "\"");
        assertThatThrownBy(() -> ChatTemplate.load(folder).open(List.of(user("x")), List.of(TOOL)))
                .isInstanceOf(PolicyFormatException.class)
                .hasMessageContaining("no place for tools");
    }

    @Test
    void aTurnEndsWithTheTokenThatTheTemplateWrites() throws IOException {
        config("\"eos_token\": \"<eos>\", \"chat_template\": \"" + TURNS + "\"");
        ChatTemplate template = ChatTemplate.load(folder, List.of("<eos>", "<end>"), Clock.systemUTC());
        assertThat(template.endOfTurn()).isEqualTo("<end>");
        assertThat(template.observation(List.of(user("x"), assistant("said <end> early")), List.of(user("y"))))
                .isEqualTo("<user>y<end><assistant>");
        assertThat(ChatTemplate.load(folder).endOfTurn()).isNull();
    }

    @Test
    void whatAUserWritesIsNeverATemplate() throws IOException {
        config("\"chat_template\": \"" + TURNS + "\"");
        assertThat(ChatTemplate.load(folder).open(List.of(user("{{ 7*7 }}{% if %}"))))
                .isEqualTo("<user>{{ 7*7 }}{% if %}<end><assistant>");
    }

    @Test
    void theTimeIsThatOfLoading() throws IOException {
        config("\"chat_template\": \"{{ strftime_now('%d %b %Y') }}\"");
        Clock clock = Clock.fixed(Instant.parse("2026-03-09T07:05:02Z"), ZoneOffset.UTC);
        assertThat(ChatTemplate.load(folder, List.of(), clock).open(List.of(user("x"))))
                .isEqualTo("09 Mar 2026");
    }

    @Test
    void aTemplateThatRefusesOrRunsAwayNamesItsFile() throws IOException {
        config("\"chat_template\": \"{{ raise_exception('only users') }}\"");
        assertThatThrownBy(() -> ChatTemplate.load(folder).open(List.of(user("x"))))
                .isInstanceOf(PolicyFormatException.class)
                .hasMessageContaining("tokenizer_config.json")
                .hasMessageContaining("only users");
        config("\"chat_template\": \"{% for i in range(10**12) %}{% endfor %}\"");
        assertThatThrownBy(() -> ChatTemplate.load(folder).open(List.of(user("x"))))
                .isInstanceOf(PolicyFormatException.class)
                .hasMessageContaining("steps");
        config("\"chat_template\": 7");
        assertThatThrownBy(() -> ChatTemplate.load(folder)).isInstanceOf(PolicyFormatException.class);
        config("\"chat_template\": \"{% if %}\"");
        assertThatThrownBy(() -> ChatTemplate.load(folder))
                .isInstanceOf(PolicyFormatException.class)
                .hasMessageContaining("line 1");
    }

    private void config(String entries) throws IOException {
        Files.writeString(folder.resolve("tokenizer_config.json"), "{" + entries + "}");
    }

    private static ChatMessage user(String content) {
        return ChatMessage.newBuilder().setRole("user").setContent(content).build();
    }

    private static ChatMessage assistant(String content) {
        return ChatMessage.newBuilder().setRole("assistant").setContent(content).build();
    }
}
