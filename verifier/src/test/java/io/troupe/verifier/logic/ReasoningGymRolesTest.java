package io.troupe.verifier.logic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.GraderProvider;
import io.troupe.verifier.Graders;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The scores of reasoning-gym's own tests, and its confirmed defect. */
class ReasoningGymRolesTest {

    private static final String TWO = "(1) Zoey is a fool\n(2) Riley is a sage";
    private static final String THREE = "(1) Zoey is a saint\n(2) Riley is a sinner\n(3) Emma is a saint";

    private static Verdict judge(String gold, String answer) {
        return ReasoningGymRoles.judge(gold, "<answer>" + answer + "</answer>", new Fuel(100_000));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Zoey is a fool, and Riley is a sage.    | 1
            (Zoey, fool), (Riley, sage)             | 1
            (Riley,sage), (Zoey,fool)               | 1
            ZOEY A FOOL and RILEY AN SAGE           | 1
            Zoey is a fool, and Riley is a fool.    | 0.65
            Zoey is a sage, and Riley is a sage.    | 0.65
            Zoey sage Riley fool                    | 0
            Zoey is a fool                          | 0
            Zoey is a knave, and Riley is a knight. | 0
            **Zoey** is a fool, Riley is a sage     | 0.65
            I do not know                           | 0
            """)
    void givesReasoningGymsScores(String answer, double score) {
        assertThat(judge(TWO, answer).reward()).isCloseTo(score, within(1e-12));
    }

    @Test
    void paysForAContradictionAsThePeerDoesAndStrictDoesNot() {
        String contradiction = "Zoey is a saint, Zoey is a sinner, Emma is a saint";
        assertThat(judge(THREE, contradiction).reward()).isCloseTo(0.3 + 0.7 * 2 / 3, within(1e-12));

        GraderProvider graders = Graders.load().get("logic/knights-and-knaves");
        Verdict strict = graders.grader("strict")
                .judge(THREE, "<think></think><answer>" + contradiction + "</answer>", graders.budget());
        assertThat(strict.outcome()).isEqualTo(Outcome.UNPARSABLE_ANSWER);
        assertThat(strict.reward()).isEqualTo(-1);
    }

    @Test
    void tellsNoAnswerFromOneWithoutRoles() {
        assertThat(judge(TWO, " ").outcome()).isEqualTo(Outcome.NO_ANSWER);
        assertThat(judge(TWO, "no").outcome()).isEqualTo(Outcome.UNPARSABLE_ANSWER);
        assertThat(ReasoningGymRoles.judge(TWO, "Zoey is a fool", new Fuel(100)).outcome())
                .isEqualTo(Outcome.NO_ANSWER);
        assertThat(judge("Zoey is a fool", "no").outcome()).isEqualTo(Outcome.UNPARSABLE_GOLD);
        assertThat(judge("(1) Zoey is a fool\n(2) Riley is a saint", "no").outcome())
                .isEqualTo(Outcome.UNPARSABLE_GOLD);
    }
}
