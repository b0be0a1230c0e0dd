package io.troupe.learner.objective;

import static io.troupe.learner.objective.ObjectiveRow.changes;
import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TokenSelectionTest {

    private static final double[] ADVANTAGES = {0, 1, -1, 0};
    private static final double[] BEHAVIOUR = {Math.log(0.2), Math.log(0.8), Math.log(0.5), Math.log(0.49)};

    @Test
    void loptiBeginsWithTheImprobableAndTheThresholdItselfIsProbable() {
        var improbableFirst = selection("lopti");
        assertThat(improbableFirst.select(0, ADVANTAGES, BEHAVIOUR, 0)).containsExactly(true, false, false, true);
        assertThat(improbableFirst.select(1, ADVANTAGES, BEHAVIOUR, 0)).containsExactly(false, true, true, false);
        var probableFirst = selection("lopti", "selection.first", "probable");
        assertThat(probableFirst.select(0, ADVANTAGES, BEHAVIOUR, 0)).containsExactly(false, true, true, false);
        assertThat(probableFirst.select(1, ADVANTAGES, BEHAVIOUR, 0)).containsExactly(true, false, false, true);
    }

    @Test
    void tSpmoTakesTheTokensThatHaveAnAdvantage() {
        assertThat(selection("t-spmo").select(0, ADVANTAGES, BEHAVIOUR, 0)).containsExactly(false, true, true, false);
    }

    @Property(tries = 200, seed = "1")
    void sGrpoTakesTheHeadAndNeverMoreThanItsLimit(
            @ForAll long seed,
            @ForAll @IntRange(min = 0, max = 60) int length,
            @ForAll @IntRange(min = 0, max = 20) int head,
            @ForAll @IntRange(min = 1, max = 30) int limit) {
        var selection = selection("s-grpo", "selection.head", head, "selection.limit", limit);
        boolean[] selected = selection.select(0, new double[length], new double[length], seed);
        assertThat(count(selected)).isLessThanOrEqualTo(limit);
        for (int t = 0; t < Math.min(length, Math.min(head, limit)); t++) {
            assertThat(selected[t]).isTrue();
        }
        assertThat(selection.select(1, new double[length], new double[length], seed))
                .isEqualTo(selected);
    }

    @Test
    void sGrpoTakesItsShareOfTheOthersAndAnotherForAnotherSeed() {
        var selection = selection("s-grpo", "selection.head", 0, "selection.limit", null);
        boolean[] some = selection.select(0, new double[10_000], new double[10_000], 1);
        assertThat(count(some)).isBetween(3800L, 4200L);
        assertThat(selection.select(0, new double[10_000], new double[10_000], 2))
                .isNotEqualTo(some);
    }

    private static long count(boolean[] flags) {
        long count = 0;
        for (boolean flag : flags) {
            count += flag ? 1 : 0;
        }
        return count;
    }

    private static TokenSelection selection(String row, @Nullable Object... keysAndValues) {
        return TokenSelection.of(
                ObjectivePresets.named(row).with(changes(keysAndValues)).selection());
    }
}
