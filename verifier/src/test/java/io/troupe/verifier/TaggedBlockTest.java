package io.troupe.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TaggedBlockTest {

    private static String last(String text) {
        return TaggedBlock.last(text, "answer", new Fuel(1_000));
    }

    @Test
    void findsTheLastCompleteBlock() {
        assertThat(last("<answer> 1 </answer>")).isEqualTo("1");
        assertThat(last("<answer>1</answer><answer>2</answer>")).isEqualTo("2");
        assertThat(last("<answer>1</answer><answer>2")).isEqualTo("1");
        assertThat(last("<answer>1<answer>2</answer>")).isEqualTo("2");
        assertThat(last("<answer></answer>")).isEmpty();
    }

    @Test
    void findsNothingWhereNoBlockIsComplete() {
        assertThat(last("")).isNull();
        assertThat(last("</answer>")).isNull();
        assertThat(last("</answer><answer>")).isNull();
        assertThat(last("<answer")).isNull();
        assertThat(last("<answe</answer>")).isNull();
    }

    @Test
    void paysForWhatItReads() {
        assertThatThrownBy(() -> TaggedBlock.last("12345", "answer", new Fuel(4)))
                .isInstanceOf(FuelExhaustedException.class)
                .hasMessageContaining("4 steps");
    }
}
