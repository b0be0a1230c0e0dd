package io.troupe.learner.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.learner.objective.TokenWeight.ClippedSigmoid;
import io.troupe.learner.objective.TokenWeight.Reversed;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenWeightTest {

    /** The raw value of each form at the attested constants; what is clipped is checked from it. */
    @ParameterizedTest(name = "p = {0}")
    @CsvSource({
        "0.00,  .5000,  .1907,  .5000,  .9861, ",
        "0.05,  .5028,  .2837,  .7213,  .9889, .3351",
        "0.10,  .5056,  .4117,  .9219,  .9917, .3728",
        "0.15,  .5083,  .5781, 1.0883,  .9944, .3950",
        "0.20,  .5111,  .7787, 1.2163,  .9972, .4108",
        "0.25,  .5139, 1.0000, 1.3093, 1.0000, .4231",
        "0.30,  .5167, 1.2213, 1.3741, 1.0028, .4332",
        "0.35,  .5194, 1.4219, 1.4178, 1.0056, .4417",
        "0.50,  .5278, 1.8093, 1.4780, 1.0139, .4615",
        "0.75,  .5416, 1.9780, 1.4977, 1.0278, .4840",
        "1.00,  .5555, 1.9977, 1.4998, 1.0416, .5000"
    })
    void formsHaveTheirTabulatedValues(double p, double a, double b, double c, double d, Double e) {
        assertForm(WeightForm.LITERAL, p, a);
        assertForm(WeightForm.CENTRED_SLOPE, p, b);
        assertForm(WeightForm.OUTER_SLOPE, p, c);
        assertForm(WeightForm.CENTRED_DIVISOR, p, d);
        if (e != null) {
            assertForm(WeightForm.LOG_PROBABILITY, p, e);
        }
    }

    @ParameterizedTest(name = "form {0} leaves 1 at p = {1} and reaches 1.4 at p = {2}")
    @CsvSource({"CENTRED_SLOPE, 0.25, 0.3441", "OUTER_SLOPE, 0.1221, 0.3272"})
    void steepFormsRiseBetweenTheirTwoKinks(WeightForm form, double low, double high) {
        var weight = attested(form);
        assertThat(weight.at(Math.log(low - 1e-4))).isEqualTo(1.0);
        assertThat(weight.at(Math.log(low + 1e-4))).isGreaterThan(1.0);
        assertThat(weight.at(Math.log(high - 1e-4))).isLessThan(1.4);
        assertThat(weight.at(Math.log(high + 1e-4))).isEqualTo(1.4);
    }

    @Property(seed = "1")
    void weightsStayInTheirBoundsAndNeverDecreaseInTheProbability(
            @ForAll WeightForm form,
            @ForAll @DoubleRange(min = 0, max = 1) double p,
            @ForAll @DoubleRange(min = 0, max = 1) double q,
            @ForAll @DoubleRange(min = 0.1, max = 5) double alpha,
            @ForAll @DoubleRange(min = 0.1, max = 20) double tau,
            @ForAll @DoubleRange(min = -1, max = 1) double mu,
            @ForAll @DoubleRange(min = 0, max = 1) double lower) {
        if (!form.isReconstructed()) {
            return;
        }
        var weight = new ClippedSigmoid(form, alpha, tau, mu, lower, lower + 0.7);
        double less = weight.at(Math.log(Math.min(p, q)));
        double more = weight.at(Math.log(Math.max(p, q)));
        assertThat(less).isLessThanOrEqualTo(more).isBetween(lower, lower + 0.7);
        var reversed = new Reversed(weight);
        assertThat(reversed.at(Math.log(Math.min(p, q))))
                .isGreaterThanOrEqualTo(reversed.at(Math.log(Math.max(p, q))))
                .isBetween(lower - 1e-12, lower + 0.7 + 1e-12);
    }

    private static void assertForm(WeightForm form, double p, double raw) {
        var weight = attested(form);
        assertThat(weight.unclipped(Math.log(p))).as("form %s", form.letter()).isCloseTo(raw, within(5.1e-5));
        assertThat(weight.at(Math.log(p)))
                .as("form %s", form.letter())
                .isCloseTo(Math.min(1.4, Math.max(1.0, raw)), within(5.1e-5));
    }

    private static ClippedSigmoid attested(WeightForm form) {
        return new ClippedSigmoid(form, 2.0, 9.0, 0.25, 1.0, 1.4);
    }
}
