package io.troupe.actors.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class NearestNameTest {

    @Test
    void aSwapOrASlipFindsTheNameThatWasMeant() {
        var known = List.of("steps", "staleness", "schedule");

        assertThat(NearestName.of("stpes", known)).contains("steps");
        assertThat(NearestName.of("stalenes", known)).contains("staleness");
        assertThat(NearestName.of("zzzzzzzz", known)).isEmpty();
    }

    @Property(tries = 200, seed = "1")
    void theDistanceIsSymmetricAndZeroOnlyBetweenEquals(
            @ForAll @AlphaChars @StringLength(max = 8) String a, @ForAll @AlphaChars @StringLength(max = 8) String b) {
        assertThat(NearestName.distance(a, b)).isEqualTo(NearestName.distance(b, a));
        assertThat(NearestName.distance(a, b) == 0).isEqualTo(a.equals(b));
    }
}
