package io.troupe.environments.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.verifier.ContentSplit;
import io.troupe.verifier.Demonstrator;
import io.troupe.verifier.Environment;
import io.troupe.verifier.Message;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Split;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.Task;
import io.troupe.verifier.Verdict;
import io.troupe.verifier.conformance.EnvironmentConformance;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SearchTest extends EnvironmentConformance {

    private static final Search FAMILY = new Search();

    @Override
    protected String familyId() {
        return "agent/search";
    }

    @Override
    protected Optional<List<String>> solution(Task task) {
        return Optional.of(turns(demonstrate(task, Demonstrator.Quality.SOUND)));
    }

    @Override
    protected Optional<List<String>> mistake(Task task) {
        return Optional.of(turns(demonstrate(task, Demonstrator.Quality.HASTY)));
    }

    private static List<Message> demonstrate(Task task, Demonstrator.Quality quality) {
        return FAMILY.demonstrator().orElseThrow().demonstrate(task, quality, new SplittableRandom(task.index()));
    }

    private static List<String> turns(List<Message> messages) {
        return messages.stream()
                .filter(message -> message.role().equals(Message.ASSISTANT))
                .map(Message::content)
                .toList();
    }

    /** Plays the assistant's turns of a demonstration; what it says the tool says must be what the environment answers. */
    private static Verdict play(Task task, List<Message> demonstration) {
        try (Environment environment = FAMILY.open()) {
            environment.reset(task, 1);
            List<Message> left = new ArrayList<>(demonstration);
            while (true) {
                StepResult result = environment.step(left.remove(0).content());
                if (result instanceof StepResult.Done done) {
                    assertThat(left).isEmpty();
                    return done.verdict();
                }
                List<Message> observation = ((StepResult.Continue) result).observation();
                assertThat(left.subList(0, observation.size())).isEqualTo(observation);
                left.subList(0, observation.size()).clear();
            }
        }
    }

    @Test
    void isDemonstratedSoundlyAndHastilyAtEveryLevelWithTheExactObservations() {
        for (int level = 1; level <= 4; level++) {
            for (Split split : Split.values()) {
                for (int index = 0; index < 100; index++) {
                    Task task = FAMILY.task(split, 11, index, level);

                    Verdict sound = play(task, demonstrate(task, Demonstrator.Quality.SOUND));
                    Verdict hasty = play(task, demonstrate(task, Demonstrator.Quality.HASTY));

                    assertThat(sound.outcome()).as(task.toString()).isEqualTo(Outcome.CORRECT);
                    assertThat(sound.metrics())
                            .filteredOn(metric -> metric.name().equals("searches"))
                            .singleElement()
                            .satisfies(metric -> assertThat(metric.value()).isEqualTo(task.level()));
                    assertThat(sound.metrics())
                            .filteredOn(metric -> metric.name().equals("retrieved-gold"))
                            .singleElement()
                            .satisfies(metric -> assertThat(metric.value()).isEqualTo(1));
                    assertThat(hasty.outcome()).as(task.toString()).isEqualTo(Outcome.WRONG);
                }
            }
        }
    }

    @Test
    void neverAsksTrainingAboutAThingThatEvaluationAsksAbout() {
        WorldQuestions questions = new WorldQuestions(World.of(1, 2_000));
        for (int level = 1; level <= 4; level++) {
            Set<String> trained = new HashSet<>();
            Set<String> heldOut = new HashSet<>();
            for (int index = 0; index < 5_000; index++) {
                trained.add(questions
                        .walk(Split.TRAIN, index % 7, index, level)
                        .start()
                        .name());
                heldOut.add(questions
                        .walk(Split.EVALUATION, index % 5, index, level)
                        .start()
                        .name());
            }
            assertThat(trained).hasSizeGreaterThan(500).doesNotContainAnyElementsOf(heldOut);
            assertThat(heldOut).hasSizeGreaterThan(150);
            assertThat(trained).allMatch(name -> ContentSplit.of("agent/search", name) == Split.TRAIN);
        }
    }

    @Test
    void asksInSearchR1sWords() {
        Task task = FAMILY.task(Split.TRAIN, 1, 0, 1);

        assertThat(task.prompt())
                .singleElement()
                .satisfies(message -> assertThat(message.content())
                        .startsWith(
                                "Answer the given question. You must conduct reasoning inside <think> and </think> first every"
                                        + " time you get new information.")
                        .contains("For example, <answer> Beijing </answer>. Question: ")
                        .endsWith("?\n"));
    }

    @Test
    void drawsATenthOfAMillisecondATask() {
        for (int warm = 0; warm < 2_000; warm++) {
            FAMILY.task(Split.TRAIN, 3, warm, 4);
        }
        long start = System.nanoTime();
        int tasks = 10_000;
        for (int index = 0; index < tasks; index++) {
            Task task = FAMILY.task(Split.TRAIN, 4, index, 1 + index % 4);
            assertThat(Golds.isReadable(task.gold())).isTrue();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(java.util.Locale.ROOT, "agent/search: %.0f tasks a second%n", tasks / seconds);
        assertThat(tasks / seconds).isGreaterThan(500);
    }
}
