package io.troupe.verifier.math.answer;

/** A text is no answer that the parser can read. The message says what is wrong and at which character. */
public final class AnswerSyntaxException extends Exception {

    private final int position;

    /**
     * An unreadable answer.
     *
     * @param what what is wrong
     * @param position at which character of the text, from 0
     */
    public AnswerSyntaxException(String what, int position) {
        super(what + " at character " + position);
        this.position = position;
    }

    /** At which character of the text, from 0. */
    public int position() {
        return position;
    }
}
