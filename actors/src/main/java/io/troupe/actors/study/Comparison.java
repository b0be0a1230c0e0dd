package io.troupe.actors.study;

import java.util.List;

/**
 * A table of a study: all variants by one measure. Immutable.
 *
 * @param tasks the set of tasks
 * @param measure the task family, or {@link #OVERALL} or {@link #SPEED}
 * @param rows one a variant, in the order of the configuration
 */
public record Comparison(String tasks, String measure, List<Row> rows) {

    /** The mean of the families' held-out success. */
    public static final String OVERALL = "overall";

    /** Success in training, averaged over all updates of a run: how early it learned. */
    public static final String SPEED = "training";

    /**
     * A variant's row. p values are NaN for the baseline and without pairs.
     *
     * @param variant its name
     * @param value held-out success after training; for {@link #SPEED}, success in training
     * @param rise the same less what it was before training; NaN for {@link #SPEED}
     * @param difference what the value is above the baseline's of the same seed
     * @param wilcoxon p of Wilcoxon's signed-rank test of the differences
     * @param wilcoxonHolm the same, corrected over the variants of this table
     * @param t p of the paired t test
     * @param tHolm the same, corrected over the variants of this table
     */
    public record Row(
            String variant,
            Estimate value,
            Estimate rise,
            Estimate difference,
            double wilcoxon,
            double wilcoxonHolm,
            double t,
            double tHolm) {}
}
