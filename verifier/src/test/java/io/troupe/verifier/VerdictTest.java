package io.troupe.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictTest {

    private static final List<RewardComponent> PARTS =
            List.of(new RewardComponent("format", 1), new RewardComponent("answer", -1.5));

    @Test
    void rewardsTheSumOfItsComponents() {
        assertThat(Verdict.of(Outcome.WRONG, PARTS, "x", "a rule").reward()).isEqualTo(-0.5);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Verdict(Outcome.WRONG, 1, PARTS, "x", "a rule", List.of()))
                .withMessageContaining("-0.5");
    }

    @Test
    void neverRewardsAFailureOfOurs() {
        assertThatIllegalArgumentException().isThrownBy(() -> Verdict.of(Outcome.ERROR, PARTS, null, "it broke"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Verdict(Outcome.UNDECIDED, 1, List.of(), null, "no fuel", List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> Verdict.withoutReward(Outcome.WRONG, "no"));
    }

    @Test
    void holdsFiniteRewardsOnly() {
        assertThatIllegalArgumentException().isThrownBy(() -> new RewardComponent("answer", Double.NaN));
    }

    @Test
    void knowsTheRolesOfAConversation() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Message("robot", "beep"))
                .withMessageContaining("robot");
    }
}
