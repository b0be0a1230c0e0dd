package io.troupe.verifier.agent;

import io.troupe.verifier.ContentSplit;
import io.troupe.verifier.Demonstrator;
import io.troupe.verifier.Environment;
import io.troupe.verifier.Levels;
import io.troupe.verifier.Message;
import io.troupe.verifier.Split;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.math.ExpressionShape;
import io.troupe.verifier.math.WholeNumber;
import io.troupe.verifier.math.WrongNumber;
import io.troupe.verifier.tool.CallAttempt;
import io.troupe.verifier.tool.ToolEnvironment;
import io.troupe.verifier.tool.ToolFormat;
import io.troupe.verifier.tool.ToolLimits;
import io.troupe.verifier.tool.Toolbox;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Expressions too big for the head, and a calculator to call: {@code <call>384*27</call>} is answered by the tool, then {@code
 * <answer>10368</answer>} ends the episode. 1 for the right number, 0 otherwise. With the option
 * {@code tool-format = hermes} the tool is listed and called as models of that format know it. Immutable.
 */
public final class Calculator implements TaskFamily {

    static final String ID = "agent/calculator";

    private static final String INSTRUCTION = "You have a calculator: <call>12*34</call> gives you the value."
            + " Give the number inside <answer> </answer>.";
    private static final String QUESTION = "What is ";
    private static final int TRIES = 10_000;

    private static final List<ExpressionShape> SHAPES = List.of(
            new ExpressionShape(2, 2, 2, 3, 999, "+-*", false, 0, 999_999),
            new ExpressionShape(2, 3, 2, 4, 9_999, "+-*", false, -99_999_999L, 99_999_999L),
            new ExpressionShape(3, 4, 3, 5, 99_999, "+-*", true, -9_999_999_999L, 9_999_999_999L),
            new ExpressionShape(4, 5, 3, 6, 999_999, "+-*/", true, -999_999_999_999L, 999_999_999_999L),
            new ExpressionShape(5, 7, 4, 8, 99_999_999, "+-*/", true, -(1L << 61), 1L << 61));

    private static final Levels LEVELS = new Levels(
            1,
            SHAPES.size(),
            1,
            "1: two numbers of 2 or 3 digits; 2: two or three of 2 to 4 digits; higher: up to seven numbers of up to 8 digits, parentheses, exact"
                    + " division");

    private static final String HERMES_INSTRUCTION =
            "Use the calculator, then give the number inside <answer> </answer>.";
    private static final int MAX_CALLS = 8;
    private static final ToolLimits LIMITS = new ToolLimits(Duration.ofSeconds(1), 200, ToolLimits.Cut.END);
    private static final long TURN_FUEL = 1_000_000;

    private final ToolFormat format;

    /** The family; found by the service loader. */
    public Calculator() {
        this(ToolFormat.TAGS);
    }

    private Calculator(ToolFormat format) {
        this.format = format;
    }

    @Override
    public Class<? extends Record> optionsType() {
        return CalculatorOptions.class;
    }

    @Override
    public TaskFamily configured(Record options) {
        return new Calculator(((CalculatorOptions) options).toolFormat());
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String summary() {
        return "the value of a big expression, with a calculator tool to call";
    }

    @Override
    public Levels levels() {
        return LEVELS;
    }

    @Override
    public Task task(Split split, long seed, long index, int level) {
        ExpressionShape shape = SHAPES.get(LEVELS.require(level) - 1);
        SplittableRandom random = ContentSplit.randomOf(ID, split, seed, index, level);
        ExpressionShape.Drawn drawn =
                ContentSplit.draw(ID, split, TRIES, () -> shape.draw(random), ExpressionShape.Drawn::text);
        return new Task(
                ID,
                Task.idOf(split, seed, index, level),
                split,
                seed,
                index,
                level,
                List.of(Message.system(instruction()), Message.user(QUESTION + drawn.text() + "?")),
                drawn.value().toString());
    }

    @Override
    public Environment open() {
        return switch (format) {
            case TAGS -> new CalculatorEnvironment();
            case HERMES, TEMPLATE ->
                new ToolEnvironment(
                        new ToolEnvironment.Settings(
                                ID, format.calls(), CalculatorEnvironment.MAX_TURNS, MAX_CALLS, LIMITS, TURN_FUEL),
                        Toolbox.of(List.of(new CalculatorTool())),
                        (task, tools) -> task.prompt(),
                        (task, answer, fuel) -> WholeNumber.judge(answer, task.gold(), fuel),
                        ToolEnvironment.rewardingTheAnswer());
        };
    }

    @Override
    public Optional<Demonstrator> demonstrator() {
        // A conversation that is written to a file holds no tools for a template to describe.
        return format == ToolFormat.TEMPLATE ? Optional.empty() : Optional.of(this::demonstrate);
    }

    private List<Message> demonstrate(Task task, Demonstrator.Quality quality, SplittableRandom random) {
        return switch (quality) {
            case SOUND -> {
                String question = task.prompt().get(1).content();
                String expression = question.substring(QUESTION.length(), question.length() - 1);
                String value = CalculatorEnvironment.compute(expression);
                yield List.of(
                        Message.assistant(call(expression)),
                        Message.tool(value),
                        Message.assistant("<answer>" + value + "</answer>"));
            }
            case HASTY -> {
                var guess = WrongNumber.like(SHAPES.get(LEVELS.require(task.level()) - 1), task.gold(), random);
                yield List.of(Message.assistant("<answer>" + guess + "</answer>"));
            }
        };
    }

    private String instruction() {
        return switch (format) {
            case TAGS -> INSTRUCTION;
            case TEMPLATE -> HERMES_INSTRUCTION;
            case HERMES -> HERMES_INSTRUCTION + "\n\n" + format.calls().describe(List.of(CalculatorTool.SPEC));
        };
    }

    private String call(String expression) {
        return switch (format) {
            case TAGS -> "<call>" + expression + "</call>";
            case HERMES, TEMPLATE ->
                format.calls()
                        .write(
                                CalculatorTool.SPEC,
                                new CallAttempt.Call(CalculatorTool.SPEC.name(), Map.of("expression", expression)));
        };
    }
}
