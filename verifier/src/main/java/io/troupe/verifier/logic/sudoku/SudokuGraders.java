package io.troupe.verifier.logic.sudoku;

import io.troupe.verifier.logic.ProfiledGraders;
import java.util.Map;

/** Judges filled grids of side 9: {@code strict}, and the partial credit of {@code reasoning-gym}. Stateless. */
public final class SudokuGraders extends ProfiledGraders {

    static final String ID = "logic/sudoku";
    static final int SIDE = 9;

    /** The graders; found by the service loader. */
    public SudokuGraders() {
        super(
                ID,
                "a filled grid of 9 by 9 digits",
                GridScoring.GOLD_FORMAT,
                (gold, text, fuel) -> GridScoring.strict(SIDE, gold, text, fuel),
                Map.of(REASONING_GYM, (gold, text, fuel) -> GridScoring.reasoningGym(SIDE, gold, text, fuel)));
    }
}
