package io.troupe.policy;

/**
 * Rotary positions: the angle of pair {@code i} of a head at a position is position · frequency(i), with frequency(i) = θ^(−2i/headSize) before scaling.
 * Immutable.
 *
 * @param theta the base θ
 * @param scaling how a longer context was won
 */
public record Rope(double theta, Scaling scaling) {

    /** How the frequencies are changed to reach further than the policy was first trained for. */
    public sealed interface Scaling {

        /** Not at all. */
        record None() implements Scaling {}

        /**
         * Every frequency divided by a factor (position interpolation, arXiv 2306.15595).
         *
         * @param factor greater than 0
         */
        record Linear(double factor) implements Scaling {}

        /**
         * Llama 3.1's: slow frequencies divided, fast ones kept, those between blended.
         *
         * @param factor the divisor
         * @param lowFrequency wave lengths beyond original/lowFrequency are divided
         * @param highFrequency wave lengths below original/highFrequency are kept
         * @param originalPositions the context of the first training
         */
        record Llama3(double factor, double lowFrequency, double highFrequency, int originalPositions)
                implements Scaling {}

        /**
         * YaRN (arXiv 2309.00071): a ramp between interpolated and original frequencies, and a factor on the rotation.
         *
         * @param factor the divisor
         * @param betaFast rotations over the original context above which a frequency is kept
         * @param betaSlow rotations below which it is divided
         * @param originalPositions the context of the first training
         * @param attentionFactor multiplies cosine and sine
         * @param truncate whether the ramp's ends are rounded outwards
         */
        record Yarn(
                double factor,
                double betaFast,
                double betaSlow,
                int originalPositions,
                double attentionFactor,
                boolean truncate)
                implements Scaling {}
    }

    public Rope {
        if (!(theta > 0)) {
            throw new IllegalArgumentException("rope_theta cannot be " + theta);
        }
    }

    /** Without scaling. */
    public static Rope of(double theta) {
        return new Rope(theta, new Scaling.None());
    }

    /** What multiplies cosine and sine. */
    double attentionFactor() {
        return scaling instanceof Scaling.Yarn yarn ? yarn.attentionFactor() : 1;
    }

    /**
     * The frequencies in single precision, as the references round them.
     *
     * @param headSize even
     * @return {@code [headSize / 2]}
     */
    float[] frequencies(int headSize) {
        int half = headSize / 2;
        var frequencies = new float[half];
        for (int i = 0; i < half; i++) {
            frequencies[i] = (float) (1.0 / Math.pow(theta, (float) (2 * i) / headSize));
        }
        if (scaling instanceof Scaling.Linear linear) {
            for (int i = 0; i < half; i++) {
                frequencies[i] /= (float) linear.factor();
            }
        } else if (scaling instanceof Scaling.Llama3 llama) {
            for (int i = 0; i < half; i++) {
                frequencies[i] = (float) blended(frequencies[i], llama);
            }
        } else if (scaling instanceof Scaling.Yarn yarn) {
            ramp(frequencies, headSize, yarn);
        }
        return frequencies;
    }

    private static double blended(double frequency, Scaling.Llama3 llama) {
        double wave = 2 * Math.PI / frequency;
        double original = llama.originalPositions();
        if (wave < original / llama.highFrequency()) {
            return frequency;
        }
        if (wave > original / llama.lowFrequency()) {
            return frequency / llama.factor();
        }
        double smooth = (original / wave - llama.lowFrequency()) / (llama.highFrequency() - llama.lowFrequency());
        return (1 - smooth) * frequency / llama.factor() + smooth * frequency;
    }

    private void ramp(float[] frequencies, int headSize, Scaling.Yarn yarn) {
        double low = pair(yarn.betaFast(), headSize, yarn.originalPositions());
        double high = pair(yarn.betaSlow(), headSize, yarn.originalPositions());
        if (yarn.truncate()) {
            low = Math.floor(low);
            high = Math.ceil(high);
        }
        low = Math.max(low, 0);
        high = Math.min(high, headSize - 1);
        if (low == high) {
            high += 0.001;
        }
        for (int i = 0; i < frequencies.length; i++) {
            double slow = Math.min(1, Math.max(0, (i - low) / (high - low)));
            frequencies[i] = (float) (frequencies[i] / yarn.factor() * slow + frequencies[i] * (1 - slow));
        }
    }

    /** The pair, as a real number, that turns so many times over the original context. */
    private double pair(double rotations, int headSize, int originalPositions) {
        return headSize * Math.log(originalPositions / (rotations * 2 * Math.PI)) / (2 * Math.log(theta));
    }
}
