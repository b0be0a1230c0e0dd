package io.troupe.verifier.math.grading;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.verifier.Grader;
import io.troupe.verifier.GraderProvider;
import io.troupe.verifier.Graders;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The suite of labelled pairs through the profile {@code strict}: nothing wrong is ever rewarded, hardly anything right is missed. */
class SuiteTest {

    private static final double MUST_FIND = 0.99;
    private static final GraderProvider MATH = Graders.load().get("math");
    private static final Grader STRICT = MATH.grader("strict");

    private static Verdict judge(SuitePair pair) {
        return STRICT.judge(pair.gold(), pair.prediction(), MATH.budget());
    }

    private static String line(SuitePair pair, Verdict verdict) {
        return "%s [%s] %s against %s (%s)"
                .formatted(
                        verdict.outcome(),
                        verdict.rule(),
                        pair.gold(),
                        TextWindow.last(pair.prediction(), 120),
                        pair.why());
    }

    @Test
    void isLargeAndHoldsEnoughUnequalPairs() {
        List<SuitePair> pairs = SuitePair.all();

        assertThat(pairs).hasSizeGreaterThanOrEqualTo(450).doesNotHaveDuplicates();
        assertThat(pairs).filteredOn(pair -> !pair.equal()).hasSizeGreaterThanOrEqualTo(150);
    }

    @Test
    void rewardsNoPredictionThatIsWrong() {
        List<String> rewarded = new ArrayList<>();
        for (SuitePair pair : SuitePair.all()) {
            Verdict verdict = judge(pair);
            if (!pair.equal() && (verdict.outcome() == Outcome.CORRECT || verdict.reward() != 0)) {
                rewarded.add(line(pair, verdict));
            }
        }
        assertThat(rewarded).isEmpty();
    }

    @Test
    void findsNinetyNineOfAHundredPredictionsThatAreRight() {
        List<SuitePair> right =
                SuitePair.all().stream().filter(SuitePair::equal).toList();
        List<String> missed = new ArrayList<>();
        for (SuitePair pair : right) {
            Verdict verdict = judge(pair);
            if (verdict.outcome() != Outcome.CORRECT) {
                missed.add(line(pair, verdict));
            }
        }
        missed.forEach(line -> System.out.println("missed: " + line));
        assertThat(right.size() - missed.size())
                .as("found of %d; missed: %s", right.size(), missed)
                .isGreaterThanOrEqualTo((int) Math.ceil(MUST_FIND * right.size()));
    }

    @Test
    void repeatsItsVerdicts() {
        for (SuitePair pair : SuitePair.all()) {
            assertThat(judge(pair)).isEqualTo(judge(pair));
        }
    }

    @Test
    void readsEveryGoldOfTheSuite() {
        for (SuitePair pair : SuitePair.all()) {
            assertThat(judge(pair).outcome()).as(pair.gold()).isNotEqualTo(Outcome.UNPARSABLE_GOLD);
        }
    }

    @Test
    void isUndecidedAndPaysNothingWhenTheFuelIsShort() {
        Verdict verdict = STRICT.judge("\\sqrt{5+2\\sqrt6}", "\\boxed{\\sqrt2+\\sqrt3}", 500);

        assertThat(verdict.outcome()).isEqualTo(Outcome.UNDECIDED);
        assertThat(verdict.components()).isEmpty();
    }
}
