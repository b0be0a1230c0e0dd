package io.troupe.verifier.logic.syllogism;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.FuelExhaustedException;
import io.troupe.verifier.Verdict;
import io.troupe.verifier.logic.Marks;
import io.troupe.verifier.logic.ProfiledGraders;
import io.troupe.verifier.logic.ReasoningGym;
import java.util.Map;

/** Judges yes and no: {@code strict}, which no hedging gets past, and {@code reasoning-gym}, which pays for it. Stateless. */
public final class SyllogismGraders extends ProfiledGraders {

    static final String ID = "logic/syllogism";

    private static final String YES = "Yes";
    private static final String NO = "No";
    private static final String GOLD_FORMAT = "Yes or No";
    private static final int LONGEST = 100;

    /** The graders; found by the service loader. */
    public SyllogismGraders() {
        super(
                ID,
                "whether a conclusion follows: Yes or No",
                GOLD_FORMAT,
                SyllogismGraders::strict,
                Map.of(REASONING_GYM, SyllogismGraders::reasoningGym));
    }

    /** The word for whether a conclusion follows. */
    static String gold(boolean follows) {
        return follows ? YES : NO;
    }

    private static boolean readable(String gold) {
        return gold.equals(YES) || gold.equals(NO);
    }

    /** 1 for the right word alone, in any case and with or without a full stop; 0 for anything else. */
    private static Verdict strict(String gold, String text, Fuel fuel) {
        if (!readable(gold)) {
            return Marks.unreadableGold(GOLD_FORMAT, gold);
        }
        return Marks.strictly(text, LONGEST, fuel, answer -> {
            String word = answer.endsWith(".")
                    ? answer.substring(0, answer.length() - 1).strip()
                    : answer;
            if (!word.equalsIgnoreCase(YES) && !word.equalsIgnoreCase(NO)) {
                return Marks.unreadable(answer, "the answer must be Yes or No alone");
            }
            return word.equalsIgnoreCase(gold)
                    ? Marks.right(answer, "the right word")
                    : Marks.wrong(answer, "the other word");
        });
    }

    /**
     * {@code reasoning_gym/dataset.py}, the scorer of tasks that have none of their own.
     *
     * @throws FuelExhaustedException if the text is longer than the fuel reaches
     */
    private static Verdict reasoningGym(String gold, String text, Fuel fuel) {
        return readable(gold)
                ? ReasoningGym.contained(gold, ReasoningGym.answer(text, fuel))
                : Marks.unreadableGold(GOLD_FORMAT, gold);
    }
}
