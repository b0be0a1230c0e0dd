package io.troupe.environments.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.GroupMember;
import io.troupe.verifier.Message;
import io.troupe.verifier.Options;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.RewardComponent;
import io.troupe.verifier.Split;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.Task;
import io.troupe.verifier.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SearchEnvironmentTest {

    private static final Task TASK = new Task(
            "agent/search",
            "by hand",
            Split.TRAIN,
            1,
            0,
            1,
            List.of(Message.user("Who wrote The Red Kite?")),
            "[\"Ada Brok\",\"Brok\"]");

    private static final Retriever TWO = (query, topK) -> List.of(
            new Retriever.Hit(new Passage("1", "\"Red Kite\"\nA book by Ada Brok."), 2),
            new Retriever.Hit(new Passage("2", "Kite\nA bird."), 1));

    private static final String FOUND =
            "\n\n<information>Doc 1(Title: \"Red Kite\") A book by Ada Brok.\nDoc 2(Title: Kite) A bird.</information>\n\n";
    private static final String THINK_AND_SEARCH = "<think>hm</think><search> red kite </search>";

    private static SearchEnvironment opened(String options) {
        return opened(options, TWO);
    }

    private static SearchEnvironment opened(String options, Retriever retriever) {
        var environment = new SearchEnvironment(retriever, Options.bind(SearchOptions.class, options));
        environment.reset(TASK, 1);
        return environment;
    }

    private static String observation(StepResult result) {
        assertThat(result).isInstanceOf(StepResult.Continue.class);
        return ((StepResult.Continue) result).observation().get(0).content();
    }

    private static Verdict play(String options, String... turns) {
        SearchEnvironment environment = opened(options);
        StepResult last = environment.step(turns[0]);
        for (int i = 1; i < turns.length; i++) {
            observation(last);
            last = environment.step(turns[i]);
        }
        assertThat(last).isInstanceOf(StepResult.Done.class);
        return ((StepResult.Done) last).verdict();
    }

    private static List<Double> values(List<RewardComponent> components) {
        return components.stream().map(RewardComponent::value).toList();
    }

    @Test
    void answersASearchInSearchR1sFormat() {
        assertThat(observation(opened("").step(THINK_AND_SEARCH))).isEqualTo(FOUND);
    }

    @Test
    void tellsAnInvalidTurnThatItIs() {
        assertThat(observation(opened("").step("<think>hm</think>")))
                .isEqualTo(
                        "\nMy previous action is invalid. If I want to search, I should put the query between <search>"
                                + " and </search>. If I want to give the final answer, I should put the answer between <answer> and"
                                + " </answer>. Let me try again.\n");
    }

    @Test
    void cutsAnObservationThatIsTooLongAndKeepsItsTags() {
        assertThat(observation(opened("{\"max-observation\":9}").step(THINK_AND_SEARCH)))
                .isEqualTo("\n\n<information>Doc 1(Tit…</information>\n\n");
    }

    @Test
    void readsTheFirstClosedBlockOfATurnThatEndsAtItsFirstSearch() {
        assertThat(SearchAction.of("<search> a </search><answer>b</answer>", new Fuel(1_000)))
                .isEqualTo(new SearchAction(SearchAction.Kind.SEARCH, "a", "<search> a </search>"));
        assertThat(SearchAction.of("<answer>b</answer><search>a</search> c", new Fuel(1_000))
                        .kind())
                .isEqualTo(SearchAction.Kind.ANSWER);
        assertThat(SearchAction.of("<answer>b <search>a</search></answer>", new Fuel(1_000))
                        .content())
                .isEqualTo("a");
        assertThat(SearchAction.of("<answer>b</answer>c<answer>d</answer>", new Fuel(1_000))
                        .turn())
                .isEqualTo("<answer>b</answer>");
        assertThat(SearchAction.of("</search><search>", new Fuel(1_000)).kind()).isEqualTo(SearchAction.Kind.INVALID);
    }

    @Test
    void rewardsAnyGoldAfterNormalising() {
        for (String answer : List.of("Ada Brok", "ada brok.", " The  BROK ")) {
            Verdict verdict = play("", THINK_AND_SEARCH, "<answer>" + answer + "</answer>");
            assertThat(verdict.outcome()).isEqualTo(Outcome.CORRECT);
            assertThat(verdict.components()).containsExactly(new RewardComponent("em", 1));
        }
        Verdict wrong = play("", "<answer>Ada</answer>");
        assertThat(wrong.outcome()).isEqualTo(Outcome.WRONG);
        assertThat(wrong.reward()).isZero();
    }

    @Test
    void logsSearchesInvalidTurnsAndWhetherAGoldWasFound() {
        assertThat(play("", THINK_AND_SEARCH, "hm", "<answer>Bo</answer>").metrics())
                .containsExactly(
                        new RewardComponent("searches", 1),
                        new RewardComponent("invalid-actions", 1),
                        new RewardComponent("retrieved-gold", 1));
        assertThat(values(play("", "<answer>Bo</answer>").metrics())).containsExactly(0.0, 0.0, 0.0);
    }

    @Test
    void rewardsTheWordsInCommon() {
        Verdict verdict = play("{\"reward\":\"f1\"}", "<answer>Brok of Ulm</answer>");

        assertThat(verdict.components()).containsExactly(new RewardComponent("f1", 0.5));
        assertThat(verdict.outcome()).isEqualTo(Outcome.WRONG);
        assertThat(play("{\"reward\":\"f1\"}", "<answer>yes</answer>").reward()).isZero();
    }

    @Test
    void paysForTheFormatAsSearchR1sTableSays() {
        String format = "{\"reward\":\"format\"}";
        String answer = "<think>so</think><answer>Ada Brok</answer>";
        String wrong = "<think>so</think><answer>Bo</answer>";

        assertThat(values(play(format, THINK_AND_SEARCH, answer).components())).containsExactly(0.8, 0.2, 0.0, 0.0);
        assertThat(play(format, "Ada? <answer>Ada Brok</answer>").reward()).isEqualTo(0.8);
        assertThat(values(play(format, THINK_AND_SEARCH, wrong).components())).containsExactly(0.0, 0.2, 0.1, 0.0);
        assertThat(play(format, wrong).reward()).isEqualTo(0.2);
        assertThat(play(format, "<answer>Bo</answer>").reward()).isEqualTo(0.1);
        assertThat(opened(format).truncated("too long").reward()).isZero();
    }

    @Test
    void knowsTheFormatOfAnEpisode() {
        String valid =
                "<think>a</think>\n<search>b</search>\n\n<information>c</information>\n\n<think>d < e</think><answer>f</answer>\n";
        assertThat(TagSequence.isValid(valid, new Fuel(10_000))).isTrue();
        for (String invalid : List.of(
                "",
                valid + "x",
                "x" + valid,
                valid.replace("<think>d < e</think>", ""),
                valid.replace("<think>a</think>", "<think>a"),
                valid.replace("</answer>", ""),
                valid.replace("<answer>f</answer>", ""),
                valid.replace("b", "<think>b</think>"),
                valid.replace("<information>c</information>", ""))) {
            assertThat(TagSequence.isValid(invalid, new Fuel(10_000)))
                    .as(invalid)
                    .isFalse();
        }
    }

    @Test
    void allowsOneMoreTurnAfterTheLastSearch() {
        String[] searches = {THINK_AND_SEARCH, THINK_AND_SEARCH, THINK_AND_SEARCH};

        Verdict verdict = play("{\"max-searches\":2}", searches);

        assertThat(verdict.outcome()).isEqualTo(Outcome.NO_ANSWER);
        assertThat(verdict.rule()).contains("2 searches");
        assertThat(play("{\"max-searches\":2}", THINK_AND_SEARCH, "hm", "<answer>Brok</answer>")
                        .outcome())
                .isEqualTo(Outcome.CORRECT);
    }

    @Test
    void letsAFailedSearchBeAFailureOfTheEnvironment() {
        SearchEnvironment environment = opened("", (query, topK) -> {
            throw new RetrievalException("the server is away", null);
        });

        assertThatExceptionOfType(RetrievalException.class).isThrownBy(() -> environment.step(THINK_AND_SEARCH));
    }

    @Test
    void paysTheShortestRightAnswerOfAGroup() {
        Verdict right = play("", "<answer>Brok</answer>");
        var rubric = SearchRubric.of(Options.bind(SearchOptions.class, "{\"brevity\":0.25}"))
                .groupRubric()
                .orElseThrow();

        List<Verdict> verdicts = rubric.judge(
                TASK, List.of(new GroupMember(TASK.prompt(), right, 9), new GroupMember(TASK.prompt(), right, 5)));

        assertThat(verdicts).extracting(Verdict::reward).containsExactly(1.0, 1.25);
        assertThat(new Search().groupRubric()).isEmpty();
    }

    @Test
    void staysLinearOnHugeTurns() {
        List<String> parts = List.of("<search>", "</answer>", "<answer>", "<think>", "<", "</think><answer>", "a b ");
        for (String part : parts) {
            String noise = part.repeat(400_000 / part.length());
            for (String action : List.of(noise, "<answer>" + noise + "</answer>", "<search>" + noise + "</search>")) {
                List<StepResult> results = new ArrayList<>();
                SearchEnvironment environment = opened("{\"reward\":\"format\"}");
                results.add(environment.step(action));
                if (results.get(0) instanceof StepResult.Continue) {
                    results.add(environment.step("<answer>" + noise + "</answer>"));
                }
                assertThat(results).allSatisfy(result -> {
                    if (result instanceof StepResult.Done done) {
                        assertThat(done.verdict().outcome()).isNotIn(Outcome.CORRECT, Outcome.ERROR);
                    }
                });
            }
        }
    }
}
