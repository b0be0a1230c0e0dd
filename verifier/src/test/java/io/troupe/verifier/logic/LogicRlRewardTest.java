package io.troupe.verifier.logic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.FuelExhaustedException;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.RewardComponent;
import io.troupe.verifier.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The golden values of Logic-RL. Its "no header" case can't occur: what is judged is what follows the header. */
class LogicRlRewardTest {

    private static final String GOLD = "(1) Zoey is a knight\n(2) Oliver is a knave";

    private static Verdict judge(ScoringMode mode, String text) {
        return LogicRlReward.judge(text.replace("\\n", "\n"), GOLD, mode, new Fuel(1_000_000));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            good                   |  3   | CORRECT           | <think>hm</think><answer>(1) Zoey is a knight\\n(2) Oliver is a knave</answer>
            wrong                  | -0.5 | WRONG             | <think>hm</think><answer>(1) Zoey is a knave\\n(2) Oliver is a knave</answer>
            one name missing       | -1   | UNPARSABLE_ANSWER | <think>hm</think><answer>(1) Zoey is a knight</answer>
            no tags                | -3   | NO_ANSWER         | Zoey is a knight and Oliver is a knave
            only the prefill       | -3   | NO_ANSWER         | <think>
            two answers            | -3   | NO_ANSWER         | <think>hm</think><answer>Zoey is a knight, Oliver is a knave</answer><answer>Zoey is a knight, Oliver is a knave</answer>
            answer inside think    | -3   | NO_ANSWER         | <think>hm<answer>Zoey is a knight, Oliver is a knave</answer></think>
            tags in another order  | -3   | NO_ANSWER         | <answer>Zoey is a knight, Oliver is a knave</answer><think>hm</think>
            a second think         | -3   | NO_ANSWER         | <think><think>hm</think><answer>Zoey is a knight, Oliver is a knave</answer>
            text around tags       |  3   | CORRECT           | so <think>hm</think> thus <answer>(1) Zoey is a knight (2) Oliver is a knave</answer> done
            any case               |  3   | CORRECT           | <think>hm</think><answer>zoey IS A Knight\\nOLIVER is a KNAVE</answer>
            another order          |  3   | CORRECT           | <think>hm</think><answer>(1) Oliver is a knave\\n(2) Zoey is a knight</answer>
            is the knight          | -1   | UNPARSABLE_ANSWER | <think>hm</think><answer>Zoey is the knight, Oliver is a knave</answer>
            an extra word knight   | -1   | UNPARSABLE_ANSWER | <think>hm</think><answer>Zoey is a knight knight, Oliver is a knave</answer>
            markdown               | -1   | UNPARSABLE_ANSWER | <think>hm</think><answer>**Zoey** is a knight, **Oliver** is a knave</answer>
            empty answer           | -1   | NO_ANSWER         | <think>hm</think><answer>  </answer>
            empty think            |  3   | CORRECT           | <think></think><answer>Zoey is a knight and Oliver is a knave.</answer>
            """)
    void givesLogicRlsRewardInBothModes(String name, double reward, Outcome outcome, String text) {
        for (ScoringMode mode : List.of(ScoringMode.STRICT, ScoringMode.LOGIC_RL)) {
            Verdict verdict = judge(mode, text);

            assertThat(verdict.reward()).as(mode.name()).isEqualTo(reward);
            assertThat(verdict.outcome()).as(mode.name()).isEqualTo(outcome);
            assertThat(verdict.components()).extracting(RewardComponent::name).containsExactly("format", "answer");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            not: Zoey is a knight and Oliver is a knave
            It is false that Zoey is a knight and Oliver is a knave
            Zoey is a knight ? ! Oliver is a knave
            Zoey is a knight, no, and Oliver is a knave
            ~Zoey is a knight; Oliver is a knave
            """)
    void readsADenialAsItsClaimOnlyWhenCompatibleWithThePeer(String answer) {
        String text = "<think></think><answer>" + answer + "</answer>";

        assertThat(judge(ScoringMode.LOGIC_RL, text).reward()).isEqualTo(3);
        Verdict strict = judge(ScoringMode.STRICT, text);
        assertThat(strict.reward()).isEqualTo(-1);
        assertThat(strict.outcome()).isEqualTo(Outcome.UNPARSABLE_ANSWER);
    }

    @ParameterizedTest
    @EnumSource(names = {"STRICT", "LOGIC_RL"})
    void blamesAnUnreadableGold(ScoringMode mode) {
        Verdict verdict = LogicRlReward.judge("<think>", "Zoey is fine", mode, new Fuel(1_000));

        assertThat(verdict.outcome()).isEqualTo(Outcome.UNPARSABLE_GOLD);
        assertThat(verdict.rule()).contains("Zoey is fine");
    }

    @Test
    void stopsWhenTheFuelIsUsedUp() {
        assertThatThrownBy(() -> LogicRlReward.judge("x".repeat(100), GOLD, ScoringMode.STRICT, new Fuel(599)))
                .isInstanceOf(FuelExhaustedException.class);
    }
}
