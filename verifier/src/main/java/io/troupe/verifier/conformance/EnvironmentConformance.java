package io.troupe.verifier.conformance;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.troupe.verifier.Environment;
import io.troupe.verifier.Levels;
import io.troupe.verifier.Message;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Split;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamilies;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.Verdict;
import io.troupe.verifier.wire.VerifierProtos;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What Troupe expects of a task family or environment of yours. Extend it in your tests, say which family it is, and answer what you can of the questions
 * below; what you don't answer is not tested.
 */
public abstract class EnvironmentConformance {

    private static final int TASKS = 40;
    private static final List<String> NOISE = List.of(
            "",
            " \n\t ",
            "I don't know.",
            "<answer></answer>",
            "</answer><answer>",
            "<answer>" + "(".repeat(2000) + "</answer>",
            "\u0000\uD800\uFFFF",
            "{\"name\": \"",
            "9".repeat(3000),
            "<tool_call>{}</tool_call>");

    /** The id of the family under test, as {@code troupe tasks} lists it. It is found as Troupe finds it, through its services file. */
    protected abstract String familyId();

    /** Options to test it with, as a JSON object. */
    protected String options() {
        return "{}";
    }

    /** The turns that solve a task. Where there are any, they must end in {@link Outcome#CORRECT}. */
    protected Optional<List<String>> solution(Task task) {
        return Optional.empty();
    }

    /** Turns that are well-formed and wrong. Where there are any, they must not end in {@link Outcome#CORRECT}. */
    protected Optional<List<String>> mistake(Task task) {
        return Optional.empty();
    }

    /** The most turns that an episode may take whatever the policy says; beyond them it must be over. */
    protected int maxTurns() {
        return 64;
    }

    private TaskFamily family() {
        return TaskFamilies.load(getClass().getClassLoader())
                .configured(List.of(new TaskFamilies.Entry(familyId(), familyId(), options())))
                .get(familyId());
    }

    @Test
    void saysWhatItIs() {
        TaskFamily family = family();
        Levels levels = family.levels();
        assertAll(
                () -> assertFalse(family.summary().isBlank(), "the summary is empty"),
                () -> assertFalse(levels.meaning().isBlank(), "the levels have no meaning"));
    }

    @Test
    void drawsTheSameTaskForTheSameArguments() {
        TaskFamily family = family();
        for (Split split : Split.values()) {
            for (int index = 0; index < TASKS; index++) {
                int level = family.levels().initial();
                Task task = family.task(split, 3, index, level);
                assertEquals(task, family.task(split, 3, index, level));
                assertEquals(family.id(), task.family());
                assertEquals(task, VerifierProtos.fromProto(VerifierProtos.toProto(task)), "over the wire");
            }
        }
    }

    @Test
    void sharesNoPromptBetweenTrainingAndEvaluation() {
        TaskFamily family = family();
        for (int level = family.levels().min(); level <= family.levels().max(); level++) {
            Set<List<Message>> trained = new HashSet<>();
            for (long seed = 0; seed < 3; seed++) {
                for (int index = 0; index < TASKS; index++) {
                    trained.add(family.task(Split.TRAIN, seed, index, level).prompt());
                }
            }
            for (int index = 0; index < TASKS; index++) {
                List<Message> prompt =
                        family.task(Split.EVALUATION, 7, index, level).prompt();
                assertFalse(trained.contains(prompt), "a task of the evaluation was trained on: " + prompt);
            }
        }
    }

    @Test
    void refusesLevelsOffItsScale() {
        TaskFamily family = family();
        int beyond = family.levels().max() + 1;
        assertThrows(IllegalArgumentException.class, () -> family.task(Split.TRAIN, 1, 0, beyond));
    }

    @Test
    void playsTheSameEpisodeForTheSameTaskSeedAndActions() {
        TaskFamily family = family();
        for (int index = 0; index < TASKS; index++) {
            Task task = family.task(Split.TRAIN, 1, index, family.levels().initial());
            List<String> turns = solution(task).orElse(List.of("I don't know."));
            assertEquals(play(family, task, turns), play(family, task, turns));
        }
    }

