package io.troupe.verifier.logic.propositional;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.logic.GoldJson;
import java.util.List;

/** Decides what follows by the other parser's truth tables: shares no code with the generator. */
public final class TruthTables {

    private static final long FUEL = 1_000_000;

    private TruthTables() {}

    /** Whether a gold's premises can be true together and its example follows from them, but from none alone. */
    public static boolean sound(String gold) {
        PropositionalGold read = GoldJson.read(gold, PropositionalGold.class).orElseThrow();
        boolean together = !follows(read.premises(), "P ∧ ¬P");
        boolean alone = read.premises().stream().anyMatch(premise -> follows(List.of(premise), read.example()));
        return together && !alone && follows(read.premises(), read.example());
    }

    private static boolean follows(List<String> premises, String conclusion) {
        GymFormula formula = GymFormula.parse(conclusion, new Fuel(FUEL)).orElseThrow();
        return GymFormula.standing(premises, formula, new Fuel(FUEL)) != Premises.Standing.NOT_ENTAILED;
    }
}
