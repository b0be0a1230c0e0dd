package io.troupe.verifier.math.answer;

/**
 * A word of the language of answers.
 *
 * @param kind what it is
 * @param text a number's digits, a command's name without its backslash, a word, a sign
 * @param position where it starts in the text
 * @param spaced whether blanks stand before it
 * @param number the number it stands for, if it is one
 */
record Token(
        Kind kind,
        String text,
        int position,
        boolean spaced,
        Expression.@org.jspecify.annotations.Nullable Num number) {

    enum Kind {
        NUMBER,
        COMMAND,
        /** Letters without a backslash. */
        WORD,
        /** What stands in {@code \text{...}}. */
        TEXT,
        SIGN,
        END
    }

    boolean isSign(String sign) {
        return kind == Kind.SIGN && text.equals(sign);
    }

    boolean isCommand(String name) {
        return kind == Kind.COMMAND && text.equals(name);
    }

    boolean isWord(String word) {
        return kind == Kind.WORD && text.equals(word);
    }

    @Override
    public String toString() {
        return switch (kind) {
            case COMMAND -> "\\" + text;
            case END -> "the end";
            default -> "'" + text + "'";
        };
    }
}
