package io.troupe.verifier.logic;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.FuelExhaustedException;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Verdict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The reward of reasoning-gym for knights and knaves ({@code reasoning_gym/logic/knights_knaves.py}). Answer and gold are read as sets of (name, role): a
 * role belongs to the word before it, whatever that is. Equal sets give 1; sets of the same size that share m of n pairs give 0.3 + 0.7 m/n, so that a
 * contradiction can earn; anything else gives 0. Pure functions, safe for any thread.
 */
final class ReasoningGymRoles {

    private static final Set<String> ROLES = Set.of(
            "knight",
            "knave",
            "pioneer",
            "laggard",
            "saint",
            "sinner",
            "hero",
            "villain",
            "angel",
            "devil",
            "altruist",
            "egoist",
            "sage",
            "fool");
    private static final Set<String> IGNORED = Set.of("is", "a", "an");
    private static final double SOME_RIGHT = 0.3;
    private static final double SHARE_RIGHT = 0.7;

    private ReasoningGymRoles() {}

    private record Assigned(String name, String role) {}

    /**
     * Judges a text.
     *
     * @param gold lines {@code (1) Zoey is a knight}
     * @param text the policy's words
     * @param fuel pays for the characters looked at
     * @return the verdict
     * @throws FuelExhaustedException if the text is longer than the fuel reaches
     */
    static Verdict judge(String gold, String text, Fuel fuel) {
        if (LogicRlReward.parseGold(gold).isEmpty()) {
            return Marks.unreadableGold(LogicRlReward.GOLD_FORMAT, gold);
        }
        Optional<String> found = ReasoningGym.answer(text, fuel);
        if (found.isEmpty() || found.get().isEmpty()) {
            return Marks.of(Outcome.NO_ANSWER, 0, null, "no answer");
        }
        String answer = found.get();
        Set<Assigned> right = assignments(gold);
        Set<Assigned> given = assignments(answer);
        if (given.equals(right)) {
            return Marks.right(answer, "every role is right");
        }
        long matching = given.stream().filter(right::contains).count();
        if (given.size() == right.size() && matching > 0) {
            double reward = SOME_RIGHT + SHARE_RIGHT * matching / right.size();
            return Marks.of(Outcome.WRONG, reward, answer, matching + " of " + right.size() + " pairs are right");
        }
        return given.isEmpty()
                ? Marks.unreadable(answer, "no name is followed by a role")
                : Marks.wrong(answer, "no pair is right, or there are too many or too few");
    }

    private static Set<Assigned> assignments(String text) {
        String plain = text.toLowerCase(Locale.ROOT)
                .replace('.', ' ')
                .replace(',', ' ')
                .replace(')', ' ')
                .replace('(', ' ')
                .replace(" and ", " ");
        Set<Assigned> assignments = new HashSet<>();
        Optional<String> name = Optional.empty();
        for (String word : words(plain)) {
            if (ROLES.contains(word)) {
                name.ifPresent(known -> assignments.add(new Assigned(known, word)));
                name = Optional.empty();
            } else if (!IGNORED.contains(word)) {
                name = Optional.of(word);
            }
        }
        return assignments;
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        int start = 0;
        for (int at = 0; at <= text.length(); at++) {
            if (at == text.length() || ReasoningGym.isSpace(text.charAt(at))) {
                if (at > start) {
                    words.add(text.substring(start, at));
                }
                start = at + 1;
            }
        }
        return words;
    }
}
