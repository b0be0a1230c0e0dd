package io.troupe.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.policy.jinja.JinjaTemplate;
import io.troupe.policy.jinja.TemplateException;
import io.troupe.proto.v1.ChatMessage;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Renders conversations to the text that a policy was made for, with the Jinja template that it ships. What {@code strftime_now} tells the template is fixed
 * when it is loaded. Immutable, safe for any thread.
 *
 * <p>A template can't run away: steps, text and depth are bounded, see {@link JinjaTemplate}.
 */
public final class ChatTemplate {

    static final String FILE = "chat_template.jinja";
    static final String TOKENIZER_CONFIG = "tokenizer_config.json";

    private static final String MARK = "[[turn-5f2c81d0]]";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final JinjaTemplate plain;
    private final JinjaTemplate withTools;
    private final boolean takesTools;
    private final Map<String, Object> specialTokens;
    private final List<String> endsOfTurn;
    private final LocalDateTime now;

    ChatTemplate(ChatTemplateFiles files, List<String> endsOfTurn, LocalDateTime now) {
        file = files.file();
        plain = parse(file, files.plain());
        withTools = files.withTools() == null ? plain : parse(file, files.withTools());
        takesTools = files.withTools() != null || files.plain().contains("tools");
        specialTokens = files.specialTokens();
        this.endsOfTurn = List.copyOf(endsOfTurn);
        this.now = now;
    }

    /** A template from its text. */
    static ChatTemplate of(String template, String endOfTurn) {
        var files = new ChatTemplateFiles(Path.of(FILE), template, null, Map.of("eos_token", endOfTurn));
        return new ChatTemplate(files, List.of(endOfTurn), LocalDateTime.now(Clock.systemUTC()));
    }

    /**
     * Loads a directory's templates: {@code chat_template.jinja} and {@code additional_chat_templates/tool_use.jinja}, or {@code chat_template} of
     * {@code tokenizer_config.json}, one or a list of those named {@code default} and {@code tool_use}. A turn ends with the {@code eos_token}.
     *
     * @throws PolicyFormatException if there is none, or it can't be read
     */
    public static ChatTemplate load(Path directory) {
        return load(directory, List.of(), Clock.systemUTC());
    }

    /**
     * The same, knowing more.
     *
     * @param endsOfTurn the texts of the tokens that end a turn; empty for the {@code eos_token} alone
     * @param clock gives the time that the template may ask for, now and once
     */
    public static ChatTemplate load(Path directory, List<String> endsOfTurn, Clock clock) {
        ChatTemplateFiles files = ChatTemplateFiles.read(directory);
        List<String> ends = endsOfTurn;
        if (ends.isEmpty() && files.specialTokens().get("eos_token") instanceof String token) {
            ends = List.of(token);
        }
        return new ChatTemplate(files, ends, LocalDateTime.now(clock));
    }

    private static JinjaTemplate parse(Path file, String template) {
        try {
            return JinjaTemplate.parse(template);
        } catch (TemplateException e) {
            throw new PolicyFormatException(file + ": the chat template cannot be read: " + e.getMessage(), e);
        }
    }

    /** Whether the template has a place for the descriptions of tools. */
    public boolean takesTools() {
        return takesTools;
    }

    /** The text up to where the policy goes on, without tools. */
    public String open(List<ChatMessage> conversation) {
        return open(conversation, List.of());
    }

    /**
     * The text up to where the policy goes on. If the last message is an assistant's, its text is a beginning that the policy continues.
     *
     * @param tools the tools that the template describes, each a JSON object {@code {"type": "function", "function": {…}}}
     * @throws PolicyFormatException if the template fails, refuses the conversation, or has no place for tools
     */
    public String open(List<ChatMessage> conversation, List<String> tools) {
        if (conversation.isEmpty()) {
            throw new IllegalArgumentException("a conversation needs at least one message");
        }
        ChatMessage last = conversation.get(conversation.size() - 1);
        if (!last.getRole().equals("assistant")) {
            return render(messages(conversation), described(tools), true);
        }
        List<ChatMessage> before = conversation.subList(0, conversation.size() - 1);
        return render(messages(before), described(tools), true) + last.getContent();
    }

