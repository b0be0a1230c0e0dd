package io.troupe.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OptionsTest {

    enum Mode {
        STRICT,
        LENIENT
    }

    record Inner(String name) {}

    record Example(
            @OptionDefault("3") int topK,
            String path,
            @OptionDefault("strict") Mode mode,
            @Nullable Inner inner,
            @OptionDefault("[]") List<String> words) {
        Example {
            if (topK < 1) {
                throw new IllegalArgumentException("top-k must be >= 1, not " + topK);
            }
        }
    }

    @Test
    void bindsKebabCaseKeysAndFillsInDefaults() {
        assertThat(Options.bind(Example.class, "{\"path\": \"a\"}"))
                .isEqualTo(new Example(3, "a", Mode.STRICT, null, List.of()));
        assertThat(Options.bind(
                        Example.class, "{\"path\":\"a\",\"top-k\":5,\"mode\":\"lenient\",\"inner\":{\"name\":\"n\"}}"))
                .isEqualTo(new Example(5, "a", Mode.LENIENT, new Inner("n"), List.of()));
        assertThat(Options.bind(NoOptions.class, "")).isEqualTo(new NoOptions());
    }

    @Test
    void namesTheKeyThatDoesNotFit() {
        refuses("{\"path\":\"a\",\"topk\":5}", "options.topk", "top-k, path, mode");
        refuses("{}", "options.path is missing");
        refuses("{\"path\":\"a\",\"top-k\":0}", "top-k must be >= 1, not 0");
        refuses("{\"path\":\"a\",\"top-k\":\"many\"}", "options.top-k");
        refuses("{\"path\":\"a\",\"inner\":{\"nam\":\"n\"}}", "options.inner.nam");
        refuses("[1]", "must be an object");
        refuses("{", "no JSON");
        assertThatThrownBy(() -> Options.bind(NoOptions.class, "{\"a\":1}")).hasMessageContaining("has no options");
    }

    @Test
    void aFamilyThatOccursTwiceHasTwoNames() {
        TaskFamilies families = TaskFamilies.load()
                .configured(List.of(
                        new TaskFamilies.Entry("easy", "math/arithmetic", "{}"),
                        new TaskFamilies.Entry("math/arithmetic", "math/arithmetic", "{}")));
        Task task = families.get("easy").task(Split.TRAIN, 1, 0, 1);
        assertThat(task.family()).isEqualTo("easy");
        assertThat(task.ofFamily("math/arithmetic"))
                .isEqualTo(families.get("math/arithmetic").task(Split.TRAIN, 1, 0, 1));
        try (Environment environment = families.get("easy").open()) {
            environment.reset(task, 1);
            assertThat(environment.step("<answer>" + task.gold() + "</answer>"))
                    .isInstanceOfSatisfying(
                            StepResult.Done.class,
                            done -> assertThat(done.verdict().outcome()).isEqualTo(Outcome.CORRECT));
        }
        var demonstrator = families.get("easy").demonstrator().orElseThrow();
        assertThat(demonstrator.demonstrate(task, Demonstrator.Quality.SOUND, new SplittableRandom(1)))
                .isNotEmpty();
    }

    @Test
    void namesTheEntryWhoseOptionsDoNotFit() {
        TaskFamilies families = TaskFamilies.load();
        assertThatThrownBy(() -> families.configured(
                        List.of(new TaskFamilies.Entry("sums", "math/arithmetic", "{\"depth\": 1}"))))
                .isInstanceOf(OptionsException.class)
                .hasMessageContaining("sums")
                .hasMessageContaining("depth");
        assertThatThrownBy(() -> families.configured(List.of(
                        new TaskFamilies.Entry("a", "math/arithmetic", ""),
                        new TaskFamilies.Entry("a", "agent/calculator", ""))))
                .isInstanceOf(TaskFamilyException.class)
                .hasMessageContaining("'a'");
    }

    private static void refuses(String json, String... words) {
        assertThatThrownBy(() -> Options.bind(Example.class, json))
                .isInstanceOf(OptionsException.class)
                .hasMessageContainingAll(words);
    }
}
