package io.troupe.rollout;

import io.troupe.proto.v1.ChatMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts a draft into the conversation that opens an episode: the last message of the user gains a text, or there is a new one if the user has said nothing.
 *
 * @param text what is added; every {@value #PLACE} in it stands for the draft
 */
record DraftPrompt(String text) {

    private static final String PLACE = "{draft}";
    private static final String USER = "user";

    /**
     * The conversation with the draft.
     *
     * @param opening what the environment said
     * @param draft the draft as text
     */
    List<ChatMessage> into(List<ChatMessage> opening, String draft) {
        String added = text.replace(PLACE, draft);
        var messages = new ArrayList<>(opening);
        for (int i = messages.size() - 1; i >= 0; i--) {
            ChatMessage message = messages.get(i);
            if (message.getRole().equals(USER)) {
                messages.set(i, said(message.getContent() + added));
                return messages;
            }
        }
        boolean answerBegun = !messages.isEmpty()
                && messages.get(messages.size() - 1).getRole().equals("assistant");
        messages.add(answerBegun ? messages.size() - 1 : messages.size(), said(added));
        return messages;
    }

    private static ChatMessage said(String content) {
        return ChatMessage.newBuilder().setRole(USER).setContent(content).build();
    }
}
