package io.troupe.actors.view;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A tokenizer of words, numbers and signs that learns its vocabulary as it goes. */
final class WordTokens {

    private static final Pattern PIECE =
            Pattern.compile("<[a-z/]+>|<\\|[a-z_]+\\|>| ?[A-Za-z]+|\\d|\\s|[^A-Za-z\\d\\s]");

    private final List<String> vocabulary = new ArrayList<>();

    int[] encode(String text) {
        return PIECE.matcher(text)
                .results()
                .mapToInt(match -> {
                    if (!vocabulary.contains(match.group())) {
                        vocabulary.add(match.group());
                    }
                    return vocabulary.indexOf(match.group());
                })
                .toArray();
    }

    String decode(int... tokens) {
        var text = new StringBuilder();
        for (int token : tokens) {
            text.append(vocabulary.get(token));
        }
        return text.toString();
    }
}
