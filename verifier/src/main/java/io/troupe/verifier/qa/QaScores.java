package io.troupe.verifier.qa;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How well an answer meets one gold, each from 0 to 1.
 *
 * @param exact whether the words are the same in the same order
 * @param contains whether the gold's words stand in the answer, one after the other
 * @param f1 the harmonic mean of precision and recall over words; where one side is "yes", "no" or "noanswer" and the other another, 0
 */
record QaScores(boolean exact, boolean contains, double f1) {

    private static final Set<String> CLOSED = Set.of("yes", "no", "noanswer");

    /** Compares the words of an answer with those of a gold. */
    static QaScores of(List<String> gold, List<String> answer) {
        boolean exact = gold.equals(answer);
        boolean contains = !gold.isEmpty() && Collections.indexOfSubList(answer, gold) >= 0;
        return new QaScores(exact, exact || contains, f1(gold, answer));
    }

    private static double f1(List<String> gold, List<String> answer) {
        boolean closed = isClosed(gold) || isClosed(answer);
        if (closed || gold.isEmpty() || answer.isEmpty()) {
            return gold.equals(answer) ? 1 : 0;
        }
        Map<String, Integer> left = new HashMap<>();
        gold.forEach(word -> left.merge(word, 1, Integer::sum));
        int common = 0;
        for (String word : answer) {
            int count = left.getOrDefault(word, 0);
            if (count > 0) {
                left.put(word, count - 1);
                common++;
            }
        }
        return common == 0 ? 0 : 2.0 * common / (gold.size() + answer.size());
    }

    private static boolean isClosed(List<String> words) {
        return words.size() == 1 && CLOSED.contains(words.get(0));
    }
}
