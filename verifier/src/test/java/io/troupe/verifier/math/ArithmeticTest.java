package io.troupe.verifier.math;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.verifier.Demonstrator.Quality;
import io.troupe.verifier.Environment;
import io.troupe.verifier.Fuel;
import io.troupe.verifier.Message;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Split;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.TaskFamilyConformance;
import io.troupe.verifier.Verdict;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.Example;

class ArithmeticTest extends TaskFamilyConformance {

    private final Arithmetic family = new Arithmetic();

    @Override
    protected TaskFamily family() {
        return family;
    }

    @Override
    protected String content(Task task) {
        String question = task.prompt().get(1).content();
        return question.substring("What is ".length(), question.length() - 1);
    }

    private static Task asking(String expression, String gold) {
        return new Task(
                "math/arithmetic",
                "by hand",
                Split.TRAIN,
                1,
                0,
                1,
                List.of(Message.system("."), Message.user("What is " + expression + "?")),
                gold);
    }

    private Verdict judge(String action, String gold) {
        try (Environment environment = family.open()) {
            environment.reset(asking("1+1+1", gold), 1);
            return ((StepResult.Done) environment.step(action)).verdict();
        }
    }

    @Example
    void rewardsTheRightNumberOnly() {
        assertThat(judge("<answer>32</answer>", "32").reward()).isEqualTo(1);
        assertThat(judge("<answer> +32 </answer>", "32").reward()).isEqualTo(1);
        assertThat(judge("<answer>1,032</answer>", "1032").reward()).isEqualTo(1);
        assertThat(judge("<answer>−5</answer>", "-5").reward()).isEqualTo(1);
        assertThat(judge("<answer>31</answer>", "32").outcome()).isEqualTo(Outcome.WRONG);
        assertThat(judge("<answer>31</answer>", "32").reward()).isZero();
    }

    @Example
    void countsTheLastAnswer() {
        assertThat(judge("<answer>31</answer> no, <answer>32</answer>", "32").outcome())
                .isEqualTo(Outcome.CORRECT);
        assertThat(judge("<answer>32</answer> no, <answer>31</answer>", "32").outcome())
                .isEqualTo(Outcome.WRONG);
    }

    @Example
    void tellsNoAnswerFromOneThatCannotBeRead() {
        assertThat(judge("32", "32").outcome()).isEqualTo(Outcome.NO_ANSWER);
        assertThat(judge("<answer></answer>", "32").outcome()).isEqualTo(Outcome.NO_ANSWER);
        assertThat(judge("<answer>32", "32").outcome()).isEqualTo(Outcome.NO_ANSWER);
        for (String text : List.of("30+2", "32 or 33", "32.0", "1,03", "thirty", "3 2", "0x20", "٣٢", "++32")) {
            assertThat(judge("<answer>" + text + "</answer>", "32").outcome())
                    .as(text)
                    .isEqualTo(Outcome.UNPARSABLE_ANSWER);
        }
    }

    @Example
    void leavesAnAnswerUndecidedThatIsTooLongToRead() {
        Verdict verdict = judge("<answer>" + "1".repeat(100_000) + "</answer>", "32");

        assertThat(verdict.outcome()).isEqualTo(Outcome.UNDECIDED);
        assertThat(verdict.reward()).isZero();
    }

    @Example
    void demonstratesOneReductionAStep() {
        var sound = family.demonstrator()
                .orElseThrow()
                .demonstrate(asking("(7+5)*3-4", "32"), Quality.SOUND, new SplittableRandom(1));

        assertThat(sound).containsExactly(Message.assistant("7+5=12, 12*3=36, 36-4=32\n<answer>32</answer>"));
    }

    @Example
    void hasThousandsOfExpressionsAtItsFirstLevelAllSmallAndNotNegative() {
        Set<String> expressions = new HashSet<>();
        for (int index = 0; index < 10_000; index++) {
            Task task = family.task(Split.TRAIN, 1, index, 1);
            expressions.add(content(task));
            var value = (Evaluation.Value) ExpressionEvaluator.evaluate(content(task), new Fuel(1_000));
            assertThat(value.steps())
                    .hasSize(2)
                    .allSatisfy(step -> assertThat(step.result().numerator().intValueExact())
                            .isBetween(0, 99));
        }
        assertThat(expressions)
                .hasSizeGreaterThan(3_000)
                .anyMatch(expression -> expression.contains("-("))
                .anyMatch(expression -> expression.contains("*("))
                .noneMatch(expression -> expression.contains("+("));
    }

    @Example
    void dividesExactlyAtItsHigherLevels() {
        int divisions = 0;
        for (int index = 0; index < 300; index++) {
            String expression = content(family.task(Split.TRAIN, 1, index, 4));
            var value = (Evaluation.Value) ExpressionEvaluator.evaluate(expression, new Fuel(10_000));
            assertThat(value.steps()).allMatch(step -> step.result().isInteger());
            divisions += expression.contains("/") ? 1 : 0;
        }
        assertThat(divisions).isGreaterThan(60);
    }
}
