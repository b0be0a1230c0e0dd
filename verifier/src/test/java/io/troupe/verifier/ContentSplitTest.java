package io.troupe.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ContentSplitTest {

    /** Computed with another SHA-256. */
    private static final long PINNED_HASH = -8733521764048134383L;

    @Test
    void holdsOutAQuarterOfTheContents() {
        long heldOut = IntStream.range(0, 100_000)
                .filter(key -> ContentSplit.of("some/family", "key " + key) == Split.EVALUATION)
                .count();

        assertThat(heldOut).isBetween(24_500L, 25_500L);
    }

    @Test
    void staysWhereItWasPutFromReleaseToRelease() {
        assertThat(ContentSplit.hash("content", "math/arithmetic", "(7+5)*3-4")).isEqualTo(PINNED_HASH);
    }

    @Test
    void tellsWordsThatOnlyJoinAlikeApart() {
        assertThat(ContentSplit.hash("ab", "c")).isNotEqualTo(ContentSplit.hash("a", "bc"));
    }

    @Test
    void givesEveryTaskARandomnessOfItsOwn() {
        Set<Long> first = new HashSet<>();
        for (Split split : Split.values()) {
            for (long seed = 0; seed < 20; seed++) {
                for (long index = 0; index < 20; index++) {
                    first.add(ContentSplit.randomOf("f", split, seed, index, 1).nextLong());
                    first.add(ContentSplit.randomOf("f", split, seed, index, 2).nextLong());
                }
            }
        }
        assertThat(first).hasSize(2 * 20 * 20 * 2);
    }

    @Test
    void givesUpAloudWhenTheTriesAreUsedUp() {
        assertThatThrownBy(() ->
                        ContentSplit.draw("some/family", Split.TRAIN, 7, Optional::<String>empty, content -> content))
                .isInstanceOf(TaskGenerationException.class)
                .hasMessageContaining("some/family")
                .hasMessageContaining("7 tries");
    }
}
