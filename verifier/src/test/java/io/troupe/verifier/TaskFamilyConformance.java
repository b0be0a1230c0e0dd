package io.troupe.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.troupe.verifier.Demonstrator.Quality;
import io.troupe.verifier.wire.VerifierProtos;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What every task family promises. Whoever writes one extends this class in its tests. */
public abstract class TaskFamilyConformance {

    /** The family under test. */
    protected abstract TaskFamily family();

    /** What a task asks, whatever names or words it asks in. */
    protected abstract String content(Task task);

    /** The hardest level at which demonstrations are short enough to be played in a test. */
    protected int hardestDemonstratedLevel() {
        return family().levels().max();
    }

    /** How many tasks of a level and split are looked at. */
    protected int sample() {
        return 200;
    }

    private Stream<Task> tasks(Split split, long seed, int level) {
        return IntStream.range(0, sample()).mapToObj(index -> family().task(split, seed, index, level));
    }

    private IntStream levels() {
        return IntStream.rangeClosed(family().levels().min(), family().levels().max());
    }

    private Task task() {
        return family().task(Split.TRAIN, 1, 0, family().levels().initial());
    }

    private static Verdict done(StepResult result) {
        assertThat(result).isInstanceOf(StepResult.Done.class);
        return ((StepResult.Done) result).verdict();
    }

    @Example
    void isFoundByItsId() {
        assertThat(TaskFamilies.load().get(family().id()).getClass()).isEqualTo(family().getClass());
        assertThat(family().summary()).isNotBlank();
        assertThat(family().levels().meaning()).isNotBlank();
    }

    @Property(tries = 200, seed = "1")
    void drawsTheSameTaskForTheSameArguments(@ForAll long seed, @ForAll @IntRange(max = 1_000_000) int index) {
        for (Split split : Split.values()) {
            int level = family().levels().initial();
            Task task = family().task(split, seed, index, level);

            assertThat(family().task(split, seed, index, level)).isEqualTo(task);
            assertThat(List.of(task.family(), task.split(), task.seed(), task.index(), task.level()))
                    .containsExactly(family().id(), split, seed, (long) index, level);
        }
    }

    @Example
    void namesEveryTaskDifferently() {
        Set<String> ids = new HashSet<>();
        for (Split split : Split.values()) {
            for (long seed = -2; seed < 3; seed++) {
                long drawn = seed;
                levels().forEach(level -> tasks(split, drawn, level)
                        .forEach(task ->
                                assertThat(ids.add(task.id())).as(task.id()).isTrue()));
            }
        }
    }

    @Example
    void neverSharesAContentBetweenTrainingAndEvaluationWhateverTheSeed() {
        levels().forEach(level -> {
            Set<String> trained = new HashSet<>();
            Set<String> heldOut = new HashSet<>();
            for (long seed = 0; seed < 5; seed++) {
                tasks(Split.TRAIN, seed, level).map(this::content).forEach(trained::add);
                tasks(Split.EVALUATION, seed + 2, level).map(this::content).forEach(heldOut::add);
            }
            assertThat(trained).hasSizeGreaterThan(50).doesNotContainAnyElementsOf(heldOut);
            assertThat(heldOut).hasSizeGreaterThan(15);
            assertThat(trained).allMatch(key -> ContentSplit.of(family().id(), key) == Split.TRAIN);
        });
    }

    @Example
    void refusesLevelsOffItsScaleAndNegativeIndices() {
        Levels levels = family().levels();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> family().task(Split.TRAIN, 1, 0, levels.min() - 1))
                .withMessageContaining("not " + (levels.min() - 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> family().task(Split.TRAIN, 1, 0, levels.max() + 1))
                .withMessageContaining("not " + (levels.max() + 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> family().task(Split.TRAIN, 1, -1, levels.min()))
                .withMessageContaining("-1");
    }

    @Example
    void opensAnEpisodeAgainAndAgain() {
        try (Environment environment = family().open()) {
            Task task = task();
            assertThat(environment.reset(task, 1)).isEqualTo(task.prompt());
            assertThat(environment.reset(task, 1)).isEqualTo(task.prompt());
            Verdict first = done(environment.step("I don't know."));
            environment.reset(task, 1);
            assertThat(done(environment.step("I don't know."))).isEqualTo(first);
        }
    }

    @Example
    void refusesATurnOutsideAnEpisode() {
        try (Environment environment = family().open()) {
            assertThatIllegalStateException().isThrownBy(() -> environment.step("early"));
            assertThatIllegalStateException().isThrownBy(() -> environment.truncated("early"));
            environment.reset(task(), 1);
            done(environment.step("I don't know."));
            assertThatIllegalStateException().isThrownBy(() -> environment.step("late"));
            assertThatIllegalStateException().isThrownBy(() -> environment.truncated("late"));
        }
    }

    @Example
    void judgesATruncatedEpisode() {
        try (Environment environment = family().open()) {
            environment.reset(task(), 1);
            Verdict verdict = environment.truncated("the limit on tokens");
            assertThat(verdict.outcome()).isEqualTo(Outcome.NO_ANSWER);
            assertThatIllegalStateException().isThrownBy(() -> environment.step("late"));
        }
    }

    @Example
    void refusesATaskOfAnotherFamily() {
        Task own = task();
        var foreign = new Task("some/other", "x", own.split(), 1, 0, own.level(), own.prompt(), own.gold());
        try (Environment environment = family().open()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> environment.reset(foreign, 1))
                    .withMessageContaining("some/other");
        }
    }

