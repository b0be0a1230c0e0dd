package io.troupe.verifier.math.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.verifier.math.answer.Decision.Result;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class AnswerPropertiesTest {

    private static final Policies POLICIES = Policies.strict().withEvaluated(Policies.Evaluated.LENIENT);

    /** One expression in two ways of writing it. */
    record Writings(String latex, String plain) {}

    private static Result decide(String gold, String prediction) {
        return AnswerEqualityTest.decide(gold, prediction, POLICIES).result();
    }

    @Property(tries = 1_500, seed = "1")
    void twoWritingsOfOneExpressionAreEqual(@ForAll("expressions") Writings writings) {
        Assume.that(hasValue(writings));
        assertThat(decide(writings.latex(), writings.plain()))
                .as("%s and %s", writings.latex(), writings.plain())
                .isEqualTo(Result.EQUAL);
    }

    /** Not where a divisor is 0: such a gold is undecided, such a prediction wrong. */
    @Property(tries = 1_000, seed = "1")
    void equalityOfValuesIsSymmetric(@ForAll("expressions") Writings a, @ForAll("expressions") Writings b) {
        Assume.that(hasValue(a) && hasValue(b));
        assertThat(decide(a.latex(), b.plain()))
                .as("%s and %s", a.latex(), b.plain())
                .isEqualTo(decide(b.plain(), a.latex()));
    }

    @Property(tries = 1_500, seed = "1")
    void aSmallChangeMakesAnExpressionDifferent(@ForAll("expressions") Writings writings) {
        Assume.that(hasValue(writings));
        assertThat(decide(writings.latex(), writings.plain() + "+1/100000007"))
                .as(writings.latex())
                .isEqualTo(Result.DIFFERENT);
        assertThat(decide(writings.latex(), "(" + writings.plain() + ")+10^{-12}"))
                .as(writings.latex())
                .isEqualTo(Result.DIFFERENT);
    }

    /** Not so if a divisor is 0. */
    private static boolean hasValue(Writings writings) {
        return decide(writings.latex() + "+q", writings.latex() + "+2q-q") == Result.EQUAL;
    }

    @Provide
    Arbitrary<Writings> expressions() {
        return expression(3);
    }

    private static Arbitrary<Writings> expression(int depth) {
        Arbitrary<Writings> leaf = Arbitraries.oneOf(
                Arbitraries.integers().between(1, 40).map(n -> new Writings("" + n, n + ".0")),
                Arbitraries.integers().between(1, 9).map(n -> new Writings("\\sqrt{" + n + "}", n + "^(1/2)")),
                Arbitraries.integers().between(2, 9).map(n -> new Writings("\\frac{3}{" + n + "}", "3/" + n)),
                Arbitraries.of(
                        new Writings("\\pi", "π"),
                        new Writings("x", "x"),
                        new Writings("y", "{y}"),
                        new Writings("\\ln 2", "ln(2)"),
                        new Writings("e", "exp(1)")));
        if (depth == 0) {
            return leaf;
        }
        Arbitrary<Writings> part = expression(depth - 1);
        return Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(2, leaf),
                net.jqwik.api.Tuple.of(
                        2,
                        Combinators.combine(part, part)
                                .as((a, b) ->
                                        new Writings(a.latex + "+" + b.latex, "(" + b.plain + ")+(" + a.plain + ")"))),
                net.jqwik.api.Tuple.of(
                        2,
                        Combinators.combine(part, part)
                                .as((a, b) -> new Writings(
                                        "\\left(" + a.latex + "\\right)\\left(" + b.latex + "\\right)",
                                        "(" + b.plain + ")*(" + a.plain + ")"))),
                net.jqwik.api.Tuple.of(
                        1,
                        Combinators.combine(part, part)
                                .as((a, b) -> new Writings(
                                        "\\dfrac{" + a.latex + "}{" + b.latex + "}",
                                        "(" + a.plain + ")/(" + b.plain + ")"))),
                net.jqwik.api.Tuple.of(
                        1,
                        Combinators.combine(part, part)
                                .as((a, b) -> new Writings(
                                        a.latex + "-\\left(" + b.latex + "\\right)",
                                        "-(" + b.plain + ")+(" + a.plain + ")"))),
                net.jqwik.api.Tuple.of(
                        1,
                        Combinators.combine(part, Arbitraries.integers().between(2, 3))
                                .as((a, n) -> new Writings(
                                        "\\left(" + a.latex + "\\right)^{" + n + "}", "(" + a.plain + ")^" + n))));
    }
}
