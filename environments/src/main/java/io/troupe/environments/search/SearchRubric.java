package io.troupe.environments.search;

import io.troupe.environments.search.SearchOptions.Reward;
import io.troupe.verifier.Fuel;
import io.troupe.verifier.Grader;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Task;
import io.troupe.verifier.Verdict;
import io.troupe.verifier.qa.QaGraders;
import io.troupe.verifier.rubric.GroupScore;
import io.troupe.verifier.rubric.Rubric;
import org.jspecify.annotations.Nullable;

/**
 * What an episode is worth. {@link Reward#FORMAT} is the table of Search-R1's format variant: 1.0 for the right answer in the right format, 0.8 for the right
 * answer alone, 0.2 for the format alone, 0.3 if besides a gold was among what was found, 0.1 for any answer. Pure functions, safe for any thread.
 */
final class SearchRubric {

    private static final double EXACT = 0.8;
    private static final double FORMAT = 0.2;
    private static final double RETRIEVAL = 0.1;
    private static final double ANSWERED = 0.1;
    private static final long FUEL = 5_000_000;

    private static final Grader EXACTLY = new QaGraders().grader("em");
    private static final Grader CONTAINED = new QaGraders().grader("sub-em");
    private static final Grader BY_WORDS = new QaGraders().grader("f1");

    private SearchRubric() {}

    static Rubric<SearchEpisode> of(SearchOptions options) {
        Rubric<SearchEpisode> rubric = rewarding(options.reward())
                .metric("searches", (episode, answered) -> episode.searches())
                .metric("invalid-actions", (episode, answered) -> episode.invalid())
                .metric("retrieved-gold", (episode, answered) -> foundGold(episode) ? 1 : 0);
        return options.brevity() == 0
                ? rubric
                : rubric.group("brevity", options.brevity(), GroupScore.shortestCorrect());
    }

    /** Judges the answer alone: right if it equals a gold. */
    static Verdict judge(Task task, @Nullable String answer, String rule, Fuel fuel) {
        if (!Golds.isReadable(task.gold())) {
            return Verdict.withoutReward(Outcome.UNPARSABLE_GOLD, "the gold is no JSON list of texts: " + task.gold());
        }
        Verdict verdict = EXACTLY.grade(task.gold(), block(answer == null ? "" : answer), fuel);
        return answer == null ? Verdict.of(verdict.outcome(), verdict.components(), null, rule) : verdict;
    }

    private static Rubric<SearchEpisode> rewarding(Reward reward) {
        Rubric<SearchEpisode> empty = Rubric.empty();
        return switch (reward) {
            case EM -> empty.component("em", 1, (episode, answered) -> isRight(answered) ? 1 : 0);
            case F1 -> empty.component("f1", 1, (episode, answered) -> f1(episode, answered));
            case FORMAT ->
                empty.component("em", EXACT, (episode, answered) -> isRight(answered) ? 1 : 0)
                        .component("format", FORMAT, (episode, answered) -> isFormatted(episode) ? 1 : 0)
                        .component(
                                "retrieval",
                                RETRIEVAL,
                                (episode, answered) ->
                                        !isRight(answered) && isFormatted(episode) && foundGold(episode) ? 1 : 0)
                        .component(
                                "answered",
                                ANSWERED,
                                (episode, answered) ->
                                        episode.answered() && !isRight(answered) && !isFormatted(episode) ? 1 : 0);
        };
    }

    private static boolean isRight(Verdict answered) {
        return answered.outcome() == Outcome.CORRECT;
    }

    private static boolean isFormatted(SearchEpisode episode) {
        return TagSequence.isValid(episode.transcript(), new Fuel(FUEL));
    }

    private static double f1(SearchEpisode episode, Verdict answered) {
        String answer = answered.extracted();
        return answer == null
                ? 0
                : BY_WORDS.grade(episode.task().gold(), block(answer), new Fuel(FUEL))
                        .reward();
    }

    private static boolean foundGold(SearchEpisode episode) {
        return CONTAINED
                        .grade(episode.task().gold(), block(episode.information()), new Fuel(FUEL))
                        .outcome()
                == Outcome.CORRECT;
    }

    private static String block(String text) {
        return "<answer>" + text + "</answer>";
    }
}
