package io.troupe.verifier.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.verifier.Environment;
import io.troupe.verifier.Fuel;
import io.troupe.verifier.FuelExhaustedException;
import io.troupe.verifier.Message;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.TaggedBlock;
import io.troupe.verifier.Task;
import io.troupe.verifier.Verdict;
import io.troupe.verifier.rubric.Rubric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Runs the tools that the policy calls, turn by turn, until it answers. A turn with a complete {@code <answer>} block outside of any call ends the episode and
 * is judged. Else its calls run in their order, one message of the role {@code tool} for each; what the policy did wrong, such as an unknown tool or an
 * argument of a wrong type, is told to it as {@code error: …} and counted. A turn with neither ends the episode without an answer, and so does the last turn.
 *
 * <p>An exception of a tool is an exception of this environment: the episode is not rewarded. Used by one thread at a time.
 */
public final class ToolEnvironment implements Environment {

    private static final String ERROR = "error: ";

    /**
     * How episodes are played.
     *
     * @param family the id of the only family whose tasks are taken
     * @param format how calls are written
     * @param maxTurns the most turns of an episode, at least 1
     * @param maxCalls the most calls of an episode; further ones are refused with an error that the policy sees
     * @param limits what a call may take and say
     * @param fuel the steps that a turn may take
     */
    public record Settings(
            String family, ToolCallFormat format, int maxTurns, int maxCalls, ToolLimits limits, long fuel) {
        public Settings {
            if (maxTurns < 1 || maxCalls < 0) {
                throw new IllegalArgumentException(
                        "an episode needs max-turns >= 1 and max-calls >= 0, not " + maxTurns + " and " + maxCalls);
            }
        }
    }

    /** An episode that goes on. */
    private static final class Play {
        private final Task task;
        private final Map<String, Tool> tools = new TreeMap<>();
        private final List<ToolSpec> specs = new ArrayList<>();
        private final List<Message> conversation = new ArrayList<>();
        private int turns;
        private int calls;
        private int errors;
        private int invalid;

        Play(Task task, List<Tool> tools) {
            this.task = task;
            for (Tool tool : tools) {
                specs.add(tool.spec());
                if (this.tools.put(tool.spec().name(), tool) != null) {
                    throw new IllegalStateException(
                            "two tools are called '" + tool.spec().name() + "'");
                }
            }
        }

        ToolEpisode ended(@Nullable String answer) {
            return new ToolEpisode(task, conversation, answer, turns, calls, errors, invalid);
        }
    }

    private final Settings settings;
    private final Toolbox toolbox;
    private final BiFunction<Task, List<ToolSpec>, List<Message>> opening;
    private final AnswerGrader grader;
    private final Rubric<ToolEpisode> rubric;
    private @Nullable Play open;

    /**
     * An environment without an open episode.
     *
     * @param settings how episodes are played
     * @param toolbox gives the tools; closed with the environment
     * @param opening the opening conversation of a task with these tools
     * @param grader judges answers
     * @param rubric what an episode is worth
     */
    public ToolEnvironment(
            Settings settings,
            Toolbox toolbox,
            BiFunction<Task, List<ToolSpec>, List<Message>> opening,
            AnswerGrader grader,
            Rubric<ToolEpisode> rubric) {
        this.settings = settings;
        this.toolbox = toolbox;
        this.opening = opening;
        this.grader = grader;
        this.rubric = rubric;
    }

    /** What the answer alone is worth, and the numbers of calls, errors and invalid calls as metrics. */
    public static Rubric<ToolEpisode> rewardingTheAnswer() {
        return Rubric.<ToolEpisode>empty()
                .component("answer", 1, (episode, answered) -> answered.reward())
                .metric("tool-calls", (episode, answered) -> episode.calls())
                .metric("tool-errors", (episode, answered) -> episode.errors())
                .metric("invalid-calls", (episode, answered) -> episode.invalid());
    }

