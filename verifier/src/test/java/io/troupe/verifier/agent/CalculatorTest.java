package io.troupe.verifier.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.verifier.Environment;
import io.troupe.verifier.Message;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Split;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.TaskFamilyConformance;
import io.troupe.verifier.Verdict;
import java.util.List;
import net.jqwik.api.Example;

class CalculatorTest extends TaskFamilyConformance {

    private static final Task TASK = new Task(
            "agent/calculator",
            "by hand",
            Split.TRAIN,
            1,
            0,
            1,
            List.of(Message.system("."), Message.user("What is 384*27?")),
            "10368");

    private final Calculator family = new Calculator();

    @Override
    protected TaskFamily family() {
        return family;
    }

    @Override
    protected String content(Task task) {
        String question = task.prompt().get(1).content();
        return question.substring("What is ".length(), question.length() - 1);
    }

    private Environment opened() {
        Environment environment = family.open();
        environment.reset(TASK, 1);
        return environment;
    }

    private static String observation(StepResult result) {
        assertThat(result).isInstanceOf(StepResult.Continue.class);
        List<Message> messages = ((StepResult.Continue) result).observation();
        assertThat(messages)
                .singleElement()
                .satisfies(message -> assertThat(message.role()).isEqualTo(Message.TOOL));
        return messages.get(0).content();
    }

    private static Verdict verdict(StepResult result) {
        assertThat(result).isInstanceOf(StepResult.Done.class);
        return ((StepResult.Done) result).verdict();
    }

    @Example
    void answersACallAndJudgesTheAnswer() {
        try (Environment environment = opened()) {
            assertThat(observation(environment.step("<call>384*27</call>"))).isEqualTo("10368");
            Verdict verdict = verdict(environment.step("<answer>10368</answer>"));
            assertThat(verdict.outcome()).isEqualTo(Outcome.CORRECT);
            assertThat(verdict.reward()).isEqualTo(1);
        }
    }

    @Example
    void tellsThePolicyWhatIsWrongWithACallAndGoesOn() {
        try (Environment environment = opened()) {
            assertThat(observation(environment.step("<call>384**27</call>"))).isEqualTo("error: unexpected '*'");
            assertThat(observation(environment.step("<call>384*27"))).isEqualTo("error: <call> without </call>");
            assertThat(observation(environment.step("<call></call>"))).isEqualTo("error: nothing to compute");
            assertThat(verdict(environment.step("<answer>10368</answer>")).outcome())
                    .isEqualTo(Outcome.CORRECT);
        }
    }

    @Example
    void keepsItsObservationsShort() {
        try (Environment environment = opened()) {
            assertThat(observation(environment.step("<call>" + "9".repeat(101) + "</call>")))
                    .isEqualTo("error: the value is too long");
            assertThat(observation(environment.step("<call>" + "9".repeat(5_000) + "</call>")))
                    .isEqualTo("error: the expression is too big");
        }
    }

    @Example
    void endsWithoutAnAnswerAfterATurnThatDoesNothing() {
        try (Environment environment = opened()) {
            Verdict verdict = verdict(environment.step("Let me think."));
            assertThat(verdict.outcome()).isEqualTo(Outcome.NO_ANSWER);
            assertThat(verdict.reward()).isZero();
        }
    }

    @Example
    void endsWithoutAnAnswerAfterFourTurnsOfCalls() {
        try (Environment environment = opened()) {
            for (int turn = 1; turn <= 3; turn++) {
                assertThat(observation(environment.step("<call>1+1</call>"))).isEqualTo("2");
            }
            assertThat(verdict(environment.step("<call>1+1</call>")).outcome()).isEqualTo(Outcome.NO_ANSWER);
        }
    }

    @Example
    void countsTurnsAnewForEveryEpisode() {
        try (Environment environment = opened()) {
            for (int episode = 0; episode < 3; episode++) {
                environment.reset(TASK, 1);
                observation(environment.step("<call>1+1</call>"));
                observation(environment.step("<call>1+1</call>"));
            }
        }
    }

    @Example
    void takesAnAnswerBeforeACallOfTheSameTurn() {
        try (Environment environment = opened()) {
            assertThat(verdict(environment.step("<call>384*27</call><answer>10368</answer>"))
                            .outcome())
                    .isEqualTo(Outcome.CORRECT);
        }
    }

    @Example
    void performsTheLastOfSeveralCalls() {
        try (Environment environment = opened()) {
            assertThat(observation(environment.step("<call>1+1</call> or <call>2+2</call>")))
                    .isEqualTo("4");
        }
    }
}
