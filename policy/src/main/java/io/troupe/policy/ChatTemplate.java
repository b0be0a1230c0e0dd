package io.troupe.policy;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.interpret.FatalTemplateErrorsException;
import com.hubspot.jinjava.interpret.RenderResult;
import io.troupe.proto.v1.ChatMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Renders conversations to the text that a policy was made for, with the Jinja template that it ships. Thread-safe.
 *
 * <p>A template can't run away: output, recursion and loops are bounded.
 */
public final class ChatTemplate {

    static final String FILE = "chat_template.jinja";
    static final String TOKENIZER_CONFIG = "tokenizer_config.json";
    private static final String MARK = "[[turn-5f2c81d0]]";
    private static final long MAX_OUTPUT = 16_000_000;
    private static final Jinjava JINJA = new Jinjava(JinjavaConfig.newBuilder()
            .withTrimBlocks(true)
            .withLstripBlocks(true)
            .withMaxOutputSize(MAX_OUTPUT)
            .withMaxRenderDepth(32)
            .withKeepTrailingNewline(true)
            .withLegacyOverrides(LegacyOverrides.newBuilder()
                    .withUsePyishObjectMapper(true)
                    .withKeepNullableLoopValues(true)
                    .build())
            .build());

    private final Path file;
    private final String template;
    private final Map<String, String> specialTokens;

    private ChatTemplate(Path file, String template, Map<String, String> specialTokens) {
        this.file = file;
        this.template = template;
        this.specialTokens = specialTokens;
    }

    /** A template from its text. */
    static ChatTemplate of(String template, String endOfTurn) {
        return new ChatTemplate(Path.of(FILE), template, Map.of("eos_token", endOfTurn));
    }

    /**
     * Loads {@code chat_template.jinja}, or {@code chat_template} of {@code tokenizer_config.json}.
     *
     * @throws PolicyFormatException if there is neither
     */
    public static ChatTemplate load(Path directory) {
        Path config = directory.resolve(TOKENIZER_CONFIG);
        Path file = directory.resolve(FILE);
        var special = new LinkedHashMap<String, String>();
        String template = null;
        if (Files.exists(config)) {
            JsonFile json = JsonFile.read(config);
            for (String name : List.of("bos_token", "eos_token", "pad_token", "unk_token")) {
                var token = json.node(name);
                special.put(name, token.isObject() ? token.path("content").asText("") : token.asText(""));
            }
            template = json.node("chat_template").isTextual() ? json.text("chat_template") : null;
        }
        if (Files.exists(file)) {
            try {
                template = Files.readString(file);
            } catch (IOException e) {
                throw new PolicyFormatException(file + " cannot be read: " + e.getMessage(), e);
            }
        }
        if (template == null) {
            throw new PolicyFormatException(directory + " has no chat template: neither " + FILE
                    + " nor a chat_template in " + TOKENIZER_CONFIG);
        }
        return new ChatTemplate(Files.exists(file) ? file : config, template, special);
    }

    /**
     * The text up to where the policy goes on. If the last message is an assistant's, its text is a beginning that the policy continues.
     */
    public String open(List<ChatMessage> conversation) {
        if (conversation.isEmpty()) {
            throw new IllegalArgumentException("a conversation needs at least one message");
        }
        ChatMessage last = conversation.get(conversation.size() - 1);
        if (!last.getRole().equals("assistant")) {
            return render(conversation, true);
        }
        return render(conversation.subList(0, conversation.size() - 1), true) + last.getContent();
    }

    /**
     * What follows an assistant's turn that ended with its end-of-turn token: the rest of the turn's closing, the observation, and the opening
     * of the next turn.
     *
     * @param conversation ends with the assistant's turn
     * @param observation what the environment answered
     * @throws PolicyFormatException if the template leaves earlier turns out
     */
    public String observation(List<ChatMessage> conversation, List<ChatMessage> observation) {
        var all = new ArrayList<>(conversation);
        int last = all.size() - 1;
        // What the policy said may be anything, also what a template would trim: a mark stands for it, and only what
        // follows is wanted.
        all.set(last, all.get(last).toBuilder().setContent(MARK).build());
        all.addAll(observation);
        String rendered = render(all, true);
        int turn = rendered.lastIndexOf(MARK);
        if (turn < 0) {
            throw new PolicyFormatException(
                    file
                            + ": the template leaves out an assistant's turn once another message follows; episodes of several turns cannot be rendered");
        }
        return afterEndOfTurn(rendered.substring(turn + MARK.length()));
    }

    private String afterEndOfTurn(String closing) {
        String token = specialTokens.getOrDefault("eos_token", "");
        int end = token.isEmpty() ? -1 : closing.indexOf(token);
        return end < 0 ? closing : closing.substring(end + token.length());
    }

    private String render(List<ChatMessage> conversation, boolean generationPrompt) {
        var messages = new ArrayList<Map<String, Object>>();
        for (ChatMessage message : conversation) {
            messages.add(Map.of("role", message.getRole(), "content", message.getContent()));
        }
        var bindings = new HashMap<String, Object>(specialTokens);
        bindings.put("messages", messages);
        bindings.put("add_generation_prompt", generationPrompt);
        try {
            RenderResult result = JINJA.renderForResult(template, bindings);
            if (!result.getErrors().isEmpty()) {
                throw new PolicyFormatException(
                        file + ": " + result.getErrors().get(0).getMessage());
            }
            return result.getOutput();
        } catch (FatalTemplateErrorsException e) {
            throw new PolicyFormatException(file + ": " + e.getMessage(), e);
        }
    }
}
