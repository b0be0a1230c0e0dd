package io.troupe.environments.search;

import io.troupe.verifier.Environment;
import io.troupe.verifier.Fuel;
import io.troupe.verifier.FuelExhaustedException;
import io.troupe.verifier.Message;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.Task;
import io.troupe.verifier.Verdict;
import io.troupe.verifier.rubric.Rubric;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Search-R1's protocol. A turn's first {@code <search>} is answered with passages between {@code <information>} tags, its first {@code <answer>} ends the
 * episode and is judged, and one with neither is told so. After the last search the policy has one more turn, which must answer. A search that fails is an
 * exception: a failure of this environment. Used by one thread at a time.
 */
final class SearchEnvironment implements Environment {

    static final String INVALID = "\nMy previous action is invalid. If I want to search, I should put the query between"
            + " <search> and </search>. If I want to give the final answer, I should put the answer between <answer> and"
            + " </answer>. Let me try again.\n";

    private static final long TURN_FUEL = 5_000_000;
    private static final String ELLIPSIS = "…";

    private final Retriever retriever;
    private final int topK;
    private final int maxSearches;
    private final int maxObservation;
    private final Rubric<SearchEpisode> rubric;

    private @Nullable Task open;
    private final StringBuilder transcript = new StringBuilder();
    private final StringBuilder information = new StringBuilder();
    private int turns;
    private int searches;
    private int invalid;

    SearchEnvironment(Retriever retriever, SearchOptions options) {
        this.retriever = retriever;
        this.topK = options.topK();
        this.maxSearches = options.maxSearches();
        this.maxObservation = options.maxObservation();
        this.rubric = SearchRubric.of(options);
    }

    @Override
    public List<Message> reset(Task task, long seed) {
        if (!task.family().equals(Search.ID)) {
            throw new IllegalArgumentException(
                    "an environment of %s can't open a task of %s".formatted(Search.ID, task.family()));
        }
        open = task;
        transcript.setLength(0);
        transcript.append(task.prefill());
        information.setLength(0);
        turns = 0;
        searches = 0;
        invalid = 0;
        return task.prompt();
    }

    @Override
    public StepResult step(String action) {
        Task task = requireOpen();
        turns++;
        StepResult result;
        try {
            var fuel = new Fuel(TURN_FUEL);
            result = react(task, SearchAction.of(action, fuel), fuel);
        } catch (FuelExhaustedException e) {
            result = new StepResult.Done(Verdict.withoutReward(Outcome.UNDECIDED, e.getMessage()));
        }
        if (result instanceof StepResult.Done) {
            open = null;
        }
        return result;
    }

    @Override
    public Verdict truncated(String reason) {
        Task task = requireOpen();
        open = null;
        return judge(task, null, "ended without an <answer>: " + reason, new Fuel(TURN_FUEL));
    }

    @Override
    public void close() {
        open = null;
    }

    private StepResult react(Task task, SearchAction action, Fuel fuel) {
        transcript.append(action.turn());
        if (action.kind() == SearchAction.Kind.ANSWER) {
            return new StepResult.Done(judge(task, action.content(), "", fuel));
        }
        if (turns > maxSearches) {
            String rule = "no <answer> in the turn after " + maxSearches + " searches";
            return new StepResult.Done(judge(task, null, rule, fuel));
        }
        String observation;
        if (action.kind() == SearchAction.Kind.SEARCH) {
            searches++;
            String found = search(retriever, topK, maxObservation, action.content());
            information.append(found).append('\n');
            observation = observation(found);
        } else {
            invalid++;
            observation = INVALID;
        }
        transcript.append(observation);
        return new StepResult.Continue(List.of(Message.tool(observation)));
    }

    /** The passages that a search finds, as the policy sees them. */
    static String search(Retriever retriever, int topK, int maxObservation, String query) {
        var found = new StringBuilder();
        int number = 0;
        for (Retriever.Hit hit : retriever.retrieve(query, topK)) {
            number++;
            found.append("Doc ").append(number);
            found.append("(Title: ").append(hit.passage().title()).append(") ");
            found.append(hit.passage().text()).append('\n');
        }
        String text = found.toString().strip();
        if (text.length() > maxObservation) {
            boolean splits = Character.isHighSurrogate(text.charAt(maxObservation - 1));
            text = text.substring(0, splits ? maxObservation - 1 : maxObservation) + ELLIPSIS;
        }
        return text;
    }

    /** What a search is answered with. */
    static String observation(String found) {
        return "\n\n<information>" + found + "</information>\n\n";
    }

    private Verdict judge(Task task, @Nullable String answer, String rule, Fuel fuel) {
        Verdict answered = SearchRubric.judge(task, answer, rule, fuel);
        var episode = new SearchEpisode(
                task, transcript.toString(), information.toString(), answer != null, searches, invalid);
        return rubric.judge(episode, answered);
    }

    private Task requireOpen() {
        if (open == null) {
            throw new IllegalStateException("no episode of " + Search.ID + " is open: reset first");
        }
        return open;
    }
}
