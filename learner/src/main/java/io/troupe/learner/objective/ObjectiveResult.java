package io.troupe.learner.objective;

/**
 * The objective's loss on a batch and its derivatives. The loss is to be minimised. The derivatives treat token weights, off-policy weights and
 * advantages as constants. The arrays are handed out uncopied: whoever asked owns them.
 */
public final class ObjectiveResult {

    private final double loss;
    private final double[] gradient;
    private final double[] entropyGradient;
    private final double[] softValueGradient;
    private final ObjectiveDiagnostics diagnostics;

    ObjectiveResult(
            double loss,
            double[] gradient,
            double[] entropyGradient,
            double[] softValueGradient,
            ObjectiveDiagnostics diagnostics) {
        this.loss = loss;
        this.gradient = gradient;
        this.entropyGradient = entropyGradient;
        this.softValueGradient = softValueGradient;
        this.diagnostics = diagnostics;
    }

    /**
     * The loss: of a micro-batch, its share of the whole batch's loss.
     *
     * @return the loss; NaN if a log-probability was not finite
     */
    public double loss() {
        return loss;
    }

    /**
     * d loss / d log π_θ.
     *
     * @return {@code [tokens]}
     */
    public double[] gradient() {
        return gradient;
    }

    /**
     * d loss / d entropy.
     *
     * @return {@code [tokens]}, or {@code [0]} if there is no entropy bonus
     */
    public double[] entropyGradient() {
        return entropyGradient;
    }

    /**
     * d loss / d soft value.
     *
     * @return {@code [tokens]}, or {@code [0]} if the objective does not look at soft values
     */
    public double[] softValueGradient() {
        return softValueGradient;
    }

    /**
     * What to look at beside the loss.
     *
     * @return means and shares over the tokens of this batch
     */
    public ObjectiveDiagnostics diagnostics() {
        return diagnostics;
    }

    /**
     * Whether the loss and every derivative is a finite number. If not, the update must be skipped.
     *
     * @return true if all are finite
     */
    public boolean isFinite() {
        return Double.isFinite(loss) && allFinite(gradient) && allFinite(entropyGradient);
    }

    private static boolean allFinite(double[] values) {
        for (double value : values) {
            if (!Double.isFinite(value)) {
                return false;
            }
        }
        return true;
    }
}
