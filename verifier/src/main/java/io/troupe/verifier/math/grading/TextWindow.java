package io.troupe.verifier.math.grading;

/** How much of a text is looked at. Answers stand at the end; a limit bounds the time that any text can take. */
final class TextWindow {

    /** The characters that are looked at, from the end. */
    static final int CHARACTERS = 100_000;

    private TextWindow() {}

    /** The end of a text: at most {@link #CHARACTERS} of it. */
    static String of(String text) {
        return last(text, CHARACTERS);
    }

    /** The last characters of a text. */
    static String last(String text, int characters) {
        return text.length() <= characters ? text : text.substring(text.length() - characters);
    }
}
