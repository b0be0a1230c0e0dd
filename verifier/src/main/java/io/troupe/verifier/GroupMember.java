package io.troupe.verifier;

import java.util.List;

/**
 * One finished trajectory of a group, as a {@link GroupRubric} sees it.
 *
 * @param conversation the prompt, the policy's turns and what the environment answered, in order
 * @param verdict how it was judged by itself
 * @param tokens how many tokens the policy sampled
 */
public record GroupMember(List<Message> conversation, Verdict verdict, int tokens) {
    public GroupMember {
        conversation = List.copyOf(conversation);
    }
}
