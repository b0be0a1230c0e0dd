package io.troupe.policy.jinja;

/** The text that a rendering has made. */
final class Output {

    private final StringBuilder text = new StringBuilder();
    private final Budget budget;

    Output(Budget budget) {
        this.budget = budget;
    }

    void append(String piece) {
        budget.text((long) text.length() + piece.length() > Budget.MAX_TEXT ? Long.MAX_VALUE : piece.length());
        text.append(piece);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
