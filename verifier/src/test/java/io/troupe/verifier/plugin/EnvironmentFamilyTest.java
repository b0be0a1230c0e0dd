package io.troupe.verifier.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.verifier.Environment;
import io.troupe.verifier.EnvironmentDefinition;
import io.troupe.verifier.Message;
import io.troupe.verifier.OptionDefault;
import io.troupe.verifier.OptionsException;
import io.troupe.verifier.Split;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamilies;
import io.troupe.verifier.TaskFamilyException;
import io.troupe.verifier.TaskGenerationException;
import io.troupe.verifier.Verdict;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentFamilyTest {

    @TempDir
    Path folder;

    /** What they have in common: nothing happens. */
    public abstract static class Silent implements Environment {
        @Override
        public List<Message> reset(Task task, long seed) {
            return List.of(Message.user("Go."));
        }

        @Override
        public StepResult step(String action) {
            throw new IllegalStateException("not played here");
        }

        @Override
        public Verdict truncated(String reason) {
            throw new IllegalStateException("not played here");
        }

        @Override
        public void close() {}
    }

    /** Always opens in the same words. */
    @EnvironmentDefinition(id = "test/constant", summary = "always the same")
    public static final class Constant extends Silent {}

    /** Opens in the same words too, but says what tells its tasks apart. */
    @EnvironmentDefinition(id = "test/hidden", summary = "hides what varies")
    public static final class Hidden extends Silent {
        private long secret;

        @Override
        public List<Message> reset(Task task, long seed) {
            secret = seed;
            return super.reset(task, seed);
        }

        @Override
        public String taskKey(List<Message> opening) {
            return Long.toString(secret);
        }
    }

    /** Lacks the annotation. */
    public static final class Nameless extends Silent {}

    /** Has an id without a slash. */
    @EnvironmentDefinition(id = "word", summary = "misnamed")
    public static final class Misnamed extends Silent {}

    /** Names options and has no constructor for them. */
    @EnvironmentDefinition(id = "test/stubborn", summary = "takes no options", options = Stubborn.Options.class)
    public static final class Stubborn extends Silent {
        /** Unused. */
        public record Options(@OptionDefault("1") int size) {}
    }

    /** Cannot be made. */
    @EnvironmentDefinition(id = "test/failing", summary = "fails")
    public static final class Failing extends Silent {
        public Failing() {
            throw new IllegalStateException("out of cheese");
        }
    }

    @Test
    void anEnvironmentWhoseTasksAreHiddenSaysWhatTellsThemApart() throws Exception {
        TaskFamilies families = listed(Hidden.class);
        for (Split split : Split.values()) {
            assertThat(families.get("test/hidden").task(split, 1, 0, 1).prompt())
                    .isEqualTo(families.get("test/hidden").task(split, 1, 1, 1).prompt());
        }
    }

    @Test
    void oneThatAlwaysOpensTheSameIsToldWhatToOverride() throws Exception {
        var family = listed(Constant.class).get("test/constant");
        assertThatThrownBy(() -> {
                    family.task(Split.TRAIN, 1, 0, 1);
                    family.task(Split.EVALUATION, 1, 0, 1);
                })
                .isInstanceOf(TaskGenerationException.class)
                .hasMessageContaining("test/constant")
                .hasMessageContaining("taskKey");
    }

    @Test
    void whatIsMissingIsNamed() throws Exception {
        refused(Nameless.class, "@EnvironmentDefinition");
        refused(Misnamed.class, "two words with a slash");
        refused(Stubborn.class, "no public constructor");
        assertThatThrownBy(() -> listed(Constant.class, Constant.class, GuessTwin.class))
                .isInstanceOf(TaskFamilyException.class)
                .hasMessageContaining("test/guess")
                .hasMessageContaining("GuessTwin");
        var failing = listed(Failing.class).get("test/failing");
        assertThatThrownBy(failing::open)
                .isInstanceOf(TaskFamilyException.class)
                .hasMessageContaining("out of cheese");
    }

    /** Takes an id that is taken. */
    @EnvironmentDefinition(id = "test/guess", summary = "a twin")
    public static final class GuessTwin extends Silent {}

    @Test
    void optionsThatTheRecordRefusesAreRefusedByName() {
        assertThatThrownBy(() -> TaskFamilies.load(getClass().getClassLoader())
                        .configured(List.of(new TaskFamilies.Entry("g", "test/guess", "{\"guesses\": 0}"))))
                .isInstanceOf(OptionsException.class)
                .hasMessageContaining("guesses must be >= 1, not 0");
    }

    private void refused(Class<?> type, String words) {
        assertThatThrownBy(() -> listed(type))
                .isInstanceOf(TaskFamilyException.class)
                .hasMessageContaining(type.getName())
                .hasMessageContaining(words);
    }

    private TaskFamilies listed(Class<?>... types) throws Exception {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(
                services.resolve(Environment.class.getName()),
                String.join("\n", List.of(types).stream().map(Class::getName).toList()));
        var loader = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, getClass().getClassLoader());
        return TaskFamilies.load(loader);
    }
}
