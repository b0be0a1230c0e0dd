package io.troupe.verifier.logic;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.FuelExhaustedException;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.RewardComponent;
import io.troupe.verifier.TaggedBlock;
import io.troupe.verifier.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The reward of Logic-RL (arXiv 2502.14768, {@code verl/utils/reward_score/kk.py}).
 *
 * <p>Component {@code format}: +1 if {@code <think> </think> <answer> </answer>} occur exactly once each and in that order, else -1. Component {@code
 * answer}: +2 if everybody's role is right, -1.5 if one is wrong, -2 if the answer is missing or unreadable or the format is broken.
 *
 * <table>
 * <caption>Totals and outcomes</caption>
 * <tr><td>right</td><td>3</td><td>{@link Outcome#CORRECT}</td></tr>
 * <tr><td>wrong</td><td>-0.5</td><td>{@link Outcome#WRONG}</td></tr>
 * <tr><td>unreadable</td><td>-1</td><td>{@link Outcome#UNPARSABLE_ANSWER}</td></tr>
 * <tr><td>empty</td><td>-1</td><td>{@link Outcome#NO_ANSWER}</td></tr>
 * <tr><td>format broken</td><td>-3</td><td>{@link Outcome#NO_ANSWER}</td></tr>
 * </table>
 *
 * <p>Pure functions, safe for any thread.
 */
final class LogicRlReward {

    static final String GOLD_FORMAT = "lines '(1) NAME is a knight|knave', or with another pair of roles";

    private static final List<String> TAGS = List.of("<think>", "</think>", "<answer>", "</answer>");
    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS;
    private static final String SENTENCE = "\\b%s\\b\\s+is\\s+%s\\s+\\b(%s|%s)\\b";
    private static final Pattern HARMLESS =
            Pattern.compile("\\band\\b|[\\s\\p{Digit}().,;:]+", Pattern.CASE_INSENSITIVE);
    private static final Pattern GOLD_LINE = Pattern.compile("\\([0-9]+\\) (\\S+) is an? (\\S+)");

    private LogicRlReward() {}

    /** The gold: who is in the puzzle, and what they are. */
    record Gold(List<String> names, List<String> roles, RolePair pair) {}

    /**
     * Judges a text.
     *
     * @param text everything that stands after the prompt's last header: the prefilled {@code <think>} and the policy's words
     * @param gold lines {@code (1) Zoey is a knight}
     * @param mode how the answer is read
     * @param fuel pays for the characters looked at
     * @return the verdict
     * @throws FuelExhaustedException if the text is longer than the fuel reaches
     */
    static Verdict judge(String text, String gold, ScoringMode mode, Fuel fuel) {
        Optional<Gold> right = parseGold(gold);
        if (right.isEmpty()) {
            return Verdict.withoutReward(Outcome.UNPARSABLE_GOLD, "the gold is not " + GOLD_FORMAT + ": " + gold);
        }
        fuel.spend((long) text.length() * (TAGS.size() + right.get().names().size()));
        String answer = TaggedBlock.last(text, "answer", fuel);
        if (!formatted(text)) {
            return verdict(Outcome.NO_ANSWER, -1, -2, answer, "the four tags must occur once each and in order");
        }
        if (answer == null || answer.isEmpty()) {
            return verdict(Outcome.NO_ANSWER, 1, -2, null, "the answer is empty");
        }
        Optional<List<String>> roles = read(answer, right.get(), mode);
        if (roles.isEmpty()) {
            return verdict(
                    Outcome.UNPARSABLE_ANSWER,
                    1,
                    -2,
                    answer,
                    "the answer must say 'NAME is a ROLE' once for each name");
        }
        return roles.get().equals(right.get().roles())
                ? verdict(Outcome.CORRECT, 1, 2, answer, "every role is right")
                : verdict(Outcome.WRONG, 1, -1.5, answer, "a role is wrong");
    }

    /** Reads a gold text; empty if it is none. */
    static Optional<Gold> parseGold(String gold) {
        List<String> names = new ArrayList<>();
        List<String> roles = new ArrayList<>();
        for (String line : gold.split("\n", -1)) {
            Matcher matcher = GOLD_LINE.matcher(line);
            if (!matcher.matches()) {
                return Optional.empty();
            }
            names.add(matcher.group(1));
            roles.add(matcher.group(2));
        }
        return RolePair.having(roles).map(pair -> new Gold(names, roles, pair));
    }

    private static boolean formatted(String text) {
        int end = 0;
        for (String tag : TAGS) {
            int at = text.indexOf(tag);
            if (at < end || TaggedBlock.count(text, tag) != 1) {
                return false;
            }
            end = at + tag.length();
        }
        return true;
    }

    private static Optional<List<String>> read(String answer, Gold gold, ScoringMode mode) {
        String truthful = gold.pair().word(true);
        String lying = gold.pair().word(false);
        String lower = answer.toLowerCase(Locale.ROOT);
        if (TaggedBlock.count(lower, truthful) + TaggedBlock.count(lower, lying)
                != gold.names().size()) {
            return Optional.empty();
        }
        List<String> roles = new ArrayList<>();
        String beside = answer;
        for (String name : gold.names()) {
            Matcher matcher = Pattern.compile(
                            SENTENCE.formatted(Pattern.quote(name), gold.pair().article(), truthful, lying), FLAGS)
                    .matcher(answer);
            if (!matcher.find()) {
                return Optional.empty();
            }
            roles.add(matcher.group(1).toLowerCase(Locale.ROOT));
            beside = matcher.reset(beside).replaceFirst(" ");
        }
        boolean clean = HARMLESS.matcher(beside).replaceAll("").isEmpty();
        return mode == ScoringMode.STRICT && !clean ? Optional.empty() : Optional.of(roles);
    }

    private static Verdict verdict(
            Outcome outcome, double format, double answer, @Nullable String extracted, String rule) {
        return Verdict.of(
                outcome,
                List.of(new RewardComponent("format", format), new RewardComponent("answer", answer)),
                extracted,
                rule);
    }
}
