package io.troupe.verifier.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.FuelExhaustedException;
import java.math.BigInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;

class ExpressionEvaluatorTest {

    private static String evaluate(String text) {
        Evaluation evaluation = ExpressionEvaluator.evaluate(text, new Fuel(1_000_000));
        return evaluation instanceof Evaluation.Value value
                ? value.value().toString()
                : ((Evaluation.Failure) evaluation).message();
    }

    @Example
    void followsTheRulesOfPrecedence() {
        assertThat(evaluate("2+3*4")).isEqualTo("14");
        assertThat(evaluate("(2+3)*4")).isEqualTo("20");
        assertThat(evaluate("10-3-2")).isEqualTo("5");
        assertThat(evaluate("100/5/2")).isEqualTo("10");
        assertThat(evaluate("100/(5/2)")).isEqualTo("40");
        assertThat(evaluate(" 7 − 2 × 3 ÷ 6 ")).isEqualTo("6");
    }

    @Example
    void isExact() {
        assertThat(evaluate("7/3")).isEqualTo("7/3");
        assertThat(evaluate("1/3+1/6")).isEqualTo("1/2");
        assertThat(evaluate("1/3*3")).isEqualTo("1");
        assertThat(evaluate("1/(0-2)")).isEqualTo("-1/2");
        assertThat(evaluate("99999999999999999999*99999999999999999999"))
                .isEqualTo("9999999999999999999800000000000000000001");
    }

    @Example
    void readsSignsInARow() {
        assertThat(evaluate("-3*-2")).isEqualTo("6");
        assertThat(evaluate("2--3")).isEqualTo("5");
        assertThat(evaluate("+-+-4")).isEqualTo("4");
        assertThat(evaluate("-(2+3)")).isEqualTo("-5");
    }

    @Example
    void saysWhatIsWrong() {
        assertThat(evaluate("")).isEqualTo("nothing to compute");
        assertThat(evaluate("2+")).isEqualTo("the expression ends too early");
        assertThat(evaluate("(2+3")).isEqualTo("the expression ends too early");
        assertThat(evaluate("2+3)")).isEqualTo("unexpected ')'");
        assertThat(evaluate("2 3")).isEqualTo("unexpected '3'");
        assertThat(evaluate("2**3")).isEqualTo("unexpected '*'");
        assertThat(evaluate("1.5")).isEqualTo("unexpected '.'");
        assertThat(evaluate("System.exit(1)")).isEqualTo("unexpected 'S'");
        assertThat(evaluate("2+😀")).isEqualTo("unexpected '😀'");
        assertThat(evaluate("1/(2-2)")).isEqualTo("division by 0");
        assertThat(evaluate("2\0")).isEqualTo("unexpected '\0'");
        assertThat(evaluate("(".repeat(1_000))).isEqualTo("parentheses nested more than 100 deep");
    }

    @Example
    void showsItsWorkingInOrder() {
        var value = (Evaluation.Value) ExpressionEvaluator.evaluate("(7+5)*3-4*(2-9)", new Fuel(1_000));

        assertThat(value.steps().toString()).isEqualTo("[7+5=12, 12*3=36, 2-9=-7, 4*(-7)=-28, 36-(-28)=64]");
    }

    @Property(seed = "1")
    void givesAValueOrAFailureForAnyText(@ForAll String text) {
        assertThat(ExpressionEvaluator.evaluate(text, new Fuel(1_000_000))).isNotNull();
    }

    @Property(seed = "1")
    void givesAValueOrAFailureForAnyTextOfItsOwnAlphabet(
            @ForAll @StringLength(max = 40) @CharRange(from = '0', to = '9') @Chars({'+', '-', '*', '/', '(', ')', ' '})
                    String text) {
        assertThat(ExpressionEvaluator.evaluate(text, new Fuel(1_000_000))).isNotNull();
    }

    @Property(seed = "1")
    void agreesWithAReferenceThatNeverParses(@ForAll("expressions") Known known) {
        assertThat(evaluate(known.text)).isEqualTo(known.value.toString());
    }

    @Property(tries = 100, seed = "1")
    void givesTheSameAnswerWheneverTheFuelSuffices(@ForAll("expressions") Known known) {
        var full = new Fuel(1_000_000);
        Evaluation expected = ExpressionEvaluator.evaluate(known.text, full);
        long needed = 1_000_000 - full.left();

        assertThat(ExpressionEvaluator.evaluate(known.text, new Fuel(needed))).isEqualTo(expected);
        assertThatThrownBy(() -> ExpressionEvaluator.evaluate(known.text, new Fuel(needed - 1)))
                .isInstanceOf(FuelExhaustedException.class);
    }

    /** A text with every operation in parentheses, and its value computed while it was written. */
    record Known(String text, BigInteger value) {}

    @Provide
    Arbitrary<Known> expressions() {
        Arbitrary<Known> number =
                Arbitraries.integers().between(0, 999).map(n -> new Known(Integer.toString(n), BigInteger.valueOf(n)));
        return Arbitraries.recursive(
                () -> number,
                inner -> Combinators.combine(inner, inner, Arbitraries.of('+', '-', '*'))
                        .as((left, right, operator) -> new Known(
                                "(" + left.text + operator + right.text + ")",
                                switch (operator) {
                                    case '+' -> left.value.add(right.value);
                                    case '-' -> left.value.subtract(right.value);
                                    default -> left.value.multiply(right.value);
                                })),
                1,
                4);
    }
}
