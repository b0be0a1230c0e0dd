package io.troupe.verifier.math.grading;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.GraderProvider;
import io.troupe.verifier.Graders;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerExtractionTest {

    private static List<Candidate> candidates(String text) {
        return AnswerExtraction.candidates(text, new Fuel(10_000_000));
    }

    private static Verdict judge(String gold, String prediction) {
        GraderProvider math = Graders.load().get("math");
        return math.grader("strict").judge(gold, prediction, math.budget());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            The final answer is $5$. I hope it is correct.     | HOPE         | $5$
            \\boxed{3} is the answer: 4                        | BOX          | 3
            so \\boxed{\\frac{1}{2}} it is                     | BOX          | \\frac{1}{2}
            so \\boxed{6} then \\boxed{5}                      | BOX          | 5
            \\boxed{1} and \\boxed{2}                          | BOX          | 1, 2
            \\boxed{1}, \\boxed{2}                             | BOX          | 1, 2
            <answer> 5 </answer>                               | TAG          | 5
            <answer>4</answer> no, <answer>5</answer>          | TAG          | 5
            <answer>so \\boxed{5}</answer>                     | BOX          | 5
            <think>\\boxed{4}</think> \\boxed{5}               | BOX          | 5
            so #### 5                                          | HASHES       | 5
            The final answer is 5                              | FINAL_ANSWER | 5
            Answer: 5                                          | ANSWER_COLON | 5
            The answer is 5.                                   | ANSWER_IS    | 5
            The answer to $1+1=x$ is $2$                       | ANSWER_IS    | $2$
            The answer is $1$ or $2$.                          | ANSWER_IS    | $1$ or $2$
            The answer is 3.5, because 7/2 = 3.5               | ANSWER_IS    | 3.5
            1/2                                                | WHOLE        | 1/2
            The area of the square is $4$.                     | CONCLUSION   | $4$
            """)
    void takesTheSurestPlaceAndOfThoseTheLast(String text, Anchor anchor, String answer) {
        assertThat(candidates(text.replace("\\\\", "\\")))
                .first()
                .isEqualTo(new Candidate(answer.replace("\\\\", "\\"), anchor));
    }

    @Test
    void listsFormulasExpressionsAndNumbersAfterTheAnchoredPlaces() {
        assertThat(candidates("First $a=1$. Then $b=2$, that is 3+4 of 70."))
                .extracting(Candidate::text)
                .containsSubsequence("$b=2$", "$a=1$", "3+4", "70");
    }

    @Test
    void leavesAnUnclosedBoxAlone() {
        assertThat(candidates("\\boxed{4} and so \\boxed{5")).first().isEqualTo(new Candidate("4", Anchor.BOX));
    }

    @Test
    void looksAtTheEndOfALongText() {
        String noise = "\\boxed{1} and so on. ".repeat(1_000_000);

        assertThat(judge("2", noise + "\\boxed{2}").outcome()).isEqualTo(Outcome.CORRECT);
    }

    @Test
    void saysWhetherAnAnswerIsMissingWrongOrUnreadable() {
        assertThat(judge("5", "I do not know.").outcome()).isEqualTo(Outcome.NO_ANSWER);
        assertThat(judge("5", "\\boxed{}").outcome()).isEqualTo(Outcome.NO_ANSWER);
        assertThat(judge("5", "\\boxed{6}").outcome()).isEqualTo(Outcome.WRONG);
        assertThat(judge("5", "\\boxed{5^{}}").outcome()).isEqualTo(Outcome.UNPARSABLE_ANSWER);
        assertThat(judge("\\frac{1}{", "\\boxed{6}").outcome()).isEqualTo(Outcome.UNPARSABLE_GOLD);
        assertThat(judge(" ", "\\boxed{6}").outcome()).isEqualTo(Outcome.UNPARSABLE_GOLD);
    }

    @Test
    void namesTheAnswerAndTheRuleInTheVerdict() {
        Verdict verdict = judge("\\frac{1}{2}", "Therefore it is \\boxed{0.5}.");

        assertThat(verdict.extracted()).isEqualTo("0.5");
        assertThat(verdict.rule()).startsWith("the last \\boxed{}: ");
        assertThat(verdict.reward()).isEqualTo(1);
    }

    @Test
    void takesAnAnswerThatCannotBeReadOnlyIfItIsTheGoldsText() {
        String unreadable = "\\boxed{\\oint_{}^{}}";

        assertThat(judge("\\oint_{}^{}", unreadable).outcome()).isEqualTo(Outcome.CORRECT);
        assertThat(judge("\\oint_{}^{}", "\\boxed{5}").outcome()).isEqualTo(Outcome.UNPARSABLE_GOLD);
    }
}
