package io.troupe.verifier.math.grading;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.FuelExhaustedException;
import io.troupe.verifier.TaggedBlock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the answer in a model's text: by the places that say so ({@link Anchor}), the surest first and among equals the last one of the text. Linear
 * scans with balanced braces, no regular expressions; only the last 100,000 characters are looked at. Where the text has an {@code <answer>} block, only
 * the last one is read; else, where it has a {@code </think>}, what follows the last one if an answer stands there. Pure functions, safe for any thread.
 */
public final class AnswerExtraction {

    private static final String THOUGHT = "</think>";
    private static final String TAG = "answer";
    private static final String TAG_IN_CAPITALS = "ANSWER";
    private static final int MAX_OPEN_TAG = 2_000;
    private static final int MAX_WHOLE = 300;
    private static final int MAX_FORMULAS = 5;

    private AnswerExtraction() {}

    /**
     * The pieces of a text that may be its answer.
     *
     * @param text a model's text
     * @param fuel pays for the characters
     * @return the pieces, the likeliest first; several cuts of one place stand side by side
     * @throws FuelExhaustedException if the text needs more fuel
     */
    public static List<Candidate> candidates(String text, Fuel fuel) {
        String window = TextWindow.of(text);
        @Nullable String tagged = tagged(window, fuel);
        if (tagged != null) {
            return inTag(tagged, fuel);
        }
        int thought = window.lastIndexOf(THOUGHT);
        if (thought >= 0) {
            String rest = window.substring(thought + THOUGHT.length());
            List<Candidate> found = rest.isBlank() ? List.of() : inText(rest, fuel);
            if (found.stream().anyMatch(candidate -> candidate.anchor().anchored())) {
                return found;
            }
        }
        return inText(window, fuel);
    }

    /** The last block, closed or at the text's end; null if there is none. */
    private static @Nullable String tagged(String text, Fuel fuel) {
        @Nullable String small = tagged(text, TAG, fuel);
        return small == null ? tagged(text, TAG_IN_CAPITALS, fuel) : small;
    }

    private static @Nullable String tagged(String text, String tag, Fuel fuel) {
        fuel.spend(text.length());
        String open = "<" + tag + ">";
        int last = text.lastIndexOf(open);
        if (last < 0) {
            return null;
        }
        String rest = text.substring(last + open.length());
        boolean closed = rest.contains("</" + tag + ">");
        return closed || rest.isBlank() || rest.length() > MAX_OPEN_TAG
                ? TaggedBlock.last(text, tag, fuel)
                : rest.strip();
    }

    private static List<Candidate> inTag(String content, Fuel fuel) {
        List<Candidate> found = new ArrayList<>();
        boxes(content, fuel, found);
        if (found.isEmpty()) {
            found.add(new Candidate(Sentences.trimmed(content), Anchor.TAG));
            for (AnswerPhrases.Phrase phrase : AnswerPhrases.in(content, fuel)) {
                phrase.readings().forEach(reading -> found.add(new Candidate(reading, Anchor.TAG)));
            }
            Conclusion.of(content, fuel).forEach(reading -> found.add(new Candidate(reading, Anchor.TAG)));
        }
        return found;
    }

    private static List<Candidate> inText(String text, Fuel fuel) {
        List<Candidate> found = new ArrayList<>();
        boxes(text, fuel, found);
        hashes(text, fuel, found);
        phrases(text, fuel, found);
        found.sort(Comparator.comparing(Candidate::anchor));
        if (found.isEmpty()) {
            if (text.length() <= MAX_WHOLE && !text.isBlank() && !Sentences.isSentence(text)) {
                found.add(new Candidate(text.strip(), Anchor.WHOLE));
            }
            Conclusion.of(text, fuel).forEach(reading -> found.add(new Candidate(reading, Anchor.CONCLUSION)));
        }
        formulas(text, fuel, found);
        PlainExpressions.last(text, fuel, found);
        return found;
    }

    /** The last box, together with those before it that are joined to it. */
    private static void boxes(String text, Fuel fuel, List<Candidate> found) {
        List<Boxes.Box> boxes = Boxes.in(text, fuel);
        if (boxes.isEmpty()) {
            return;
        }
        int first = boxes.size() - 1;
        while (first > 0 && isJoined(text, boxes.get(first - 1), boxes.get(first))) {
            first--;
        }
        List<String> contents = boxes.subList(first, boxes.size()).stream()
                .map(box -> box.content().replace("\\boxed", "").strip())
                .distinct()
                .toList();
        fuel.spend(contents.stream().mapToLong(String::length).sum());
        String content = String.join(", ", contents);
        found.add(new Candidate(content, Anchor.BOX));
        String value = Sentences.afterIntroduction(content);
        if (!value.equals(content)) {
            found.add(new Candidate(value, Anchor.BOX));
        }
    }

    private static boolean isJoined(String text, Boxes.Box left, Boxes.Box right) {
        return right.start() - left.end() < Joints.MAX_LENGTH
                && right.start() >= left.end()
                && Joints.isJoint(text.substring(left.end(), right.start()));
    }

    private static void hashes(String text, Fuel fuel, List<Candidate> found) {
        fuel.spend(text.length());
        String mark = FinalNumber.MARK.strip();
        int at = text.lastIndexOf(mark);
        boolean lineStart = at == 0 || (at > 0 && Character.isWhitespace(text.charAt(at - 1)));
        if (at >= 0 && lineStart) {
            int start = at + mark.length();
            int end = text.indexOf('\n', start);
            String line = Sentences.trimmed(text.substring(start, end < 0 ? text.length() : end));
            if (!line.isEmpty() && !isHeading(line)) {
                found.add(new Candidate(line, Anchor.HASHES));
            }
        }
    }

    /** {@code #### Step 3} is a heading in Markdown. */
    private static boolean isHeading(String line) {
        int letters = 0;
        for (int at = 0; at < line.length() && Character.isLetter(line.charAt(at)); at++) {
            letters++;
        }
        return letters > 1;
    }

    private static void phrases(String text, Fuel fuel, List<Candidate> found) {
        for (AnswerPhrases.Phrase phrase : AnswerPhrases.in(text, fuel)) {
            phrase.readings().forEach(reading -> found.add(new Candidate(reading, phrase.anchor())));
        }
    }

    private static void formulas(String text, Fuel fuel, List<Candidate> found) {
        List<Formulas.Formula> formulas = Formulas.in(text, fuel);
        int last = formulas.size() - 1;
        for (int count = 0; last >= 0 && count < MAX_FORMULAS; count++) {
            int first = last;
            while (first > 0 && Formulas.areJoined(formulas.get(first - 1), formulas.get(first), text)) {
                first--;
            }
            String run = text.substring(
                    formulas.get(first).start(), formulas.get(last).end());
            fuel.spend(run.length());
            found.add(new Candidate(run, Anchor.FORMULA));
            last = first - 1;
        }
    }
}
