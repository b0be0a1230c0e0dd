package io.troupe.verifier.agent.python;

import io.troupe.verifier.ContentSplit;
import io.troupe.verifier.Demonstrator;
import io.troupe.verifier.Environment;
import io.troupe.verifier.Levels;
import io.troupe.verifier.Message;
import io.troupe.verifier.OptionsException;
import io.troupe.verifier.Split;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.isolation.SandboxException;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Problems whose answer is a whole number that is tedious to find by hand, and a Python interpreter: what stands in {@code <python> </python>} is run and
 * what it prints comes back in {@code <result> </result>}, then {@code <answer>} ends the episode. 1 for the right number, 0 otherwise.
 *
 * <p>Programs run in a {@link io.troupe.verifier.isolation.Sandbox} and nowhere else. Where there is no sandbox or no Python 3, the family can be listed
 * and its tasks drawn, but {@link #open} and {@link #configured} say what is missing. Safe for any thread.
 */
public final class PythonProblems implements TaskFamily {

    static final String ID = "agent/python";

    private static final String INSTRUCTION =
            "You have a Python interpreter: what you print in <python> </python> is given back to you in <result>"
                    + " </result>. Give the whole number that is asked for inside <answer> </answer>.";
    private static final int TRIES = 10_000;
    private static final int FARTHEST_GUESS = 50;
    private static final Levels LEVELS = new Levels(
            1,
            5,
            1,
            "1: a sum in words; 2: counting and adding over a range; 3: number theory; 4: texts; 5: processes of many steps");

    private final PythonOptions options;
    private final Object opening = new Object();
    private @Nullable PythonInterpreter interpreter;

    /** The family; found by the service loader. */
    public PythonProblems() {
        this(PythonOptions.DEFAULT);
    }

    private PythonProblems(PythonOptions options) {
        this.options = options;
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String summary() {
        return "a number that is tedious to find by hand, with a Python interpreter in a sandbox to call";
    }

    @Override
    public Levels levels() {
        return LEVELS;
    }

    @Override
    public Class<? extends Record> optionsType() {
        return PythonOptions.class;
    }

    @Override
    public TaskFamily configured(Record wanted) {
        var configured = new PythonProblems((PythonOptions) wanted);
        try {
            configured.interpreter();
        } catch (SandboxException e) {
            throw new OptionsException(ID + " can't run programs here: " + e.getMessage(), e);
        }
        return configured;
    }

    @Override
    public Task task(Split split, long seed, long index, int level) {
        Problem problem = problem(split, seed, index, level);
        return new Task(
                ID,
                Task.idOf(split, seed, index, level),
                split,
                seed,
                index,
                level,
                List.of(Message.system(INSTRUCTION), Message.user(problem.question())),
                problem.answer().toString());
    }

    private static Problem problem(Split split, long seed, long index, int level) {
        LEVELS.require(level);
        SplittableRandom random = ContentSplit.randomOf(ID, split, seed, index, level);
        return ContentSplit.draw(ID, split, TRIES, () -> Optional.of(Problem.draw(level, random)), Problem::question);
    }

    @Override
    public boolean waits() {
        return true;
    }

    /**
     * Opens an environment.
     *
     * @throws SandboxException if programs can't be run here; says what is missing
     */
    @Override
    public Environment open() {
        interpreter();
        return new PythonEnvironment(this::interpreter, options.calls());
    }

    private PythonInterpreter interpreter() {
        synchronized (opening) {
            if (interpreter == null) {
                interpreter = PythonInterpreter.open(options);
            }
            return interpreter;
        }
    }

    @Override
    public Optional<Demonstrator> demonstrator() {
        return Optional.of(PythonProblems::demonstrate);
    }

    private static List<Message> demonstrate(Task task, Demonstrator.Quality quality, SplittableRandom random) {
        Problem problem = problem(task.split(), task.seed(), task.index(), task.level());
        String right = problem.answer().toString();
        return switch (quality) {
            case SOUND ->
                List.of(
                        Message.assistant("<python>\n" + problem.program() + "\n</python>"),
                        Message.tool(PythonEnvironment.observation(right)),
                        Message.assistant("<answer>" + right + "</answer>"));
            case HASTY -> {
                BigInteger guess = problem.answer().add(BigInteger.valueOf(1 + random.nextInt(FARTHEST_GUESS)));
                yield List.of(Message.assistant("<answer>" + guess + "</answer>"));
            }
        };
    }
}
