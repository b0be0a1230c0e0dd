package io.troupe.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class GradersTest {

    @Test
    void findsTheGradersOfThisModule() {
        assertThat(Graders.load().all())
                .extracting(GraderProvider::id)
                .contains("gsm8k", "logic/knights-and-knaves", "math", "math/arithmetic", "qa");
    }

    @Test
    void makesAGraderForEveryProfileAndRefusesOthers() {
        for (GraderProvider provider : Graders.load().all()) {
            for (String profile : provider.profiles()) {
                Verdict verdict = provider.grader(profile).judge("", "", provider.budget());
                assertThat(verdict.outcome()).as(provider.id() + " " + profile).isNotEqualTo(Outcome.CORRECT);
            }
            assertThatThrownBy(() -> provider.grader("no such profile"))
                    .as(provider.id())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(provider.profiles().get(0));
        }
    }

    @Test
    void judgesAFamilysTextsAsItsEnvironmentDoes() {
        Grader arithmetic = Graders.load().get("math/arithmetic").grader("strict");
        assertThat(arithmetic.judge("42", "<answer>42</answer>", 1_000).outcome())
                .isEqualTo(Outcome.CORRECT);

        String gold = "(1) Zoey is a knight\n(2) Oliver is a knave";
        String denied = "<think></think><answer>not: Zoey is a knight and Oliver is a knave</answer>";
        GraderProvider knights = Graders.load().get("logic/knights-and-knaves");
        assertThat(knights.grader("strict")
                        .judge(gold, denied, knights.budget())
                        .reward())
                .isEqualTo(-1);
        assertThat(knights.grader("logic-rl")
                        .judge(gold, denied, knights.budget())
                        .reward())
                .isEqualTo(3);
    }
}