    @Override
    public List<Message> reset(Task task, long seed) {
        if (!task.family().equals(settings.family())) {
            throw new IllegalArgumentException(
                    "an environment of %s can't open a task of %s".formatted(settings.family(), task.family()));
        }
        open = null;
        var play = new Play(task, toolbox.tools(task, seed));
        play.conversation.addAll(opening.apply(task, play.specs));
        open = play;
        return List.copyOf(play.conversation);
    }

    @Override
    public List<String> tools() {
        return settings.format().forTemplate(requireOpen().specs);
    }

    @Override
    public StepResult step(String action) {
        Play play = requireOpen();
        play.turns++;
        play.conversation.add(Message.assistant(action));
        StepResult result;
        try {
            result = react(play, action, new Fuel(settings.fuel()));
        } catch (FuelExhaustedException e) {
            result = new StepResult.Done(Verdict.withoutReward(Outcome.UNDECIDED, e.getMessage()));
        }
        if (result instanceof StepResult.Continue observed) {
            play.conversation.addAll(observed.observation());
        } else {
            open = null;
        }
        return result;
    }

    @Override
    public Verdict truncated(String reason) {
        Play play = requireOpen();
        open = null;
        return judge(play, null, "ended without an <answer>: " + reason, new Fuel(settings.fuel()));
    }

    @Override
    public void close() {
        open = null;
        toolbox.close();
    }

    private StepResult react(Play play, String action, Fuel fuel) {
        ParsedTurn turn = settings.format().parse(action, play.specs, fuel);
        String answer = TaggedBlock.last(turn.rest(), "answer", fuel);
        if (answer != null) {
            return new StepResult.Done(judge(play, answer, "", fuel));
        }
        if (turn.calls().isEmpty()) {
            return new StepResult.Done(judge(play, null, "a turn with neither a call nor an <answer>", fuel));
        }
        if (play.turns >= settings.maxTurns()) {
            return new StepResult.Done(judge(play, null, "no <answer> in " + settings.maxTurns() + " turns", fuel));
        }
        List<Message> observation = new ArrayList<>();
        boolean refused = false;
        for (CallAttempt attempt : turn.calls()) {
            if (play.calls >= settings.maxCalls()) {
                play.invalid++;
                if (!refused) {
                    observation.add(Message.tool(
                            ERROR + "no more than " + settings.maxCalls() + " calls are allowed; give the answer"));
                }
                refused = true;
            } else {
                observation.add(Message.tool(run(play, attempt)));
            }
        }
        return new StepResult.Continue(observation);
    }

    private String run(Play play, CallAttempt attempt) {
        if (attempt instanceof CallAttempt.Malformed malformed) {
            return invalid(play, malformed.problem());
        }
        var call = (CallAttempt.Call) attempt;
        Tool tool = play.tools.get(call.name());
        if (tool == null) {
            return invalid(
                    play,
                    "there is no tool '" + settings.limits().shorten(call.name()) + "'; tools: "
                            + String.join(", ", play.tools.keySet()));
        }
        ObjectNode arguments = LenientJson.tree(call.arguments());
        String problem = ArgumentSchema.parse(call.name(), tool.spec().schema()).problem(arguments);
        if (problem != null) {
            return invalid(play, problem);
        }
        play.calls++;
        ToolResult result = tool.call(call.arguments(), settings.limits().deadline());
        if (result.error()) {
            play.errors++;
            return ERROR + settings.limits().shorten(result.text());
        }
        return settings.limits().shorten(result.text());
    }

    private static String invalid(Play play, String problem) {
        play.invalid++;
        return ERROR + problem;
    }

    private Verdict judge(Play play, @Nullable String answer, String end, Fuel fuel) {
        Verdict answered;
        try {
            answered = grader.grade(play.task, answer, fuel);
        } catch (FuelExhaustedException e) {
            return Verdict.withoutReward(Outcome.UNDECIDED, e.getMessage());
        }
        if (!end.isEmpty() && answered.outcome().carriesReward()) {
            answered = Verdict.of(answered.outcome(), answered.components(), answered.extracted(), end);
        }
        return rubric.judge(play.ended(answer), answered);
    }

    private Play requireOpen() {
        if (open == null) {
            throw new IllegalStateException("no episode of " + settings.family() + " is open: reset first");
        }
        return open;
    }
}
