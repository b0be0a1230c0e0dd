package io.troupe.learner;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.policy.ChatTemplate;
import io.troupe.proto.v1.ChatMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * One example to imitate: texts in order, each with or without loss. Tokens are made per piece, exactly as a rollout makes them, so that the
 * policy sees in training what it will see when it samples.
 *
 * @param pieces the texts
 */
public record SupervisedExample(List<Piece> pieces) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * A text.
     *
     * @param text the text, special tokens included
     * @param learned whether its tokens carry loss
     */
    public record Piece(String text, boolean learned) {}

    /**
     * Reads a line of JSON: {@code {"prompt": "…" or [messages], "completion": "…"}}, or {@code {"messages": [{"role", "content"}, …]}} in which
     * what assistants say is learned, but for the text in {@code "prefill"} that the first of them begins with.
     *
     * @param endOfTurn the text of the token that ends a turn
     * @throws IllegalArgumentException saying what is wrong with the line
     */
    public static SupervisedExample parse(String line, ChatTemplate template, String endOfTurn) {
        JsonNode json;
        try {
            json = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        }
        if (json.has("messages")) {
            return conversation(
                    messages(json.get("messages")), json.path("prefill").asText(""), template, endOfTurn);
        }
        JsonNode completion = json.path("completion");
        if (!json.has("prompt") || !completion.isTextual()) {
            throw new IllegalArgumentException("expected \"prompt\" and \"completion\", or \"messages\"");
        }
        JsonNode prompt = json.get("prompt");
        String opening = prompt.isTextual() ? prompt.asText() : template.open(messages(prompt));
        return new SupervisedExample(
                List.of(new Piece(opening, false), new Piece(completion.asText() + endOfTurn, true)));
    }

    private static SupervisedExample conversation(
            List<ChatMessage> messages, String prefill, ChatTemplate template, String endOfTurn) {
        int first = 0;
        while (first < messages.size() && !messages.get(first).getRole().equals("assistant")) {
            first++;
        }
        if (first == 0 || first == messages.size()) {
            throw new IllegalArgumentException("\"messages\" needs a user's message and then an assistant's");
        }
        var pieces = new ArrayList<Piece>();
        var opening = new ArrayList<>(messages.subList(0, first));
        if (!prefill.isEmpty()) {
            opening.add(message("assistant", prefill));
        }
        pieces.add(new Piece(template.open(opening), false));
        int next = first;
        while (next < messages.size()) {
            String said = messages.get(next).getContent();
            if (next == first) {
                if (!said.startsWith(prefill)) {
                    throw new IllegalArgumentException("the first assistant message does not begin with the prefill");
                }
                said = said.substring(prefill.length());
            }
            pieces.add(new Piece(said + endOfTurn, true));
            int end = next + 1;
            while (end < messages.size() && !messages.get(end).getRole().equals("assistant")) {
                end++;
            }
            if (end > next + 1 && end < messages.size()) {
                pieces.add(new Piece(
                        template.observation(messages.subList(0, next + 1), messages.subList(next + 1, end)), false));
            }
            next = end;
        }
        return new SupervisedExample(pieces);
    }

    private static List<ChatMessage> messages(JsonNode array) {
        if (!array.isArray() || array.isEmpty()) {
            throw new IllegalArgumentException("messages must be a list of objects with \"role\" and \"content\"");
        }
        var messages = new ArrayList<ChatMessage>();
        for (JsonNode node : array) {
            if (!node.path("role").isTextual() || !node.path("content").isTextual()) {
                throw new IllegalArgumentException("a message needs \"role\" and \"content\" as strings: " + node);
            }
            messages.add(message(node.get("role").asText(), node.get("content").asText()));
        }
        return messages;
    }

    private static ChatMessage message(String role, String content) {
        return ChatMessage.newBuilder().setRole(role).setContent(content).build();
    }
}