    /** The same as {@link #observation(List, List, List)}, without tools. */
    public String observation(List<ChatMessage> conversation, List<ChatMessage> observation) {
        return observation(conversation, observation, List.of());
    }

    /**
     * What follows an assistant's turn that ended with its end-of-turn token: the rest of the turn's closing, the observation, and the opening
     * of the next turn.
     *
     * @param conversation ends with the assistant's turn
     * @param observation what the environment answered
     * @param tools the tools that the conversation was opened with
     * @throws PolicyFormatException if the template leaves earlier turns out
     */
    public String observation(List<ChatMessage> conversation, List<ChatMessage> observation, List<String> tools) {
        String closing = afterTurn(conversation, observation, tools);
        int[] end = firstEnd(closing);
        return end.length == 0 ? closing : closing.substring(end[1]);
    }

    /** The text of the token with which the template ends an assistant's turn, if it writes one of those that end one. */
    @Nullable
    String endOfTurn() {
        var user = ChatMessage.newBuilder().setRole("user").setContent("1").build();
        var assistant = ChatMessage.newBuilder().setRole("assistant").build();
        String closing;
        try {
            closing = afterTurn(List.of(user, assistant), List.of(user), List.of());
        } catch (PolicyFormatException e) {
            return null; // the template does not render several turns; whoever plays several is told then
        }
        int[] end = firstEnd(closing);
        return end.length == 0 ? null : closing.substring(end[0], end[1]);
    }

    private int[] firstEnd(String closing) {
        int first = -1;
        String token = "";
        for (String end : endsOfTurn) {
            int at = end.isEmpty() ? -1 : closing.indexOf(end);
            if (at >= 0 && (first < 0 || at < first)) {
                first = at;
                token = end;
            }
        }
        return first < 0 ? new int[0] : new int[] {first, first + token.length()};
    }

    private String afterTurn(List<ChatMessage> conversation, List<ChatMessage> observation, List<String> tools) {
        var all = new ArrayList<>(conversation);
        int last = all.size() - 1;
        // What the policy said may be anything, also what a template would trim: a mark stands for it, and only what
        // follows is wanted.
        all.set(last, all.get(last).toBuilder().setContent(MARK).build());
        all.addAll(observation);
        String rendered = render(messages(all), described(tools), true);
        int turn = rendered.lastIndexOf(MARK);
        if (turn < 0) {
            throw new PolicyFormatException(
                    file
                            + ": the template leaves out an assistant's turn once another message follows; episodes of several turns cannot be rendered");
        }
        return rendered.substring(turn + MARK.length());
    }

    private static List<Map<String, Object>> messages(List<ChatMessage> conversation) {
        var messages = new ArrayList<Map<String, Object>>();
        for (ChatMessage message : conversation) {
            var fields = new LinkedHashMap<String, Object>();
            fields.put("role", message.getRole());
            fields.put("content", message.getContent());
            messages.add(fields);
        }
        return messages;
    }

    private @Nullable List<Object> described(List<String> tools) {
        if (tools.isEmpty()) {
            return null;
        }
        if (!takesTools) {
            throw new PolicyFormatException(
                    file + ": the chat template has no place for tools; let the task describe them"
                            + " itself (tool-format = hermes or tags)");
        }
        var described = new ArrayList<Object>();
        for (String tool : tools) {
            try {
                described.add(JSON.readValue(tool, Map.class));
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException("a tool is described by a JSON object, not by " + tool, e);
            }
        }
        return described;
    }

    /**
     * Renders as transformers' {@code apply_chat_template} does.
     *
     * @param messages the messages with all their fields, such as {@code tool_calls}
     * @param tools the tools as JSON values, or null
     */
    String render(List<Map<String, Object>> messages, @Nullable List<Object> tools, boolean generationPrompt) {
        var variables = new LinkedHashMap<String, @Nullable Object>(specialTokens);
        variables.put("messages", messages);
        variables.put("tools", tools);
        variables.put("documents", null);
        variables.put("add_generation_prompt", generationPrompt);
        try {
            return (tools == null ? plain : withTools).render(variables, now);
        } catch (TemplateException e) {
            throw new PolicyFormatException(file + ": " + e.getMessage(), e);
        }
    }
}
