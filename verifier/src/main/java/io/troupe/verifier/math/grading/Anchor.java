package io.troupe.verifier.math.grading;

/** What told an {@link AnswerExtraction} that an answer stands in a place; from the surest to the vaguest. */
public enum Anchor {
    /** {@code The final answer is X. I hope it is correct.} */
    HOPE("the final answer is ... I hope", true),
    /** A {@code \boxed{}} or {@code \fbox{}}. */
    BOX("the last \\boxed{}", true),
    /** {@code <answer> ... </answer>}. */
    TAG("the last <answer>", true),
    /** GSM8K's {@code #### X}. */
    HASHES("the last ####", true),
    /** {@code the final answer is X} or {@code final answer: X}. */
    FINAL_ANSWER("the final answer", true),
    /** {@code answer: X}. */
    ANSWER_COLON("answer:", true),
    /** {@code the answer is X}. */
    ANSWER_IS("the answer is", true),
    /** The whole text, if it is short. */
    WHOLE("the whole text", true),
    /** A short text that ends with {@code ... is X}. */
    CONCLUSION("the end of the text", true),
    /** The last formula between dollar signs or the like. */
    FORMULA("the last formula", false),
    /** The last expression of digits and operators. */
    EXPRESSION("the last expression", false),
    /** The last number. */
    NUMBER("the last number", false);

    private final String words;
    private final boolean anchored;

    Anchor(String words, boolean anchored) {
        this.words = words;
        this.anchored = anchored;
    }

    /** For people: where the answer stood. */
    public String words() {
        return words;
    }

    /** Whether the text itself says that its answer stands there. */
    public boolean anchored() {
        return anchored;
    }

    /** Whether a place marked so holds the answer whatever it says, so that an unreadable one is not passed over. */
    boolean binding() {
        return this == BOX || this == TAG || this == HASHES || this == HOPE;
    }
}
