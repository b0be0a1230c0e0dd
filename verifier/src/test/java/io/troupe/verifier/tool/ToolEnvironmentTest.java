package io.troupe.verifier.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.troupe.verifier.Message;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.RewardComponent;
import io.troupe.verifier.Split;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.Task;
import io.troupe.verifier.Verdict;
import io.troupe.verifier.math.WholeNumber;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ToolEnvironmentTest {

    private static final Task TASK =
            new Task("some/family", "t", Split.TRAIN, 1, 0, 1, List.of(Message.user("How many moons?")), "2");

    /** Doubles a number; refuses negative ones; is broken for 13. */
    private static final class Doubler implements Tool {
        @Override
        public ToolSpec spec() {
            return new ToolSpec(
                    "double",
                    "Doubles.",
                    "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"},\"unit\":{\"enum\":[\"m\",\"s\"]}},"
                            + "\"required\":[\"n\"],\"additionalProperties\":false}");
        }

        @Override
        public ToolResult call(Map<String, @Nullable Object> arguments, Duration deadline) {
            int n = ((Number) arguments.get("n")).intValue();
            if (n == 13) {
                throw new IllegalStateException("the tool is broken");
            }
            return n < 0 ? ToolResult.error("too cold") : ToolResult.of("8".repeat(n));
        }
    }

    private final ToolEnvironment environment = new ToolEnvironment(
            new ToolEnvironment.Settings(
                    "some/family",
                    ToolFormat.HERMES.calls(),
                    4,
                    3,
                    new ToolLimits(Duration.ofSeconds(1), 10, ToolLimits.Cut.MIDDLE),
                    100_000),
            Toolbox.of(List.of(new Doubler())),
            (task, tools) -> List.of(
                    Message.system(ToolFormat.HERMES.calls().describe(tools)),
                    task.prompt().get(0)),
            (task, answer, fuel) -> WholeNumber.judge(answer, task.gold(), fuel),
            ToolEnvironment.rewardingTheAnswer());

    @BeforeEach
    void open() {
        environment.reset(TASK, 1);
    }

    private static String call(String arguments) {
        return "<tool_call>{\"name\":\"double\",\"arguments\":" + arguments + "}</tool_call>";
    }

    private List<String> observations(String action) {
        StepResult result = environment.step(action);
        assertThat(result).isInstanceOf(StepResult.Continue.class);
        return ((StepResult.Continue) result)
                .observation().stream().map(Message::content).toList();
    }

    private Verdict verdict(String action) {
        StepResult result = environment.step(action);
        assertThat(result).isInstanceOf(StepResult.Done.class);
        return ((StepResult.Done) result).verdict();
    }

    private static double metric(Verdict verdict, String name) {
        return verdict.metrics().stream()
                .filter(metric -> metric.name().equals(name))
                .mapToDouble(RewardComponent::value)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void tellsThePolicyWhichToolsThereAre() {
        assertThat(environment.reset(TASK, 1).get(0).content()).contains("\"name\": \"double\"");
    }

    @Test
    void runsTheCallsOfATurnInTheirOrderAndJudgesTheAnswer() {
        assertThat(observations(call("{\"n\":1}") + call("{\"n\":2}"))).containsExactly("8", "88");

        Verdict verdict = verdict("so <answer>2</answer>");

        assertThat(verdict.outcome()).isEqualTo(Outcome.CORRECT);
        assertThat(verdict.components()).containsExactly(new RewardComponent("answer", 1));
        assertThat(metric(verdict, "tool-calls")).isEqualTo(2);
        assertThat(metric(verdict, "invalid-calls")).isZero();
    }

    @Test
    void cutsWhatAToolSaysToItsLimit() {
        assertThat(observations(call("{\"n\":11}"))).containsExactly("88888…88888");
    }

    @Test
    void tellsThePolicyWhatItDidWrongAndCountsIt() {
        assertThat(observations("<tool_call>{\"name\":\"triple\"}</tool_call><tool_call>{</tool_call>" + call("{}")))
                .satisfiesExactly(
                        first -> assertThat(first).isEqualTo("error: there is no tool 'triple'; tools: double"),
                        second -> assertThat(second).startsWith("error: the tool call could not be read"),
                        third -> assertThat(third).isEqualTo("error: the argument 'n' is missing; arguments: n, unit"));
        assertThat(observations(call("{\"n\":\"two\"}")
                        + call("{\"n\":1,\"m\":1}")
                        + call("{\"n\":1,\"unit\":\"kg\"}")
                        + call("{\"n\":-1}")))
                .containsExactly(
                        "error: the argument 'n' must be of the type integer",
                        "error: there is no argument 'm'; arguments: n, unit",
                        "error: the argument 'unit' must be one of [\"m\",\"s\"]",
                        "error: too cold");

        Verdict verdict = verdict("<answer>3</answer>");

        assertThat(verdict.outcome()).isEqualTo(Outcome.WRONG);
        assertThat(metric(verdict, "invalid-calls")).isEqualTo(6);
        assertThat(metric(verdict, "tool-errors")).isEqualTo(1);
        assertThat(metric(verdict, "tool-calls")).isEqualTo(1);
    }

    @Test
    void refusesCallsBeyondTheLimitWithOneMessage() {
        assertThat(observations(call("{\"n\":1}").repeat(5)))
                .containsExactly("8", "8", "8", "error: no more than 3 calls are allowed; give the answer");
    }

    @Test
    void isNotAnsweredFromInsideACall() {
        assertThat(observations(call("{\"n\":1,\"x\":\"<answer>2</answer>\"}"))).hasSize(1);
    }

    @Test
    void endsAtATurnWithNeitherCallNorAnswerAndAtTheLastTurn() {
        assertThat(verdict("hm").rule()).contains("neither");
        environment.reset(TASK, 1);
        for (int turn = 1; turn < 4; turn++) {
            observations(call("{\"n\":1}"));
        }
        Verdict verdict = verdict(call("{\"n\":1}"));
        assertThat(verdict.outcome()).isEqualTo(Outcome.NO_ANSWER);
        assertThat(verdict.rule()).contains("4 turns");
        assertThatIllegalStateException().isThrownBy(() -> environment.step("late"));
    }

    @Test
    void letsTheFailureOfAToolBeAFailureOfTheEnvironment() {
        assertThatIllegalStateException()
                .isThrownBy(() -> environment.step(call("{\"n\":13}")))
                .withMessage("the tool is broken");
    }

    @Test
    void leavesATurnUndecidedThatIsLongerThanItsFuel() {
        assertThat(verdict("x".repeat(100_001)).outcome()).isEqualTo(Outcome.UNDECIDED);
    }

    @Test
    void keepsWholeCharactersWhenItCuts() {
        var limits = new ToolLimits(Duration.ofSeconds(1), 3, ToolLimits.Cut.END);
        assertThat(limits.shorten("ab😀c")).isEqualTo("ab…");
        assertThat(new ToolLimits(Duration.ofSeconds(1), 2, ToolLimits.Cut.START).shorten("ab😀c"))
                .isEqualTo("…c");
    }
}
