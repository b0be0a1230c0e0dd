package io.troupe.verifier.logic;

import io.troupe.verifier.ContentSplit;
import io.troupe.verifier.Demonstrator;
import io.troupe.verifier.Environment;
import io.troupe.verifier.GraderProvider;
import io.troupe.verifier.Levels;
import io.troupe.verifier.Message;
import io.troupe.verifier.OptionsException;
import io.troupe.verifier.SingleTurnEnvironment;
import io.troupe.verifier.Split;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.TaskGenerationException;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A family of puzzles that are answered in one turn: a content is drawn until it lies on the wanted side of the split, then put into words. What a family
 * adds is how a content is drawn, its canonical key, and the words; who judges is a profile of the grader that bears the family's id. Stateless, safe for
 * any thread, and so must be what extends it.
 *
 * @param <C> a puzzle's content, whatever names or words it is asked in
 */
public abstract class PuzzleFamily<C> implements TaskFamily {

    private static final int TRIES = 20_000;

    private final GraderProvider graders;
    private final String scoring;
    private final Levels levels;
    private final String instruction;

    /**
     * A family.
     *
     * @param graders the graders that bear the family's id
     * @param scoring which of their profiles judges
     * @param levels the scale of difficulty
     * @param instruction the system message: what to do, and what the answer looks like
     */
    protected PuzzleFamily(GraderProvider graders, String scoring, Levels levels, String instruction) {
        this.graders = graders;
        this.scoring = scoring;
        this.levels = levels;
        this.instruction = instruction;
    }

    /**
     * Tries once to draw a content.
     *
     * @param random where to draw from
     * @param level the difficulty, on the family's scale
     * @return a content with a unique or checkable solution; empty if this try made none
     */
    protected abstract Optional<C> draw(SplittableRandom random, int level);

    /**
     * The canonical key of a content: contents that differ only in names, words or order have the same.
     *
     * @param content a content
     * @return its key
     */
    protected abstract String key(C content);

    /**
     * Puts a content into words.
     *
     * @param content a content
     * @param random which names and words
     * @return the puzzle
     */
    protected abstract PosedPuzzle pose(C content, SplittableRandom random);

    /**
     * The same family, judged by another profile.
     *
     * @param profile one of its grader's profiles
     * @return the family
     */
    protected abstract TaskFamily scoredBy(String profile);

    @Override
    public final String id() {
        return graders.id();
    }

    @Override
    public final Levels levels() {
        return levels;
    }

    /**
     * The canonical key of what a task asks.
     *
     * @param task a task of this family
     * @return the key by which its split was decided
     * @throws TaskGenerationException if no such task can be made
     */
    public final String content(Task task) {
        return key(drawn(task.split(), random(task), task.level()));
    }

    @Override
    public final Task task(Split split, long seed, long index, int level) {
        levels.require(level);
        SplittableRandom random = ContentSplit.randomOf(id(), split, seed, index, level);
        PosedPuzzle puzzle = pose(drawn(split, random, level), random);
        return new Task(
                id(),
                Task.idOf(split, seed, index, level),
                split,
                seed,
                index,
                level,
                List.of(Message.system(instruction), Message.user(puzzle.question())),
                puzzle.gold());
    }

    @Override
    public final Class<? extends Record> optionsType() {
        return ScoringOptions.class;
    }

    @Override
    public final TaskFamily configured(Record options) {
        String profile = ((ScoringOptions) options).scoring();
        if (!graders.profiles().contains(profile)) {
            throw new OptionsException("options.scoring of " + id() + " must be one of "
                    + String.join(", ", graders.profiles()) + ", not '" + profile + "'");
        }
        return scoredBy(profile);
    }

    @Override
    public final Environment open() {
        return new SingleTurnEnvironment(id(), graders.budget(), graders.grader(scoring));
    }

    @Override
    public final Optional<Demonstrator> demonstrator() {
        return Optional.of(this::demonstrate);
    }

    private List<Message> demonstrate(Task task, Demonstrator.Quality quality, SplittableRandom random) {
        SplittableRandom own = random(task);
        PosedPuzzle puzzle = pose(drawn(task.split(), own, task.level()), own);
        if (!puzzle.gold().equals(task.gold())) {
            throw new IllegalArgumentException("task " + task.id() + " is not the one that " + id() + " makes for it");
        }
        String turn = switch (quality) {
            case SOUND -> puzzle.sound();
            case HASTY -> puzzle.hasty(random);
        };
        return List.of(Message.assistant(turn));
    }

    private SplittableRandom random(Task task) {
        return ContentSplit.randomOf(id(), task.split(), task.seed(), task.index(), levels.require(task.level()));
    }

    private C drawn(Split split, SplittableRandom random, int level) {
        return ContentSplit.draw(id(), split, TRIES, () -> draw(random, level), this::key);
    }
}
