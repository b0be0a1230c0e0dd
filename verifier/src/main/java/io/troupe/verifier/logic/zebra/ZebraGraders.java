package io.troupe.verifier.logic.zebra;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.FuelExhaustedException;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Verdict;
import io.troupe.verifier.logic.GoldJson;
import io.troupe.verifier.logic.Marks;
import io.troupe.verifier.logic.ProfiledGraders;
import io.troupe.verifier.logic.ReasoningGym;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Judges the name of who lives in a house: {@code strict} and {@code reasoning-gym}. Stateless. */
public final class ZebraGraders extends ProfiledGraders {

    static final String ID = "logic/zebra";

    private static final String GOLD_FORMAT =
            "JSON with the right name and all names: {\"answer\": \"Emma\", \"names\": [\"Emma\", \"Felix\", \"Nora\"]}";
    private static final int LONGEST = 100;

    /** The graders; found by the service loader. */
    public ZebraGraders() {
        super(
                ID,
                "the name of who lives in a house",
                GOLD_FORMAT,
                ZebraGraders::strict,
                Map.of(REASONING_GYM, ZebraGraders::reasoningGym));
    }

    /** 1 for the name alone, in any case and with or without a full stop; 0 for anything else. */
    private static Verdict strict(String gold, String text, Fuel fuel) {
        return GoldJson.read(gold, ZebraGold.class)
                .map(right -> Marks.strictly(text, LONGEST, fuel, answer -> strict(right, answer)))
                .orElseGet(() -> Marks.unreadableGold(GOLD_FORMAT, gold));
    }

    private static Verdict strict(ZebraGold right, String answer) {
        String name =
                answer.endsWith(".") ? answer.substring(0, answer.length() - 1).strip() : answer;
        if (right.names().stream().noneMatch(name::equalsIgnoreCase)) {
            return Marks.unreadable(answer, "the answer must be one of the names alone");
        }
        return name.equalsIgnoreCase(right.answer())
                ? Marks.right(answer, "the right name")
                : Marks.wrong(answer, "another name");
    }

    /**
     * {@code reasoning_gym/logic/zebra_puzzles.py}: 1 for the name in any case, line ends dropped; 0 for anything else.
     *
     * @throws FuelExhaustedException if the text is longer than the fuel reaches
     */
    private static Verdict reasoningGym(String gold, String text, Fuel fuel) {
        Optional<ZebraGold> right = GoldJson.read(gold, ZebraGold.class);
        if (right.isEmpty()) {
            return Marks.unreadableGold(GOLD_FORMAT, gold);
        }
        Optional<String> answer = ReasoningGym.answer(text, fuel);
        if (answer.isEmpty() || answer.get().isEmpty()) {
            return Marks.of(Outcome.NO_ANSWER, 0, null, "no answer");
        }
        return plain(answer.get()).equals(plain(right.get().answer()))
                ? Marks.right(answer.get(), "the right name")
                : Marks.wrong(answer.get(), "not the name");
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace("\n", "");
    }
}
