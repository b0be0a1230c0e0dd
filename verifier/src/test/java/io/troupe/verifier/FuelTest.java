package io.troupe.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FuelTest {

    @Test
    void reachesExactlyAsFarAsItsBudget() {
        var fuel = new Fuel(10);
        fuel.spend(4);
        fuel.spend(6);

        assertThat(fuel.left()).isZero();
        assertThatThrownBy(() -> fuel.spend(1))
                .isInstanceOf(FuelExhaustedException.class)
                .hasMessageContaining("10 steps");
    }

    @Test
    void leavesNothingAfterAStepTooFar() {
        var fuel = new Fuel(10);
        assertThatThrownBy(() -> fuel.spend(Long.MAX_VALUE)).isInstanceOf(FuelExhaustedException.class);

        assertThat(fuel.left()).isZero();
    }

    @Test
    void cannotBeFilledUpByNegativeSteps() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Fuel(10).spend(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Fuel(-1));
    }
}
