package io.troupe.policy.jinja;

import org.jspecify.annotations.Nullable;

/** What a rendering may still take: steps, and how deep it may go. Used by one thread. */
final class Budget {

    static final int MAX_TEXT = 16_000_000;
    static final int MAX_ELEMENTS = 1_000_000;
    static final int MAX_DEPTH = 200;

    private static final long STEPS = 10_000_000;
    private static final int CHARACTERS_A_STEP = 8;

    private long left = STEPS;
    private int depth;

    void spend(long steps) {
        left -= steps;
        if (left < 0) {
            throw new TemplateException("it takes more than " + STEPS + " steps: does it loop without end?");
        }
    }

    /** Pays for a text that is about to be made; returns its length. */
    int text(long length) {
        if (length < 0 || length > MAX_TEXT) {
            throw new TemplateException("it makes a text of more than " + MAX_TEXT + " characters");
        }
        spend(1 + length / CHARACTERS_A_STEP);
        return (int) length;
    }

    /** Pays for a list that is about to be made; returns its size. */
    int elements(long size) {
        if (size < 0 || size > MAX_ELEMENTS) {
            throw new TemplateException("it makes a list of more than " + MAX_ELEMENTS + " elements");
        }
        spend(1 + size);
        return (int) size;
    }

    /** Pays for one more element of a list that has so many. */
    void element(int before) {
        elements(before < MAX_ELEMENTS ? 0 : Long.MAX_VALUE);
    }

    /** Checks a text that grows in pieces too small to be paid for one by one. */
    void check(StringBuilder text) {
        if (text.length() > MAX_TEXT) {
            text(text.length());
        }
    }

    /** Pays for reading a text, which may be none. */
    void read(@Nullable Object value) {
        if (value instanceof String text) {
            spend(text.length() / CHARACTERS_A_STEP);
        }
    }

    void enter() {
        spend(1);
        if (++depth > MAX_DEPTH) {
            throw new TemplateException(
                    "it nests more than " + MAX_DEPTH + " deep: does a macro call itself without end?");
        }
    }

    void leave() {
        depth--;
    }
}