    @Test
    void resetsWhateverStateAnEpisodeWasLeftIn() {
        TaskFamily family = family();
        Task task = family.task(Split.TRAIN, 1, 0, family.levels().initial());
        try (Environment environment = family.open()) {
            List<Message> opening = environment.reset(task, 5);
            assertFalse(opening.isEmpty(), "the opening is empty");
            environment.step("I don't know.");
            assertEquals(opening, environment.reset(task, 5));
            environment.truncated("the limit on turns");
            assertEquals(opening, environment.reset(task, 5));
        }
    }

    @Test
    void closesTwice() {
        TaskFamily family = family();
        Environment environment = family.open();
        environment.reset(family.task(Split.TRAIN, 1, 0, family.levels().initial()), 1);
        environment.close();
        assertDoesNotThrow(environment::close);
    }

    @Test
    void judgesAnEpisodeThatIsCutOff() {
        TaskFamily family = family();
        Task task = family.task(Split.TRAIN, 1, 0, family.levels().initial());
        try (Environment environment = family.open()) {
            environment.reset(task, 1);
            Verdict verdict = environment.truncated("the limit on tokens");
            assertNotEquals(Outcome.ERROR, verdict.outcome(), verdict.rule());
            assertNotEquals(Outcome.CORRECT, verdict.outcome(), "nothing was said, and it is correct");
        }
    }

    @Test
    void answersToAnyTextAndComesToAnEnd() {
        TaskFamily family = family();
        Task task = family.task(Split.TRAIN, 1, 0, family.levels().initial());
        for (String noise : NOISE) {
            try (Environment environment = family.open()) {
                environment.reset(task, 1);
                StepResult result = environment.step(noise);
                for (int turn = 1; result instanceof StepResult.Continue; turn++) {
                    assertTrue(turn < maxTurns(), "the episode is not over after " + maxTurns() + " turns");
                    result = environment.step(noise);
                }
                Verdict verdict = ((StepResult.Done) result).verdict();
                assertNotEquals(Outcome.ERROR, verdict.outcome(), verdict.rule());
                assertNotEquals(Outcome.CORRECT, verdict.outcome(), "noise is correct: " + noise);
            }
        }
    }

    @Test
    void callsSolutionsCorrectAndMistakesNot() {
        TaskFamily family = family();
        int tested = 0;
        for (int level = family.levels().min(); level <= family.levels().max(); level++) {
            for (Split split : Split.values()) {
                for (int index = 0; index < TASKS; index++) {
                    Task task = family.task(split, 2, index, level);
                    Optional<List<String>> solution = solution(task);
                    if (solution.isPresent()) {
                        Verdict verdict = verdict(play(family, task, solution.get()), task);
                        assertEquals(Outcome.CORRECT, verdict.outcome(), () -> task + ": " + verdict.rule());
                        tested++;
                    }
                    Optional<List<String>> mistake = mistake(task);
                    if (mistake.isPresent()) {
                        Verdict verdict = verdict(play(family, task, mistake.get()), task);
                        assertNotEquals(Outcome.CORRECT, verdict.outcome(), () -> task + ": " + verdict.rule());
                        tested++;
                    }
                }
            }
        }
        assumeTrue(tested > 0, "neither solution nor mistake is given");
    }

    private static Verdict verdict(List<Object> played, Task task) {
        if (played.get(played.size() - 1) instanceof StepResult.Done done) {
            return done.verdict();
        }
        return fail("the episode of " + task + " goes on after the turns that were given");
    }

    /** The opening, then what each turn is answered. */
    private static List<Object> play(TaskFamily family, Task task, List<String> turns) {
        var answers = new ArrayList<Object>();
        try (Environment environment = family.open()) {
            answers.add(environment.reset(task, 11));
            for (String turn : turns) {
                StepResult result = environment.step(turn);
                answers.add(result);
                if (result instanceof StepResult.Done) {
                    break;
                }
            }
        }
        return answers;
    }
}
