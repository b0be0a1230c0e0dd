package io.troupe.verifier.logic.sudoku;

import io.troupe.verifier.logic.ProfiledGraders;
import java.util.Map;

/** Judges filled grids of side 4: {@code strict}, and the partial credit of {@code reasoning-gym}. Stateless. */
public final class MiniSudokuGraders extends ProfiledGraders {

    static final String ID = "logic/mini-sudoku";
    static final int SIDE = 4;

    /** The graders; found by the service loader. */
    public MiniSudokuGraders() {
        super(
                ID,
                "a filled grid of 4 by 4 digits",
                GridScoring.GOLD_FORMAT,
                (gold, text, fuel) -> GridScoring.strict(SIDE, gold, text, fuel),
                Map.of(REASONING_GYM, (gold, text, fuel) -> GridScoring.reasoningGym(SIDE, gold, text, fuel)));
    }
}
