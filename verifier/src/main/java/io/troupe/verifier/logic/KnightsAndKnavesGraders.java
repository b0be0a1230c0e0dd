package io.troupe.verifier.logic;

import io.troupe.verifier.Grader;
import java.util.Map;

/** Judges who is a knight and who is a knave: {@code strict}, {@code logic-rl} and {@code reasoning-gym}, see {@link ScoringMode}. Stateless. */
public final class KnightsAndKnavesGraders extends ProfiledGraders {

    static final String ID = "logic/knights-and-knaves";

    private static final long BUDGET = 10_000_000;

    /** The graders; found by the service loader. */
    public KnightsAndKnavesGraders() {
        super(
                ID,
                "who is a knight and who is a knave, after <think>",
                LogicRlReward.GOLD_FORMAT + ", such as '(1) Zoey is a knight\\n(2) Oliver is a knave'",
                of(ScoringMode.STRICT),
                Map.of(LOGIC_RL, of(ScoringMode.LOGIC_RL), REASONING_GYM, of(ScoringMode.REASONING_GYM)));
    }

    /** The grader of a mode. */
    static Grader of(ScoringMode mode) {
        return mode == ScoringMode.REASONING_GYM
                ? ReasoningGymRoles::judge
                : (gold, text, fuel) -> LogicRlReward.judge(text, gold, mode, fuel);
    }

    @Override
    public long budget() {
        return BUDGET;
    }
}
