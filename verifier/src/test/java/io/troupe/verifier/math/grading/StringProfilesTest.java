package io.troupe.verifier.math.grading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.verifier.GraderProvider;
import io.troupe.verifier.Graders;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The profiles that compare spellings, with the peers' rewards and the peers' mistakes. */
class StringProfilesTest {

    private static Verdict judge(String profile, String gold, String prediction) {
        GraderProvider provider = Graders.load().get("math");
        return provider.grader(profile).judge(gold, prediction.replace("\\n", "\n"), provider.budget());
    }

    @ParameterizedTest(name = "{0} against {1}")
    @CsvSource(delimiter = '|', textBlock = """
            \\frac{1}{2}   | so \\boxed{\\dfrac12}            | CORRECT
            \\frac{1}{2}   | so \\boxed{0.5}                  | CORRECT
            \\frac{1}{2}   | so \\boxed{1/2}                  | CORRECT
            \\frac{1}{2}   | so \\boxed{\\frac24}             | WRONG
            \\sqrt{3}      | so \\boxed{\\sqrt3}              | CORRECT
            5              | so \\boxed{x=5}                  | CORRECT
            5              | so \\boxed{5\\text{ cm}}         | CORRECT
            90             | so \\boxed{90^\\circ}            | CORRECT
            12             | so \\boxed{12\\%}               | CORRECT
            \\boxed{7}     | first \\boxed{6} then \\boxed{7} | CORRECT
            7              | first \\fbox{7}                  | CORRECT
            7              | so \\boxed{\\frac}               | WRONG
            7              | the answer is 7                  | NO_ANSWER
            (1,2]          | so \\boxed{\\left(1, 2\\right]}  | CORRECT
            .5             | so \\boxed{0.5}                  | CORRECT
            ' '            | so \\boxed{0.5}                  | UNPARSABLE_GOLD
            """)
    void comparesTheLastBoxAsMathsGradersDo(String gold, String prediction, Outcome outcome) {
        Verdict verdict = judge("hendrycks", gold.replace("\\\\", "\\"), prediction.replace("\\\\", "\\"));

        assertThat(verdict.outcome()).isEqualTo(outcome);
        assertThat(verdict.reward()).isEqualTo(outcome == Outcome.CORRECT ? 1 : 0);
    }

    @ParameterizedTest(name = "{0} against {1}")
    @CsvSource(delimiter = '|', textBlock = """
            34             | Answer: 34                    | CORRECT
            34             | so\\nANSWER :  $34$           | CORRECT
            34             | Answer: 33\\nAnswer: 34       | CORRECT
            34             | Answer: x = 34 square units   | CORRECT
            1234           | Answer: 1,234                 | CORRECT
            \\frac{1}{2}   | Answer: \\frac12              | CORRECT
            \\frac{1}{2}   | Answer: 0.5                   | WRONG
            5 km           | Answer: 5 cm                  | CORRECT
            34             | Answer: \\boxed{34}           | CORRECT
            34             | \\boxed{34}                   | NO_ANSWER
            34             | Answer:                       | NO_ANSWER
            """)
    void comparesWhatFollowsAnswerAsMinervaAndDapoDo(String gold, String prediction, Outcome outcome) {
        Verdict verdict = judge("minerva", gold, prediction);

        assertThat(verdict.outcome()).isEqualTo(outcome);
        assertThat(verdict.reward()).isEqualTo(outcome == Outcome.CORRECT ? 1 : -1);
    }

    @Test
    void looksOnlyAtTheEndWhereThePeersDo() {
        String tail = " ".repeat(300);

        assertThat(judge("minerva", "3", "Answer: 3" + tail).outcome()).isEqualTo(Outcome.NO_ANSWER);
        assertThat(judge("gsm8k", "3", "#### 3" + tail).outcome()).isEqualTo(Outcome.NO_ANSWER);
        assertThat(judge("hendrycks", "3", "\\boxed{3}" + tail).outcome()).isEqualTo(Outcome.CORRECT);
    }

    @ParameterizedTest(name = "{0} against {1}")
    @CsvSource(delimiter = '|', textBlock = """
            18      | #### 18            | CORRECT
            1,800   | #### 1800          | CORRECT
            1800    | #### 1,800         | CORRECT
            18      | #### 18.0          | WRONG
            18      | #### $18           | NO_ANSWER
            18      | #### 17\\n#### 18  | CORRECT
            18      | 18                 | NO_ANSWER
            -3      | #### -3            | CORRECT
            none    | #### -3            | UNPARSABLE_GOLD
            """)
    void comparesDigitsAfterTheMarkAsVerlDoes(String gold, String prediction, Outcome outcome) {
        assertThat(judge("gsm8k", gold, prediction).outcome()).isEqualTo(outcome);
    }

    @Test
    void namesTheKnownProfilesWhenAnUnknownOneIsAskedFor() {
        assertThatThrownBy(() -> judge("lenient", "1", "1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("lenient", "strict, math-verify, hendrycks, minerva, gsm8k");
    }
}
