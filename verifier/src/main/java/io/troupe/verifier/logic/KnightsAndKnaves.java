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
 * in Logic-RL: 3, -0.5, -1 or -3. The policy continues a prefilled {@code <think>}. Options choose another scoring and mem-kk's perturbations. Stateless.
 */
public final class KnightsAndKnaves implements TaskFamily {

    private static final String ID = KnightsAndKnavesGraders.ID;
    private static final String INSTRUCTION =
            "Think inside <think> </think>, then clearly state the identity of each character inside <answer> </answer>,"
                    + " i.e. <answer>\n(1) Zoey is %s\n(2) ...\n</answer>.";
    private static final String PREFILL = "<think>";
    private static final Levels LEVELS =
            new Levels(1, 7, 1, "a level has one person more than its number: 2 to 8 people");

    private final KnightsAndKnavesOptions options;

    /** The family with strict scoring and without a perturbation; found by the service loader. */
    public KnightsAndKnaves() {
        this(new KnightsAndKnavesOptions(ScoringMode.STRICT, Perturbation.NONE));
    }

    /**
     * The family with options.
     *
     * @param options scoring and perturbation
     */
    public KnightsAndKnaves(KnightsAndKnavesOptions options) {
        this.options = options;
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
        Quiz quiz = Quiz.of(ID, split, seed, index, LEVELS.require(level), options.perturbation());
        return new Task(
                ID,
                Task.idOf(split, seed, index, level),
                split,
                seed,
                index,
                level,
                List.of(Message.system(instruction(quiz)), Message.user(quiz.text()), Message.assistant(PREFILL)),
                quiz.answer(quiz.solution()));
    }

    @Override
    public Class<? extends Record> optionsType() {
        return KnightsAndKnavesOptions.class;
    }

    @Override
    public TaskFamily configured(Record chosen) {
        return new KnightsAndKnaves((KnightsAndKnavesOptions) chosen);
    }

    @Override
    public Environment open() {
        return new SingleTurnEnvironment(
                ID, new KnightsAndKnavesGraders().budget(), KnightsAndKnavesGraders.of(options.scoring()));
    }

    @Override
    public Optional<Demonstrator> demonstrator() {
        return Optional.of(this::demonstrate);
    }

    private static String instruction(Quiz quiz) {
        return INSTRUCTION.formatted(quiz.roles().truthful());
    }

    private List<Message> demonstrate(Task task, Demonstrator.Quality quality, SplittableRandom random) {
        Quiz quiz = Quiz.of(
                ID, task.split(), task.seed(), task.index(), LEVELS.require(task.level()), options.perturbation());
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
