package io.troupe.learner.critic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenCriticTest {

    private static final int VOCABULARY = 5;
    private static final int HIDDEN = 3;
    private static final int[] TOKENS = {1, 4, 1, 0};
    private static final double[] TARGETS = {1, -2, 0.5, 30};

    @TempDir
    Path folder;

    private final float[] states = floats(new Random(3), TOKENS.length * HIDDEN);

    @Test
    void theGradientIsThatOfTheHuberLossOfTheTokensThatWereTaken() {
        var critic = trained(0.995, 3);
        var gradient = new double[critic.rows().length];
        double loss = critic.gradient(states, TOKENS, TARGETS, gradient);
        assertThat(loss).isCloseTo(reference(critic.rows()), within(1e-9));
        for (int i = 0; i < gradient.length; i++) {
            float[] up = critic.rows().clone();
            float[] down = critic.rows().clone();
            up[i] += 0.0078125f;
            down[i] -= 0.0078125f;
            double slope = (reference(up) - reference(down)) / ((double) up[i] - down[i]);
            assertThat(gradient[i])
                    .as("row %d, column %d", i / HIDDEN, i % HIDDEN)
                    .isCloseTo(slope, within(1e-6));
        }
    }

    @Test
    void aTokenThatWasNeverTakenSharesWhatIsKnownOfTheState() {
        var critic = new TokenCritic(settings(0.995), VOCABULARY, HIDDEN);
        assertThat(critic.value(states, 0, 3)).isZero();
        for (int i = 0; i < 2000; i++) {
            critic.step(states, new int[] {1, 1, 1}, new double[] {1, 1, 1});
        }
        assertThat(critic.value(states, 0, 1)).isCloseTo(1, within(0.05));
        assertThat(critic.value(states, 0, 3)).isCloseTo(0.5, within(0.1));
    }

    @Test
    void theTargetFollowsByPolyaksAverage() {
        var critic = new TokenCritic(settings(0.9), VOCABULARY, HIDDEN);
        var expected = new double[critic.rows().length];
        for (int step = 0; step < 5; step++) {
            critic.step(states, TOKENS, TARGETS);
            for (int i = 0; i < expected.length; i++) {
                expected[i] = 0.9 * expected[i] + 0.1 * critic.rows()[i];
                assertThat(critic.target()[i]).isCloseTo((float) expected[i], within(1e-6f));
            }
        }
    }

    @Test
    void aCriticThatIsReadBackGoesOnBitForBit() throws IOException {
        var critic = trained(0.9, 4);
        Path file = folder.resolve("critic.safetensors");
        critic.save(file);
        var resumed = new TokenCritic(settings(0.9), VOCABULARY, HIDDEN);
        resumed.restore(file);
        assertThat(resumed.steps()).isEqualTo(4);
        for (int i = 0; i < 3; i++) {
            assertThat(resumed.step(states, TOKENS, TARGETS)).isEqualTo(critic.step(states, TOKENS, TARGETS));
        }
        assertThat(resumed.rows()).isEqualTo(critic.rows());
        assertThat(resumed.target()).isEqualTo(critic.target());
    }

    @Test
    void aLossThatIsNotFiniteMovesNothing() {
        var critic = trained(0.9, 2);
        float[] before = critic.rows().clone();
        assertThat(critic.step(states, TOKENS, new double[] {Double.NaN, 0, 0, 0}))
                .isNaN();
        assertThat(critic.rows()).isEqualTo(before);
        assertThat(critic.steps()).isEqualTo(2);
    }

    @Test
    void aCheckpointWithoutACriticIsNamed() {
        var critic = new TokenCritic(settings(0.9), VOCABULARY, HIDDEN);
        assertThatThrownBy(() -> critic.restore(folder.resolve("critic.safetensors")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("critic.safetensors is missing")
                .hasMessageContaining("critic.kind = none");
    }

    private TokenCritic trained(double retention, int steps) {
        var critic = new TokenCritic(settings(retention), VOCABULARY, HIDDEN);
        for (int i = 0; i < steps; i++) {
            critic.step(states, TOKENS, TARGETS);
        }
        return critic;
    }

    /** Straight from the formulas. */
    private double reference(float[] rows) {
        double sum = 0;
        for (int t = 0; t < TOKENS.length; t++) {
            double q = 0;
            for (int k = 0; k < HIDDEN; k++) {
                double c = rows[TOKENS[t] * HIDDEN + k];
                double shared = rows[VOCABULARY * HIDDEN + k];
                q += (c + shared) * states[t * HIDDEN + k];
            }
            double error = q - TARGETS[t];
            sum += Math.abs(error) <= 10 ? error * error / 2 : 10 * (Math.abs(error) - 5);
        }
        return sum / TOKENS.length;
    }

    private static float[] floats(Random random, int count) {
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static CriticSettings settings(double retention) {
        return new CriticSettings(CriticSettings.Kind.TOKEN, 0.01, 0.99, 0, retention, 10, 0.01, 1);
    }
}
