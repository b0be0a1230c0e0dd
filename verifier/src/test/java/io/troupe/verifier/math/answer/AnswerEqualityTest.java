package io.troupe.verifier.math.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.verifier.Fuel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

class AnswerEqualityTest {

    private static final long FUEL = 1_000_000;

    static Decision decide(String gold, String prediction, Policies policies) {
        try {
            return AnswerEquality.decide(
                    AnswerParser.parse(gold, new Fuel(FUEL)),
                    AnswerParser.parse(prediction, new Fuel(FUEL)),
                    policies,
                    new Fuel(FUEL));
        } catch (AnswerSyntaxException e) {
            throw new AssertionError(gold + " or " + prediction + " can't be read: " + e.getMessage(), e);
        }
    }

    private static Decision.Result strictly(String gold, String prediction) {
        return decide(gold, prediction, Policies.strict()).result();
    }

    private static List<String[]> pairs() {
        try (InputStream in = AnswerEqualityTest.class.getResourceAsStream("pairs.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split(" \\|\\|\\| "))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void decidesEveryListedPairAsListed() {
        var softly = new SoftAssertions();
        for (String[] pair : pairs()) {
            Decision decision = decide(pair[1], pair[2], Policies.strict());
            softly.assertThat(decision.result().name().toLowerCase(Locale.ROOT))
                    .as("%s against %s, decided by %s", pair[1], pair[2], decision.rule())
                    .isEqualTo(pair[0]);
        }
        softly.assertAll();
    }

    @Test
    void findsEveryListedAnswerEqualToItself() {
        var softly = new SoftAssertions();
        Policies lenient = Policies.strict().withEvaluated(Policies.Evaluated.LENIENT);
        for (String[] pair : pairs()) {
            softly.assertThat(decide(pair[1], pair[1], lenient).result())
                    .as(pair[1])
                    .isEqualTo(Decision.Result.EQUAL);
            softly.assertThat(decide(pair[2], pair[2], lenient).result())
                    .as(pair[2])
                    .isEqualTo(Decision.Result.EQUAL);
        }
        softly.assertAll();
    }

    @Test
    void repeatsItsVerdictsWithTheSameRule() {
        for (String[] pair : pairs()) {
            Decision first = decide(pair[1], pair[2], Policies.strict());
            assertThat(decide(pair[1], pair[2], Policies.strict())).isEqualTo(first);
        }
    }

    @Test
    void roundsOnlyWherePoliciesAllow() {
        Policies digits = Policies.strict().withRounding(Policies.Rounding.SIGNIFICANT_DIGITS, 0);
        assertThat(decide("\\pi", "3.14", digits).result()).isEqualTo(Decision.Result.EQUAL);
        assertThat(decide("\\pi", "3.15", digits).result()).isEqualTo(Decision.Result.DIFFERENT);
        assertThat(decide("\\frac13", "0.3", digits).result()).isEqualTo(Decision.Result.DIFFERENT);
        Policies places = Policies.strict().withRounding(Policies.Rounding.DECIMALS, 6);
        assertThat(decide("\\frac13", "0.3333333", places).result()).isEqualTo(Decision.Result.EQUAL);
        assertThat(decide("\\frac13", "0.33333", places).result()).isEqualTo(Decision.Result.DIFFERENT);
        assertThat(strictly("\\pi", "3.14")).isEqualTo(Decision.Result.DIFFERENT);
    }

    @Test
    void treatsUnitsAsThePoliciesSay() {
        Policies strict = Policies.strict();
        assertThat(decide("5\\text{ m}", "500\\text{ cm}", strict.withUnits(Policies.Units.STRICT))
                        .result())
                .isEqualTo(Decision.Result.DIFFERENT);
        assertThat(decide("5\\text{ m}", "5", strict.withUnits(Policies.Units.CONVERT))
                        .result())
                .isEqualTo(Decision.Result.DIFFERENT);
        assertThat(decide("5\\text{ m}", "5 cm", strict.withUnits(Policies.Units.IGNORE))
                        .result())
                .isEqualTo(Decision.Result.EQUAL);
        assertThat(decide("90^\\circ", "90", strict.withBareDegrees(true)).result())
                .isEqualTo(Decision.Result.EQUAL);
    }

    @Test
    void readsPercentAndBasesAsThePoliciesSay() {
        Policies strict = Policies.strict();
        assertThat(decide("28\\%", "28", strict.withPercent(Policies.PercentReading.LENIENT))
                        .result())
                .isEqualTo(Decision.Result.EQUAL);
        assertThat(decide("12_7", "12", strict.withBaseSubscripts(Policies.BaseSubscripts.OPTIONAL))
                        .result())
                .isEqualTo(Decision.Result.EQUAL);
    }

    @Test
    void turnsUnfinishedComputationsAwayWhereThePoliciesSay() {
        Policies strict = Policies.strict();
        assertThat(decide("7", "3+4", strict.withEvaluated(Policies.Evaluated.LENIENT))
                        .result())
                .isEqualTo(Decision.Result.EQUAL);
        assertThat(strictly("42", "6\\cdot7")).isEqualTo(Decision.Result.DIFFERENT);
        assertThat(strictly("5000", "5\\cdot10^3")).isEqualTo(Decision.Result.EQUAL);
        assertThat(strictly("5040", "7!")).isEqualTo(Decision.Result.EQUAL);
        assertThat(strictly("\\frac12", "\\frac24")).isEqualTo(Decision.Result.EQUAL);
        assertThat(decide("\\frac12", "\\frac24", strict.withEvaluated(Policies.Evaluated.LOWEST_TERMS))
                        .result())
                .isEqualTo(Decision.Result.DIFFERENT);
    }

    @Test
    void comparesListsTuplesAndIntervalsAsThePoliciesSay() {
        Policies strict = Policies.strict();
        assertThat(decide("(1,2)", "\\{2,1\\}", strict.withTupleMatchesSet(true))
                        .result())
                .isEqualTo(Decision.Result.EQUAL);
        assertThat(strictly("(1,2)", "\\{1,2\\}")).isEqualTo(Decision.Result.DIFFERENT);
        assertThat(strictly("[1,2]", "(1,2)")).isEqualTo(Decision.Result.DIFFERENT);
        assertThat(decide("X+1", "x+1", strict.withCaseInsensitiveSymbols(true)).result())
                .isEqualTo(Decision.Result.EQUAL);
        assertThat(strictly("X+1", "x+1")).isEqualTo(Decision.Result.DIFFERENT);
    }

    @Test
    void isUndecidedWhenTheFuelRunsOut() throws AnswerSyntaxException {
        Answer gold = AnswerParser.parse("\\cos\\frac{\\pi}{12}", new Fuel(FUEL));
        Answer prediction = AnswerParser.parse("\\frac{\\sqrt6+\\sqrt2}{4}", new Fuel(FUEL));
        Decision decision = AnswerEquality.decide(gold, prediction, Policies.strict(), new Fuel(50));
        assertThat(decision).isEqualTo(new Decision(Decision.Result.UNDECIDED, "out of fuel"));
    }
}