    @Example
    void blamesATaskForAGoldThatCannotBeRead() {
        Task own = task();
        var broken = new Task(
                own.family(), own.id(), own.split(), own.seed(), own.index(), own.level(), own.prompt(), "no gold");
        try (Environment environment = family().open()) {
            environment.reset(broken, 1);
            Verdict verdict = done(environment.step("</think><answer>1</answer>"));
            assertThat(verdict.outcome()).isEqualTo(Outcome.UNPARSABLE_GOLD);
            assertThat(verdict.reward()).isZero();
        }
    }

    @Property(tries = 300, seed = "1")
    void answersToAnyTextWithoutFailing(@ForAll String noise, @ForAll @IntRange(max = 7) int shape) {
        String action = switch (shape) {
            case 0 -> noise;
            case 1 -> "<answer>" + noise + "</answer>";
            case 2 -> "</think><answer>" + noise + "</answer>";
            case 3 -> "<call>" + noise + "</call>";
            case 4 -> "</answer>" + noise + "<answer>";
            case 5 -> "<call>" + noise;
            case 6 -> "<answer></answer>" + noise;
            default -> noise + "</think><answer>" + noise + "knight</answer>" + noise;
        };
        try (Environment environment = family().open()) {
            environment.reset(task(), 1);
            StepResult result = environment.step(action);
            environment.reset(task(), 1);
            assertThat(environment.step(action)).isEqualTo(result);
            if (result instanceof StepResult.Done done) {
                assertThat(done.verdict().outcome().carriesReward()).isTrue();
            }
        }
    }

    @Example
    void staysTotalOnHugeTexts() {
        for (String part : List.of("(", "9", "9,999", "-", "<answer>", "</answer>", "Zoey is a ", "and ", " ", "1+")) {
            String noise = part.repeat(400_000 / part.length());
            for (String action :
                    List.of(noise, "</think><answer>" + noise + "</answer>", "<call>" + noise + "</call>")) {
                try (Environment environment = family().open()) {
                    environment.reset(task(), 1);
                    if (environment.step(action) instanceof StepResult.Done done) {
                        assertThat(done.verdict().outcome()).isNotIn(Outcome.CORRECT, Outcome.ERROR);
                    }
                }
            }
        }
    }

    @Example
    void travelsOverTheWire() {
        for (Split split : Split.values()) {
            Task task = family().task(split, -7, 3, family().levels().initial());
            assertThat(VerifierProtos.fromProto(VerifierProtos.toProto(task))).isEqualTo(task);
        }
    }

    @Example
    void isDemonstratedSoundlyAndHastily() {
        Demonstrator demonstrator = family().demonstrator().orElseThrow();
        for (int level = family().levels().min(); level <= hardestDemonstratedLevel(); level++) {
            for (Split split : Split.values()) {
                tasks(split, 11, level).forEach(task -> {
                    Verdict sound = play(task, demonstrator.demonstrate(task, Quality.SOUND, new SplittableRandom(5)));
                    assertThat(sound.outcome()).as(task.toString()).isEqualTo(Outcome.CORRECT);
                    Verdict hasty = play(
                            task, demonstrator.demonstrate(task, Quality.HASTY, new SplittableRandom(task.index())));
                    assertThat(hasty.outcome()).as(task.toString()).isEqualTo(Outcome.WRONG);
                    assertThat(hasty.reward()).isLessThan(sound.reward());
                });
            }
        }
    }

    /** Plays the assistant's turns of a demonstration; what the tools say must be what the environment answers. */
    private Verdict play(Task task, List<Message> demonstration) {
        try (Environment environment = family().open()) {
            environment.reset(task, 1);
            List<Message> left = new ArrayList<>(demonstration);
            while (true) {
                Message turn = left.remove(0);
                assertThat(turn.role()).isEqualTo(Message.ASSISTANT);
                StepResult result = environment.step(turn.content());
                if (result instanceof StepResult.Done done) {
                    assertThat(left).as("what follows the end of the episode").isEmpty();
                    return done.verdict();
                }
                List<Message> observation = ((StepResult.Continue) result).observation();
                assertThat(left.subList(0, observation.size())).isEqualTo(observation);
                left.subList(0, observation.size()).clear();
            }
        }
    }
}
