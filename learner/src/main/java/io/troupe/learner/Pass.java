package io.troupe.learner;

import io.troupe.policy.RecordedScore;
import io.troupe.policy.SoftScore;
import java.util.function.Consumer;

/**
 * A forward pass whose gradients can be sent back, once.
 *
 * @param values {@code [2 * scored]} log-probabilities and entropies; with a critic {@code [4 * scored]}, soft values and divergences behind them
 * @param backward takes d loss / d values
 */
record Pass(float[] values, Consumer<float[]> backward) {

    static Pass of(RecordedScore score) {
        return new Pass(score.values(), score::backward);
    }

    /** The same by the tokens of the sequences of which the scored rows are masked copies. */
    Pass folded(Fold fold) {
        return new Pass(fold.gathered(values), gradient -> backward.accept(fold.spread(gradient)));
    }

    static Pass of(SoftScore score) {
        return new Pass(score.values(), score::backward);
    }
}
