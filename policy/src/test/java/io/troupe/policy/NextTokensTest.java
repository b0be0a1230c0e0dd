package io.troupe.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NextTokensTest {

    private static final double TEMPERATURE = 0.7;
    private static final PackedRows ROWS = PackedRows.sequence(5, 9, 100, 7, 31);

    @TempDir
    Path folder;

    @Test
    void theLogProbabilitiesAreThoseOfScoring() throws Exception {
        try (var opened = new Opened(folder)) {
            float[] scored = opened.decoder
                    .score(opened.manager, opened.weights, ROWS, TEMPERATURE, false)
                    .toFloatArray();
            float[][] asked = opened.next().logProbabilities(new long[] {9, 1, 100, 2, 7, 3, 31, 4});
            for (int i = 0; i < 4; i++) {
                assertThat(asked[i]).hasSize(2);
                assertThat(asked[i][0]).isCloseTo(scored[i], within(1e-6f));
            }
        }
    }

    @Test
    void theLikeliestAreThoseOfTheWholeVocabularyInOrder() throws Exception {
        try (var opened = new Opened(folder)) {
            int size = opened.policy.config().vocabularySize();
            NextTokens next = opened.next();
            var whole = new long[4 * size];
            for (int i = 0; i < whole.length; i++) {
                whole[i] = i % size;
            }
            float[][] all = next.logProbabilities(whole);
            NextTokens.Likeliest three = next.likeliest(3);
            for (int place = 0; place < 4; place++) {
                double total = 0;
                for (float value : all[place]) {
                    total += Math.exp(value);
                }
                assertThat(total).isCloseTo(1, within(1e-5));
                for (int k = 0; k < 3; k++) {
                    int at = 3 * place + k;
                    float value = three.logProbabilities()[at];
                    assertThat(value).isEqualTo(all[place][(int) three.tokens()[at]]);
                    long greater = 0;
                    for (float other : all[place]) {
                        greater += other > value ? 1 : 0;
                    }
                    assertThat(greater).isLessThanOrEqualTo(k);
                }
            }
        }
    }

    @Test
    void theHiddenStatesTimesTheHeadAreTheLogits() throws Exception {
        try (var opened = new Opened(folder)) {
            NextTokens next = opened.next();
            float[][] hidden = next.hidden();
            assertThat(hidden).hasDimensions(4, opened.policy.config().hiddenSize());
            float[] head = opened.weights
                    .list()
                    .get(WeightLayout.of(opened.policy.config()).head())
                    .toFloatArray();
            float[][] two = next.logProbabilities(new long[] {9, 60, 9, 60, 9, 60, 9, 60});
            for (int place = 0; place < 4; place++) {
                double apart = (logit(head, hidden[place], 9) - logit(head, hidden[place], 60)) / TEMPERATURE;
                assertThat((double) two[place][0] - two[place][1]).isCloseTo(apart, within(1e-5));
            }
        }
    }

    @Test
    void tokensThatAreNotAsManyForEachPlaceAreRefused() throws Exception {
        try (var opened = new Opened(folder)) {
            NextTokens next = opened.next();
            assertThatThrownBy(() -> next.logProbabilities(new long[5]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("5 tokens")
                    .hasMessageContaining("4 places");
        }
    }

    private static double logit(float[] head, float[] hidden, int token) {
        double sum = 0;
        for (int i = 0; i < hidden.length; i++) {
            sum += (double) head[token * hidden.length + i] * hidden[i];
        }
        return sum;
    }

    /** A small policy, ready to be asked. */
    private static final class Opened implements AutoCloseable {
        private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        private final Policy policy;
        private final Weights weights;
        private final Decoder decoder;

        Opened(Path folder) throws Exception {
            Path directory = folder.resolve("policy");
            new NewPolicy(new BpeTrainer.Settings(280, 2, 0.5), 16, 32, 2, 2, 96, 5)
                    .create(directory, List.of("What is 1+2? The answer is 3.", "What is 4+4? The answer is 8."));
            policy = Policy.open(directory);
            weights = policy.loadWeights(manager, false);
            decoder = policy.newDecoder(manager, 96);
        }

        NextTokens next() {
            return decoder.nextTokens(manager, weights, ROWS, TEMPERATURE);
        }

        @Override
        public void close() {
            decoder.close();
            weights.close();
            policy.close();
            manager.close();
        }
    }
}
