package io.troupe.environments.jsonl;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.verifier.ContentSplit;
import io.troupe.verifier.OptionsException;
import io.troupe.verifier.Split;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Questions from JSON lines of {@code question} and {@code golden_answers} or {@code answer}, a text or a list of texts. A quarter of them, chosen by a hash of
 * the question, is held out for evaluation. A stream of tasks goes through all questions of its side in an order of its own before it repeats one. Immutable,
 * safe for any thread.
 */
public final class QuestionFile {

    /**
     * A question.
     *
     * @param text the question
     * @param golds the answers that are right, at least one
     */
    public record Question(String text, List<String> golds) {
        public Question {
            golds = List.copyOf(golds);
        }
    }

    private final Path file;
    private final String family;
    private final Map<Split, List<Question>> sides;

    private QuestionFile(Path file, String family, Map<Split, List<Question>> sides) {
        this.file = file;
        this.family = family;
        this.sides = sides;
    }

    /**
     * Reads a file.
     *
     * @param file which
     * @param family the id of the family that asks: it decides what is held out
     * @return the questions
     * @throws OptionsException if it can't be read, or holds no question for one of the sides
     */
    public static QuestionFile read(Path file, String family) {
        Map<Split, List<Question>> sides = new EnumMap<>(Split.class);
        for (Split split : Split.values()) {
            sides.put(split, new ArrayList<>());
        }
        Set<String> known = new HashSet<>();
        try (JsonLines lines = JsonLines.open(file)) {
            while (lines.hasNext()) {
                Question question = question(lines.next(), lines);
                String key = key(question.text());
                if (known.add(key)) {
                    sides.get(ContentSplit.of(family, key)).add(question);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw new OptionsException("the questions " + file + " can't be read: " + e.getMessage(), e);
        }
        for (Split split : Split.values()) {
            if (sides.get(split).isEmpty()) {
                throw new OptionsException("the questions " + file + " hold none for the side " + split
                        + ": a quarter is held out by a hash of the question; add some");
            }
        }
        return new QuestionFile(file, family, sides);
    }

    /**
     * Draws a question: a pure function of its arguments.
     *
     * @param split the side
     * @param seed the stream
     * @param index the place in the stream, from 0
     * @param level told apart in the order alone
     * @return the question
     * @throws IllegalArgumentException if the index is negative
     */
    public Question draw(Split split, long seed, long index, int level) {
        if (index < 0) {
            throw new IllegalArgumentException("a task's index must be >= 0, not " + index + " (" + file + ")");
        }
        List<Question> side = sides.getOrDefault(split, List.of());
        int count = side.size();
        SplittableRandom random = ContentSplit.randomOf(family, split, seed, index / count, level);
        long step = 1 + random.nextLong(count);
        while (commonDivisor(step, count) != 1) {
            step = step % count + 1;
        }
        long start = random.nextLong(count);
        return side.get((int) Math.floorMod(start + step * (index % count), (long) count));
    }

    private static String key(String question) {
        return String.join(" ", question.strip().toLowerCase(Locale.ROOT).split("\\s+"));
    }

    private static long commonDivisor(long a, long b) {
        return b == 0 ? a : commonDivisor(b, a % b);
    }

    private static Question question(JsonNode line, JsonLines lines) {
        JsonNode text = line.path("question");
        if (!text.isTextual() || text.asText().isBlank()) {
            throw lines.refuse("needs \"question\", a text");
        }
        JsonNode given = line.has("golden_answers") ? line.path("golden_answers") : line.path("answer");
        List<String> golds = new ArrayList<>();
        if (given.isArray()) {
            given.forEach(each -> golds.add(each.asText()));
        } else if (given.isValueNode() && !given.isNull()) {
            golds.add(given.asText());
        }
        golds.removeIf(String::isBlank);
        if (golds.isEmpty()) {
            throw lines.refuse("needs \"golden_answers\" or \"answer\", a text or a list of texts");
        }
        return new Question(text.asText().strip(), golds);
    }
}
