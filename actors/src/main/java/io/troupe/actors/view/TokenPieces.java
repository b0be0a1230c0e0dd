package io.troupe.actors.view;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Tokens as the pieces of text that they stand for. A piece is what a token adds to the text of those before it, so that spaces come out as in the whole; a
 * character that takes several tokens is the piece of the last of them.
 */
final class TokenPieces {

    /** Text of tokens; the tokenizer of the run's policy. */
    @FunctionalInterface
    interface Decoding {
        /** The text of the tokens together. */
        String decode(int... tokens);
    }

    private static final String INCOMPLETE = "\ufffd";

    private TokenPieces() {}

    /** As many pieces as tokens; some may be empty. */
    static List<String> of(Decoding decoding, int... tokens) {
        var pieces = new ArrayList<String>();
        int context = 0;
        int read = 0;
        for (int i = 0; i < tokens.length; i++) {
            String before = decoding.decode(Arrays.copyOfRange(tokens, context, read));
            String with = decoding.decode(Arrays.copyOfRange(tokens, context, i + 1));
            boolean last = i == tokens.length - 1;
            if (with.length() < before.length() || (with.endsWith(INCOMPLETE) && !last)) {
                pieces.add("");
            } else {
                pieces.add(with.substring(before.length()));
                context = read;
                read = i + 1;
            }
        }
        return pieces;
    }
}
