package io.troupe.verifier.logic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.troupe.verifier.ContentSplit;
import io.troupe.verifier.Demonstrator.Quality;
import io.troupe.verifier.GraderProvider;
import io.troupe.verifier.Graders;
import io.troupe.verifier.Message;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Split;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamilies;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.logic.countdown.CountdownSearch;
import io.troupe.verifier.logic.propositional.TruthTables;
import io.troupe.verifier.logic.sudoku.ExactCover;
import io.troupe.verifier.logic.syllogism.Venn;
import io.troupe.verifier.logic.zebra.ZebraReader;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many puzzles of every logic family, over all levels, both splits and several seeds: each is solved by something that shares no code with its generator,
 * no content lies on both sides of the split, and the gold is judged correct. Prints how many puzzles a second are made. {@code
 * -Dtroupe.generator.puzzles=10000} for the full run.
 */
class GeneratorsIT {

    private static final int PUZZLES = Integer.getInteger("troupe.generator.puzzles", 500);
    private static final int SEEDS = 5;
    private static final Graders GRADERS = Graders.load();
    private static final int SEARCHED_NUMBERS = 4;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "logic/countdown",
                "logic/knights-and-knaves",
                "logic/mini-sudoku",
                "logic/propositional",
                "logic/sudoku",
                "logic/syllogism",
                "logic/zebra"
            })
    void everyPuzzleIsSoundAndOnOneSideOfTheSplit(String id) throws JsonProcessingException {
        TaskFamily family = TaskFamilies.load().get(id);
        Map<Split, Set<String>> contents = new EnumMap<>(Split.class);
        List<Task> tasks = new ArrayList<>();
        long started = System.nanoTime();
        for (int number = 0; number < PUZZLES; number++) {
            tasks.add(task(family, number));
        }
        double seconds = (System.nanoTime() - started) / (double) TimeUnit.SECONDS.toNanos(1);
        for (Task task : tasks) {
            String content = content(family, task);
            assertThat(ContentSplit.of(id, content)).as(task.toString()).isEqualTo(task.split());
            contents.computeIfAbsent(task.split(), split -> new HashSet<>()).add(content);
            assertThat(solvedElsewhere(task)).as(task.toString()).isTrue();
            assertGoldIsCorrect(family, task);
        }
        assertThat(contents.get(Split.TRAIN)).doesNotContainAnyElementsOf(contents.get(Split.EVALUATION));
        System.out.printf(
                Locale.ROOT,
                "%-26s %6d puzzles, %6d training and %5d evaluation contents, %9.0f puzzles/s%n",
                id,
                PUZZLES,
                contents.get(Split.TRAIN).size(),
                contents.get(Split.EVALUATION).size(),
                PUZZLES / seconds);
    }

    private static Task task(TaskFamily family, int number) {
        int levels = family.levels().max() - family.levels().min() + 1;
        int level = family.levels().min() + number % levels;
        int round = number / levels;
        Split split = round % 2 == 0 ? Split.TRAIN : Split.EVALUATION;
        return family.task(split, round / 2 % SEEDS, round / (2 * SEEDS), level);
    }

    private static String content(TaskFamily family, Task task) {
        if (family instanceof PuzzleFamily<?> puzzles) {
            return puzzles.content(task);
        }
        return Quiz.of(task.family(), task.split(), task.seed(), task.index(), task.level(), Perturbation.NONE)
                .puzzle()
                .key();
    }

    private static boolean solvedElsewhere(Task task) throws JsonProcessingException {
        String question = task.prompt().get(1).content();
        return switch (task.family()) {
            case "logic/knights-and-knaves" ->
                KnightsAndKnavesTest.solve(question).equals(List.of(task.gold()));
            case "logic/mini-sudoku", "logic/sudoku" ->
                ExactCover.count(json(task).get("puzzle").asText(), 2) == 1;
            case "logic/zebra" ->
                ZebraReader.read(question)
                        .answers()
                        .equals(List.of(json(task).get("answer").asText()));
            case "logic/syllogism" -> Venn.answer(question).equals(task.gold());
            case "logic/propositional" -> TruthTables.sound(task.gold());
            default -> {
                List<Integer> numbers = new ArrayList<>();
                json(task).get("numbers").forEach(number -> numbers.add(number.asInt()));
                yield numbers.size() > SEARCHED_NUMBERS
                        || CountdownSearch.solvable(
                                numbers, json(task).get("target").asInt());
            }
        };
    }

    private static JsonNode json(Task task) throws JsonProcessingException {
        return new JsonMapper().readTree(task.gold());
    }

    private static void assertGoldIsCorrect(TaskFamily family, Task task) throws JsonProcessingException {
        GraderProvider graders = GRADERS.get(task.family());
        String answer = switch (task.family()) {
            case "logic/knights-and-knaves", "logic/syllogism" -> task.gold();
            case "logic/zebra" -> json(task).get("answer").asText();
            case "logic/propositional" -> json(task).get("example").asText();
            case "logic/countdown" -> json(task).get("solution").asText();
            default -> rows(json(task).get("solution").asText());
        };
        String text = task.prefill() + "</think><answer>" + answer + "</answer>";
        assertThat(graders.grader("strict")
                        .judge(task.gold(), text, graders.budget())
                        .outcome())
                .as(task.toString())
                .isEqualTo(Outcome.CORRECT);
        Message hasty = family.demonstrator()
                .orElseThrow()
                .demonstrate(task, Quality.HASTY, new SplittableRandom(task.index()))
                .get(0);
        assertThat(graders.grader("strict")
                        .judge(task.gold(), task.prefill() + hasty.content(), graders.budget())
                        .outcome())
                .as(hasty.toString())
                .isEqualTo(Outcome.WRONG);
    }

    private static String rows(String cells) {
        int side = (int) Math.sqrt(cells.length());
        var rows = new StringBuilder();
        for (int start = 0; start < cells.length(); start += side) {
            rows.append(cells, start, start + side).append('\n');
        }
        return rows.toString();
    }
}
