package io.troupe.verifier.logic;

import io.troupe.verifier.Demonstrator;
import io.troupe.verifier.Environment;
import io.troupe.verifier.Levels;
import io.troupe.verifier.Message;
import io.troupe.verifier.SingleTurnEnvironment;
import io.troupe.verifier.Split;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamily;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Knights always tell the truth and knaves always lie: who is what? Two to eight people, exactly one solution; puzzles as in mem-kk, prompt and reward as
 * in Logic-RL: 3, -0.5, -1 or -3. The policy continues a prefilled {@code <think>}. Stateless.
 */
public final class KnightsAndKnaves implements TaskFamily {

    private static final String ID = "logic/knights-and-knaves";
    private static final String INSTRUCTION =
            "Think inside <think> </think>, then clearly state the identity of each character inside <answer> </answer>,"
                    + " i.e. <answer>\n(1) Zoey is a knight\n(2) ...\n</answer>.";
    private static final String PREFILL = "<think>";
    private static final long FUEL = 10_000_000;
    private static final Levels LEVELS =
            new Levels(1, 7, 1, "a level has one person more than its number: 2 to 8 people");

    private final ScoringMode mode;

    /** The family with strict scoring; found by the service loader. */
    public KnightsAndKnaves() {
        this(ScoringMode.STRICT);
    }

    /**
     * The family with a scoring mode.
     *
     * @param mode how an answer is read
     */
    public KnightsAndKnaves(ScoringMode mode) {
        this.mode = mode;
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String summary() {
        return "who of two to eight people is a knight and who is a knave";
    }

    @Override
    public Levels levels() {
        return LEVELS;
    }

    @Override
    public Task task(Split split, long seed, long index, int level) {
        Quiz quiz = Quiz.of(ID, split, seed, index, LEVELS.require(level));
        return new Task(
                ID,
                Task.idOf(split, seed, index, level),
                split,
                seed,
                index,
                level,
                List.of(Message.system(INSTRUCTION), Message.user(quiz.text()), Message.assistant(PREFILL)),
                quiz.answer(quiz.solution()));
    }

    @Override
    public Environment open() {
        return new SingleTurnEnvironment(ID, FUEL, (gold, text, fuel) -> LogicRlReward.judge(text, gold, mode, fuel));
    }

    @Override
    public Optional<Demonstrator> demonstrator() {
        return Optional.of(KnightsAndKnaves::demonstrate);
    }

    private static List<Message> demonstrate(Task task, Demonstrator.Quality quality, SplittableRandom random) {
        Quiz quiz = Quiz.of(ID, task.split(), task.seed(), task.index(), LEVELS.require(task.level()));
        if (!task.gold().equals(quiz.answer(quiz.solution()))) {
            throw new IllegalArgumentException("task " + task.id() + " is not the one that " + ID + " makes for it");
        }
        String turn = switch (quality) {
            case SOUND -> SearchDemonstration.sound(quiz);
            case HASTY -> SearchDemonstration.hasty(quiz, random);
        };
        return List.of(Message.assistant(turn));
    }
}
