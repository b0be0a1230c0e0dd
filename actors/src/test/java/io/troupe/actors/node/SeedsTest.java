package io.troupe.actors.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.weights.Endpoint;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeedsTest {

    @Test
    void addressesComeOneByOneOrWithCommas() {
        Seeds seeds = Seeds.parse(List.of("10.0.0.5:7355, 10.0.0.8:7356", "learner-0.troupe:7355", "[::1]:9"));

        assertThat(seeds.endpoints())
                .containsExactly(
                        new Endpoint("10.0.0.5", 7355),
                        new Endpoint("10.0.0.8", 7356),
                        new Endpoint("learner-0.troupe", 7355),
                        new Endpoint("::1", 9));
        assertThat(seeds).hasToString("10.0.0.5:7355, 10.0.0.8:7356, learner-0.troupe:7355, [::1]:9");
    }

    @Test
    void aNameStandsForItselfAndForAllItsAddresses() {
        assertThat(Seeds.parse(List.of("localhost:7355")).resolve())
                .startsWith("localhost:7355")
                .contains("127.0.0.1:7355")
                .doesNotHaveDuplicates();
    }

    @Test
    void anAddressStandsForItselfOnce() {
        assertThat(Seeds.parse(List.of("10.0.0.5:7355", "10.0.0.5:7355", "10.0.0.5:7356"))
                        .resolve())
                .containsExactly("10.0.0.5:7355", "10.0.0.5:7356");
    }

    @Test
    void aNameThatIsNotKnownIsKeptAndTheOthersAreFound() {
        // a label of 64 letters is no name in any zone, so that nobody is asked
        String unknown = "x".repeat(64) + ":7355";
        assertThat(Seeds.parse(List.of(unknown, "10.0.0.5:7355")).resolve()).containsExactly(unknown, "10.0.0.5:7355");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.5", "10.0.0.5:", ":7355", "10.0.0.5:0", "10.0.0.5:65536", "::1:7355", "a:b"})
    void whatIsNoAddressIsNamed(String text) {
        assertThatThrownBy(() -> Seeds.parse(List.of("10.0.0.8:7355," + text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + text + "' is no HOST:PORT");
    }

    @Test
    void atLeastOneIsNeeded() {
        assertThatThrownBy(() -> Seeds.parse(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no address to join");
        assertThatThrownBy(() -> Seeds.parse(List.of("10.0.0.8:7355,"))).hasMessage("'' is no HOST:PORT");
    }
}
