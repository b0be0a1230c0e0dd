package io.troupe.verifier.qa;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.Grader;
import io.troupe.verifier.GraderProvider;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.RewardComponent;
import io.troupe.verifier.TaggedBlock;
import io.troupe.verifier.Verdict;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The graders of short answers in words: {@code em} (1 if the words are the same, 0 otherwise), {@code sub-em} (1 if a gold's words stand in the answer)
 * and {@code f1} (the token F1, best over the golds). The answer is the last {@code <answer>} block, or a whole short text. All three scores are metrics of
 * every verdict; {@link Outcome#CORRECT} means that the profile's score is 1. Stateless, safe for any thread.
 */
public final class QaGraders implements GraderProvider {

    private static final String EXACT = "em";
    private static final String CONTAINS = "sub-em";
    private static final String F1 = "f1";
    private static final long BUDGET = 5_000_000;
    /** A longer text without an answer block is reasoning, no answer. */
    private static final int MAX_BARE = 500;

    private static final int MAX_ANSWER = 100_000;
    private static final double FULL = 1 - 1e-12;

    /** The graders; found by the service loader. */
    public QaGraders() {}

    @Override
    public String id() {
        return "qa";
    }

    @Override
    public String summary() {
        return "a short answer in words: exact match, containment or token F1";
    }

    @Override
    public String goldFormat() {
        return "a text, such as Marie Curie, or a JSON list of texts that are all right: [\"NYC\", \"New York City\"]";
    }

    @Override
    public List<String> profiles() {
        return List.of(EXACT, CONTAINS, F1);
    }

    @Override
    public Grader grader(String profile) {
        return switch (profile) {
            case EXACT -> (gold, text, fuel) -> grade(gold, text, fuel, EXACT, Best::exact);
            case CONTAINS -> (gold, text, fuel) -> grade(gold, text, fuel, CONTAINS, Best::contains);
            case F1 -> (gold, text, fuel) -> grade(gold, text, fuel, F1, Best::f1);
            default -> throw new IllegalArgumentException("qa has no profile '" + profile + "'. Known: " + profiles());
        };
    }

    @Override
    public long budget() {
        return BUDGET;
    }

    /** The best score over the golds, each on its own. */
    private record Best(double exact, double contains, double f1) {

        Best with(QaScores scores) {
            return new Best(
                    Math.max(exact, scores.exact() ? 1 : 0),
                    Math.max(contains, scores.contains() ? 1 : 0),
                    Math.max(f1, scores.f1()));
        }

        List<RewardComponent> metrics() {
            return List.of(
                    new RewardComponent(EXACT, exact),
                    new RewardComponent(CONTAINS, contains),
                    new RewardComponent(F1, f1));
        }
    }

    private static Verdict grade(String gold, String text, Fuel fuel, String profile, ToDoubleFunction<Best> score) {
        List<String> golds = QaGold.alternatives(gold, fuel);
        if (golds.isEmpty()) {
            return Verdict.withoutReward(Outcome.UNPARSABLE_GOLD, "the gold holds no answer");
        }
        @Nullable String answer = answer(text, fuel);
        if (answer == null) {
            return verdict(Outcome.NO_ANSWER, 0, null, "no <answer>", new Best(0, 0, 0));
        }
        List<String> words = QaText.words(answer, fuel);
        Best best = new Best(0, 0, 0);
        for (String alternative : golds) {
            List<String> right = QaText.words(alternative, fuel);
            fuel.spend(1L + words.size() + right.size() * (1L + words.size()));
            best = best.with(right.isEmpty() ? ofSigns(alternative, answer) : QaScores.of(right, words));
        }
        double value = score.applyAsDouble(best);
        return verdict(value >= FULL ? Outcome.CORRECT : Outcome.WRONG, value, answer, profile, best);
    }

    /** A gold of which no word is left, such as {@code +} or {@code The}, must be met as it stands. */
    private static QaScores ofSigns(String gold, String answer) {
        boolean same = gold.strip().equalsIgnoreCase(answer.strip());
        return new QaScores(same, same, same ? 1 : 0);
    }

    private static @Nullable String answer(String text, Fuel fuel) {
        @Nullable String tagged = TaggedBlock.last(text, "answer", fuel);
        String bare = tagged == null ? text.substring(Math.max(0, text.lastIndexOf("</think>"))) : tagged;
        String answer = bare.startsWith("</think>")
                ? bare.substring("</think>".length()).strip()
                : bare.strip();
        boolean usable = !answer.isEmpty() && answer.length() <= (tagged == null ? MAX_BARE : MAX_ANSWER);
        return usable ? answer : null;
    }

    private static Verdict verdict(Outcome outcome, double value, @Nullable String extracted, String rule, Best best) {
        return Verdict.of(outcome, List.of(new RewardComponent("answer", value)), extracted, rule)
                .withMetrics(best.metrics());
    }
}
