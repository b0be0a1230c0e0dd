package io.troupe.verifier.math.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.troupe.verifier.Fuel;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers with hundreds of millions of zeros, which a library of functions may write out one by one. */
class FarFromOneTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    /** Values whose error is larger than themselves are known to be nothing. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\arctan(947!c)",
                "\\arctan\\c947!2tan\\frac1c12",
                "\\sqrt{10^{600}+1}-10^{300}",
                "\\sqrt{10^{600}+x^2}-10^{300}",
                "\\ln(e^{700}+\\sqrt{2})-700",
                "\\sqrt{4+e^{900}}-\\sqrt{e^{900}}"
            })
    void areNotEqualToWhateverTheyAreComparedWith(String answer) throws AnswerSyntaxException {
        for (String other : new String[] {"7", "xy", "-\\frac{1}{3}", "\\sqrt{2}"}) {
            Answer gold = AnswerParser.parse(other, new Fuel(1_000_000));
            Answer prediction = AnswerParser.parse(answer, new Fuel(1_000_000));
            assertThat(AnswerEquality.decide(gold, prediction, Policies.strict(), new Fuel(2_000_000))
                            .result())
                    .as("%s and %s", other, answer)
                    .isNotEqualTo(Decision.Result.EQUAL);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "e^{9^{-9^9}}",
                "\\sin(9^{-9^9})",
                "\\arctan(9^{9^9})",
                "\\arctan(9^{-9^9})",
                "\\sqrt{9^{-9^9}}",
                "\\sqrt{9^{9^9}}",
                "\\ln(9^{-9^9})",
                "\\lfloor 9^{-9^9}\\rfloor",
                "\\lfloor 2+9^{-9^9}\\rfloor",
                "\\frac{1}{1+9^{-9^9}}",
                "x<9^{-9^9}",
                "\\ln(1+i9^{-9^9})",
                "9^{-9^9}+0.5",
                "|9^{9^9}+i|",
                "(9^{-9^9},9^{9^9})"
            })
    void areComparedWithoutWritingThemOut(String answer) {
        Policies rounded = Policies.strict().withRounding(Policies.Rounding.DECIMALS, 6);
        assertTimeoutPreemptively(SOON, () -> {
            Answer gold = AnswerParser.parse(answer, new Fuel(1_000_000));
            Answer other = AnswerParser.parse("0.123", new Fuel(1_000_000));
            Decision decision = AnswerEquality.decide(gold, other, rounded, new Fuel(2_000_000));
            assertThat(decision.result()).isNotEqualTo(Decision.Result.EQUAL);
            AnswerEquality.decide(other, gold, Policies.strict(), new Fuel(2_000_000));
        });
    }
}
