package io.troupe.verifier.math;

import io.troupe.verifier.ContentSplit;
import io.troupe.verifier.Demonstrator;
import io.troupe.verifier.Environment;
import io.troupe.verifier.Fuel;
import io.troupe.verifier.Levels;
import io.troupe.verifier.Message;
import io.troupe.verifier.SingleTurnEnvironment;
import io.troupe.verifier.Split;
import io.troupe.verifier.TaggedBlock;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * What is (7+5)*3-4? Expressions of growing length with whole values on the way. The last {@code <answer>} block counts, read as a whole number: 1 for
 * the right one, 0 otherwise. Stateless.
 */
public final class Arithmetic implements TaskFamily {

    static final String ID = "math/arithmetic";
    private static final String INSTRUCTION =
            "Work it out step by step, then give the number inside <answer> </answer>.";
    private static final String QUESTION = "What is ";
    private static final int TRIES = 10_000;
    static final long FUEL = 1_000_000;

    private static final List<ExpressionShape> SHAPES = List.of(
            new ExpressionShape(3, 3, 1, 1, 9, "+-*", true, 0, 99),
            new ExpressionShape(3, 3, 1, 2, 20, "+-*", true, -200, 200),
            new ExpressionShape(4, 4, 1, 2, 20, "+-*", true, -500, 500),
            new ExpressionShape(4, 4, 1, 2, 50, "+-*/", true, -2_500, 2_500),
            new ExpressionShape(5, 5, 1, 2, 99, "+-*/", true, -10_000, 10_000),
            new ExpressionShape(6, 6, 1, 3, 200, "+-*/", true, -100_000, 100_000));

    private static final Levels LEVELS = new Levels(
            1,
            SHAPES.size(),
            1,
            "1: three numbers from 1 to 9; higher: up to six numbers, larger ones, negative values, exact division");

    /** The family; found by the service loader. */
    public Arithmetic() {}

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String summary() {
        return "the exact value of an expression with + - * / and parentheses";
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
                List.of(Message.system(INSTRUCTION), Message.user(QUESTION + drawn.text() + "?")),
                drawn.value().toString());
    }

    @Override
    public Environment open() {
        return new SingleTurnEnvironment(ID, FUEL, Arithmetic::judge);
    }

    @Override
    public Optional<Demonstrator> demonstrator() {
        return Optional.of(Arithmetic::demonstrate);
    }

    static Verdict judge(String gold, String text, Fuel fuel) {
        return WholeNumber.judge(TaggedBlock.last(text, "answer", fuel), gold, fuel);
    }

    private static List<Message> demonstrate(Task task, Demonstrator.Quality quality, SplittableRandom random) {
        String turn = switch (quality) {
            case SOUND -> working(task) + "\n<answer>" + task.gold() + "</answer>";
            case HASTY ->
                "Just a guess.\n<answer>"
                        + WrongNumber.like(SHAPES.get(LEVELS.require(task.level()) - 1), task.gold(), random)
                        + "</answer>";
        };
        return List.of(Message.assistant(turn));
    }

    /** One reduction a step: {@code 7+5=12, 12*3=36, 36-4=32}. */
    private static String working(Task task) {
        String question = task.prompt().get(1).content();
        String expression = question.substring(QUESTION.length(), question.length() - 1);
        if (ExpressionEvaluator.evaluate(expression, new Fuel(FUEL)) instanceof Evaluation.Value value) {
            return value.steps().stream().map(Evaluation.Step::toString).collect(Collectors.joining(", "));
        }
        throw new IllegalArgumentException(
                "task " + task.id() + " of " + task.family() + " asks for no expression: " + question);
    }
}
