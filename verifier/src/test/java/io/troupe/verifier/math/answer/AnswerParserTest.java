package io.troupe.verifier.math.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.FuelExhaustedException;
import io.troupe.verifier.math.Rational;
import io.troupe.verifier.math.answer.Expression.Connective;
import io.troupe.verifier.math.answer.Expression.Interval;
import io.troupe.verifier.math.answer.Expression.Listing;
import io.troupe.verifier.math.answer.Expression.Matrix;
import io.troupe.verifier.math.answer.Expression.MixedNumber;
import io.troupe.verifier.math.answer.Expression.Num;
import io.troupe.verifier.math.answer.Expression.Quantity;
import io.troupe.verifier.math.answer.Expression.Symbol;
import io.troupe.verifier.math.answer.Expression.Text;
import io.troupe.verifier.math.answer.Expression.Tuple;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerParserTest {

    private static final long FUEL = 1_000_000;

    private static Expression parse(String text) throws AnswerSyntaxException {
        return AnswerParser.parse(text, new Fuel(FUEL)).expression();
    }

    private static Rational rational(long numerator, long denominator) {
        return new Rational(BigInteger.valueOf(numerator), BigInteger.valueOf(denominator));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "1,234,567; 1234567; 1",
                "1{,}234; 1234; 1",
                "1\\,234\\,567; 1234567; 1",
                "12 345; 12345; 1",
                "0.125; 1; 8",
                ".5; 1; 2",
                "3{,}14; 157; 50",
                "1e3; 1000; 1",
                "2.5E-1; 1; 4",
                "0.\\overline{3}; 1; 3",
                "0.1\\overline{6}; 1; 6",
                "0.\\dot{1}4285\\dot{7}; 1; 7",
                "0.(09); 1; 11",
                "0.999...; 1; 1"
            })
    void readsNumbersExactly(String text, long numerator, long denominator) throws AnswerSyntaxException {
        assertThat(parse(text))
                .isInstanceOfSatisfying(
                        Num.class, num -> assertThat(num.value()).isEqualTo(rational(numerator, denominator)));
    }

    @Test
    void remembersHowADecimalWasWritten() throws AnswerSyntaxException {
        assertThat(((Num) parse("2.50")).decimals()).isEqualTo(2);
        assertThat(((Num) parse("2.50")).written()).isEqualTo("2.50");
        assertThat(((Num) parse("250")).decimals()).isEqualTo(-1);
    }

    @Test
    void tellsMixedNumbersFromProducts() throws AnswerSyntaxException {
        assertThat(parse("2\\frac13")).isInstanceOf(MixedNumber.class);
        assertThat(parse("2 1/3")).isInstanceOf(MixedNumber.class);
        assertThat(parse("2\\frac{x}{3}")).isNotInstanceOf(MixedNumber.class);
        assertThat(parse("2\\cdot\\frac13")).isNotInstanceOf(MixedNumber.class);
    }

    @Test
    void tellsPairsFromIntervals() throws AnswerSyntaxException {
        assertThat(parse("(1,2)")).isInstanceOf(Tuple.class);
        assertThat(parse("(1,2]"))
                .isInstanceOfSatisfying(
                        Interval.class,
                        interval -> assertThat(interval.lowerClosed()).isFalse());
        assertThat(parse("]1,2[")).isInstanceOf(Interval.class);
        assertThat(parse("(1,2,3)")).isInstanceOf(Tuple.class);
    }

    @Test
    void readsWordsAsWordsAndLettersAsLetters() throws AnswerSyntaxException {
        assertThat(parse("\\text{even}")).isEqualTo(new Text("even"));
        assertThat(parse("The cat sat")).isEqualTo(new Text("The cat sat"));
        assertThat(parse("\\text{(B)}")).isEqualTo(new Symbol("B"));
        assertThat(parse("x_{12}")).isEqualTo(new Symbol("x_12"));
        assertThat(parse("f'")).isEqualTo(new Symbol("f'"));
    }

    @Test
    void joinsAnswersByWhatStandsBetweenThem() throws AnswerSyntaxException {
        assertThat(parse("1, 2")).isEqualTo(new Listing(List.of(Num.of(1), Num.of(2)), Connective.COMMA));
        assertThat(((Listing) parse("x=1 \\text{ or } x=2")).connective()).isEqualTo(Connective.OR);
        assertThat(((Listing) parse("x=1 \\text{ and } y=2")).connective()).isEqualTo(Connective.AND);
    }

    @Test
    void readsMatricesByRows() throws AnswerSyntaxException {
        assertThat(parse("\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}"))
                .isEqualTo(new Matrix(List.of(List.of(Num.of(1), Num.of(2)), List.of(Num.of(3), Num.of(4)))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"5 cm", "5\\text{ cm}", "5\\,\\mathrm{cm}", "5cm", "5 centimeters", "\\text{5 cm}"})
    void readsUnitsHoweverTheyAreWritten(String text) throws AnswerSyntaxException {
        assertThat(parse(text))
                .isInstanceOfSatisfying(
                        Quantity.class,
                        quantity -> assertThat(quantity.unit().factor()).isEqualTo(rational(1, 100)));
    }

    @Test
    void saysWhatIsWrongAndWhere() {
        assertThatThrownBy(() -> parse("\\frac{1}{2")).hasMessage("expected '}' but found the end at character 10");
        assertThatThrownBy(() -> parse("1+")).hasMessage("the answer ends too early at character 2");
        assertThatThrownBy(() -> parse("")).hasMessage("no answer at character 0");
        assertThatThrownBy(() -> parse("5 6")).hasMessage("two numbers side by side at character 2");
        assertThatThrownBy(() -> parse("19_7")).hasMessageContaining("digits that base 7 doesn't have");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "(",
                "[",
                "\\sqrt",
                "-",
                "|",
                "x^",
                "\\frac",
                "\\{",
                "\\text{",
                "\\left(",
                "f(",
                "\\sin ",
                "\\pm",
                "1/",
                "1+(",
                "\\begin{pmatrix}",
                "\\cup",
                "x=",
                ","
            })
    void refusesDeepNestingQuickly(String piece) {
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            for (int times : new int[] {200, 3_000, 100_000}) {
                String text = piece.repeat(times);
                assertThatThrownBy(() -> AnswerParser.parse(text, new Fuel(10_000_000)))
                        .isInstanceOf(AnswerSyntaxException.class);
            }
        });
    }

    @Test
    void paysForLongTextsWithFuel() {
        String text = "1+".repeat(5_000_000);
        assertThatThrownBy(() -> AnswerParser.parse(text, new Fuel(FUEL))).isInstanceOf(FuelExhaustedException.class);
    }
}
