package io.troupe.verifier.math.grading;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.math.answer.Answer;
import io.troupe.verifier.math.answer.AnswerParser;
import io.troupe.verifier.math.answer.AnswerSyntaxException;
import io.troupe.verifier.math.answer.Expression;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A text as mathematics.
 *
 * @param text the text
 * @param answer what it says; null if it can't be read
 * @param words whether all or a part of it is words
 * @param failure why it can't be read; empty if it can
 */
record Reading(String text, @Nullable Answer answer, boolean words, String failure) {

    /** Reads a text. */
    static Reading of(String text, Fuel fuel) {
        try {
            Answer answer = AnswerParser.parse(text, fuel);
            return new Reading(text, answer, hasWords(answer.expression(), fuel), "");
        } catch (AnswerSyntaxException e) {
            return new Reading(text, null, false, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Reads a gold: a bare answer, or a text that holds a box, a {@code ####}, the words "the answer is", or a single formula.
     */
    static Reading ofGold(String gold, Fuel fuel) {
        List<Candidate> candidates = AnswerExtraction.candidates(gold, fuel);
        for (Candidate candidate : candidates) {
            if (candidate.anchor().binding()) {
                return of(candidate.text(), fuel);
            }
        }
        Reading whole = of(gold.strip(), fuel);
        if (whole.isMathematics()) {
            return whole;
        }
        for (Candidate candidate : candidates) {
            if (candidate.anchor().compareTo(Anchor.FORMULA) <= 0) {
                Reading part = of(candidate.text(), fuel);
                if (part.isMathematics()) {
                    return part;
                }
            }
        }
        return whole;
    }

    /** Whether it was read and is more than words. */
    boolean isMathematics() {
        return answer != null && !words;
    }

    private static boolean hasWords(Expression root, Fuel fuel) {
        Deque<Expression> open = new ArrayDeque<>();
        open.push(root);
        while (!open.isEmpty()) {
            Expression next = open.pop();
            fuel.spend(1);
            if (next instanceof Expression.Text) {
                return true;
            }
            next.parts().forEach(open::push);
        }
        return false;
    }
}
