package io.troupe.verifier.qa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.verifier.GraderProvider;
import io.troupe.verifier.Graders;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.RewardComponent;
import io.troupe.verifier.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QaGradersTest {

    private static Verdict judge(String profile, String gold, String prediction) {
        GraderProvider provider = Graders.load().get("qa");
        return provider.grader(profile).judge(gold, prediction, provider.budget());
    }

    @ParameterizedTest(name = "{0} against {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            Marie Curie                 | <answer> marie curie </answer>              | 1 | 1 | 1
            The Beatles                 | <answer>Beatles!</answer>                   | 1 | 1 | 1
            Marie Curie                 | <answer>It was Marie Curie</answer>         | 0 | 1 | 0.66666666667
            Marie Curie                 | <answer>Pierre Curie</answer>               | 0 | 0 | 0.5
            cat                         | <answer>category</answer>                   | 0 | 0 | 0
            yes                         | <answer>yes, it is</answer>                 | 0 | 1 | 0
            no                          | <answer>yes</answer>                        | 0 | 0 | 0
            yes                         | <answer>Yes.</answer>                       | 1 | 1 | 1
            ["NYC", "New York City"]    | <answer>New York City</answer>              | 1 | 1 | 1
            ["NYC", "New York City"]    | <answer>york new city</answer>              | 0 | 0 | 1
            1939-1945                   | <answer>1939–1945</answer>                  | 1 | 1 | 1
            Paris                       | <answer>Rome</answer> or <answer>Paris</answer> | 1 | 1 | 1
            Paris                       | Paris                                       | 1 | 1 | 1
            Paris                       | <think>Rome?</think> Paris                  | 1 | 1 | 1
            [redacted                   | [Redacted                                   | 1 | 1 | 1
            +                           | <answer>+</answer>                          | 1 | 1 | 1
            """)
    void scoresAsTheEvaluationScriptsOfSquadAndHotpotQaDo(
            String gold, String prediction, double exact, double contains, double f1) {
        assertThat(judge("em", gold, prediction).reward()).isEqualTo(exact);
        assertThat(judge("sub-em", gold, prediction).reward()).isEqualTo(contains);
        assertThat(judge("f1", gold, prediction).reward()).isCloseTo(f1, within(1e-9));
    }

    @Test
    void logsAllThreeScoresWhateverTheProfile() {
        assertThat(judge("em", "Marie Curie", "<answer>Curie</answer>").metrics())
                .extracting(RewardComponent::name)
                .containsExactly("em", "sub-em", "f1");
    }

    @Test
    void callsAnAnswerCorrectOnlyIfItsProfileGivesTheFullScore() {
        assertThat(judge("f1", "Marie Curie", "<answer>Curie</answer>").outcome())
                .isEqualTo(Outcome.WRONG);
        assertThat(judge("sub-em", "Curie", "<answer>Marie Curie</answer>").outcome())
                .isEqualTo(Outcome.CORRECT);
    }

    @Test
    void findsNoAnswerInReasoningWithoutABlock() {
        assertThat(judge("sub-em", "Paris", "Paris ".repeat(200)).outcome()).isEqualTo(Outcome.NO_ANSWER);
        assertThat(judge("em", "Paris", "<answer> </answer>").outcome()).isEqualTo(Outcome.NO_ANSWER);
    }

    @Test
    void refusesAGoldWithoutAnswers() {
        assertThat(judge("em", "[]", "x").outcome()).isEqualTo(Outcome.UNPARSABLE_GOLD);
        assertThat(judge("em", " ", "x").outcome()).isEqualTo(Outcome.UNPARSABLE_GOLD);
    }
}
