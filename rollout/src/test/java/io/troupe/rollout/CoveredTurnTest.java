package io.troupe.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.policy.Diffusion;
import io.troupe.policy.Diffusion.Order;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CoveredTurnTest {

    private static final int MASK = 99;
    private static final int[] CONTEXT = {5, 6, 7};

    @Test
    void everyPassUncoversItsShareAndBlocksComeFromLeftToRight() {
        var turn = new CoveredTurn(new Diffusion(MASK, 10, 5, 3, Order.RANDOM), CONTEXT, 10, 1);
        assertThat(turn.length()).isEqualTo(13);
        assertThat(turn.open()).containsExactly(0, 1, 2, 3, 4);
        assertThat(pass(turn)).isFalse();
        assertThat(turn.open()).hasSize(3); // 5 places in 3 passes: 2, 2, 1
        assertThat(pass(turn)).isFalse();
        assertThat(turn.open()).hasSize(1);
        assertThat(pass(turn)).isTrue();
        assertThat(turn.open()).isEmpty();
        assertThat(turn.advance()).isTrue();
        assertThat(turn.open()).containsExactly(5, 6, 7, 8, 9);
        pass(turn);
        pass(turn);
        assertThat(pass(turn)).isTrue();
        assertThat(turn.advance()).isFalse();
        for (int place = 0; place < 10; place++) {
            assertThat(turn.token(turn.cell(place))).isEqualTo(10 + place);
        }
        assertThat(turn.token(2)).isEqualTo(7);
    }

    @Test
    void theLastBlockOfAWindowMayBeShort() {
        var turn = new CoveredTurn(new Diffusion(MASK, 10, 4, 4, Order.RANDOM), CONTEXT, 6, 1);
        while (!pass(turn)) {
            assertThat(turn.blockEnd()).isEqualTo(4);
        }
        assertThat(turn.advance()).isTrue();
        assertThat(turn.open()).containsExactly(4, 5);
        assertThat(pass(turn)).isFalse();
        assertThat(pass(turn)).isTrue();
        assertThat(turn.advance()).isFalse();
    }

    @Test
    void theMostConfidentPlaceIsUncoveredFirst() {
        var turn = new CoveredTurn(new Diffusion(MASK, 3, 3, 3, Order.CONFIDENCE), CONTEXT, 3, 1);
        turn.uncover(turn.open(), new int[] {10, 11, 12}, new float[] {-2, -0.5f, -1}, 0);
        assertThat(turn.open()).containsExactly(0, 2);
        turn.uncover(turn.open(), new int[] {10, 12}, new float[] {-3, -4}, 0);
        assertThat(turn.open()).containsExactly(2);
    }

    @Test
    void aRandomOrderIsAFunctionOfTheSeed() {
        List<List<Integer>> orders = new ArrayList<>();
        for (long seed : new long[] {1, 1, 2, 3, 4}) {
            orders.add(order(seed));
        }
        assertThat(orders.get(0)).isEqualTo(orders.get(1));
        assertThat(orders.stream().distinct().count()).isGreaterThan(2);
    }

    @Test
    void noTwoDrawsOfATurnAreTheSame() {
        var turn = new CoveredTurn(new Diffusion(MASK, 8, 4, 2, Order.RANDOM), CONTEXT, 8, 1);
        var drawn = new ArrayList<Double>();
        do {
            do {
                Arrays.stream(turn.open()).mapToDouble(turn::uniform).forEach(drawn::add);
            } while (!pass(turn));
        } while (turn.advance());
        assertThat(drawn).hasSize(12).doesNotHaveDuplicates().allMatch(uniform -> uniform >= 0 && uniform < 1);
    }

    private static List<Integer> order(long seed) {
        var turn = new CoveredTurn(new Diffusion(MASK, 6, 6, 6, Order.RANDOM), CONTEXT, 6, seed);
        var order = new ArrayList<Integer>();
        boolean done = false;
        while (!done) {
            List<Integer> before = Arrays.stream(turn.open()).boxed().toList();
            done = pass(turn);
            var uncovered = new ArrayList<>(before);
            Arrays.stream(turn.open()).boxed().forEach(uncovered::remove);
            order.addAll(uncovered);
        }
        return order;
    }

    /** Samples 10 + place everywhere. */
    private static boolean pass(CoveredTurn turn) {
        int[] open = turn.open();
        return turn.uncover(open, Arrays.stream(open).map(place -> 10 + place).toArray(), new float[open.length], 0);
    }
}
