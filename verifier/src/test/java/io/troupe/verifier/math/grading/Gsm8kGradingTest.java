package io.troupe.verifier.math.grading;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.verifier.GraderProvider;
import io.troupe.verifier.Graders;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Gsm8kGradingTest {

    private static Verdict judge(String profile, String gold, String prediction) {
        GraderProvider provider = Graders.load().get("gsm8k");
        return provider.grader(profile)
                .judge(gold.replace("\\n", "\n"), prediction.replace("\\n", "\n"), provider.budget());
    }

    @ParameterizedTest(name = "{0} against {1}")
    @CsvSource(delimiter = '|', textBlock = """
            18                          | She has 9*2.\\n#### 18        | CORRECT
            9 * 2 = <<9*2=18>>18\\n#### 18 | #### 18                    | CORRECT
            18                          | #### 18.00                    | CORRECT
            18                          | ####18                        | CORRECT
            18                          | #### $18                      | CORRECT
            18                          | #### 18 apples.               | CORRECT
            1,080                       | #### 1080                     | CORRECT
            1080                        | #### 1,080.                   | CORRECT
            0.5                         | #### .5                       | CORRECT
            -5                          | #### −5                       | CORRECT
            18                          | #### 19                       | WRONG
            18                          | #### 1 8                      | WRONG
            18                          | #### 18 or 19                 | WRONG
            1080                        | #### 10,80                    | UNPARSABLE_ANSWER
            18                          | #### 18\\n#### 19             | WRONG
            18                          | #### eighteen                 | UNPARSABLE_ANSWER
            18                          | ####                          | NO_ANSWER
            18                          | The answer is 18.             | NO_ANSWER
            eighteen                    | #### 18                       | UNPARSABLE_GOLD
            """)
    void readsTheNumberAfterTheMarkByItsValue(String gold, String prediction, Outcome outcome) {
        assertThat(judge("strict", gold, prediction).outcome()).isEqualTo(outcome);
    }

    @Test
    void readsTheLastNumberInTheFlexibleProfile() {
        assertThat(judge("flexible", "18", "9 eggs at $2 make $18.").outcome()).isEqualTo(Outcome.CORRECT);
        assertThat(judge("flexible", "18", "9 eggs at $2").extracted()).isEqualTo("2");
        assertThat(judge("flexible", "18", "none").outcome()).isEqualTo(Outcome.NO_ANSWER);
    }
}
