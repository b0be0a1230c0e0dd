package io.troupe.environments.search;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.troupe.verifier.Message;
import io.troupe.verifier.OptionsException;
import java.util.List;
import java.util.Locale;

/** How a question is asked. */
public enum Prompt {
    /** Search-R1's own words, which its checkpoints know. */
    SEARCH_R1,
    /** The same rules in two sentences, for a small policy. */
    SHORT;

    // The wording is the protocol: a checkpoint of Search-R1 was trained on exactly this text.
    private static final String RULES =
            "Answer the given question. You must conduct reasoning inside <think> and </think>"
                    + " first every time you get new information. After reasoning, if you find you lack some knowledge, you can call"
                    + " a search engine by <search> query </search> and it will return the top searched results between"
                    + " <information> and </information>. You can search as many times as your want. If you find no further"
                    + " external knowledge needed, you can directly provide the answer inside <answer> and </answer>, without"
                    + " detailed illustrations. For example, <answer> Beijing </answer>. Question: ";

    private static final String SHORT_RULES =
            "Look things up with <search> words </search>. Give the answer inside <answer> </answer>.";

    /** Reads the name that the configuration uses. */
    @JsonCreator
    static Prompt named(String name) {
        for (Prompt prompt : values()) {
            if (prompt.key().equals(name)) {
                return prompt;
            }
        }
        throw new OptionsException("must be search-r1 or short, not '" + name + "'");
    }

    /** The name that the configuration uses. */
    @JsonValue
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    List<Message> ask(String question) {
        return switch (this) {
            case SEARCH_R1 -> {
                String asked = question.endsWith("?") ? question : question + "?";
                yield List.of(Message.user(RULES + asked + "\n"));
            }
            case SHORT -> List.of(Message.system(SHORT_RULES), Message.user(question));
        };
    }
}
