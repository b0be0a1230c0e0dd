package io.troupe.actors.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.learner.objective.ObjectivePresets;
import io.troupe.learner.schedule.Schedule;
import io.troupe.policy.Attention;
import io.troupe.policy.Computation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsLoaderTest {

    @TempDir
    Path folder;

    @Test
    void defaultsAreTypedAndComplete() {
        TroupeSettings settings = SettingsLoader.defaults().settings();

        assertThat(settings.rollout().leaseTimeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(settings.train().schedule()).isEqualTo(Schedule.Shape.LINEAR);
        assertThat(settings.train().timeLimit()).isNull();
        assertThat(settings.objective()).isEqualTo(ObjectivePresets.named("tr-grpo"));
        assertThat(settings.tasks()).extracting(TaskSettings::family).contains("math/arithmetic");
    }

    @Test
    void theCheckOfLogProbabilitiesImpliesWhatMakesThemComparableUnlessToldOtherwise() {
        var implied =
                new SettingsLoader().set("debug.check-logprobs=true").load().settings();
        assertThat(implied.policy().attention()).isEqualTo(Attention.EXACT);
        assertThat(implied.train().staleness()).isZero();

        var told = new SettingsLoader()
                .set("debug.check-logprobs=true")
                .set("train.staleness=1")
                .load()
                .settings();
        assertThat(told.train().staleness()).isEqualTo(1);
    }

    @Test
    void whatDevicesAndPrecisionCannotBeIsRefusedByItsKey() {
        assertThatThrownBy(() -> new SettingsLoader().set("train.device=gpu").load())
                .hasMessageContaining("train.device")
                .hasMessageContaining("expected auto, cpu or cuda:N");
        assertThatThrownBy(() -> new SettingsLoader()
                        .set("rollout.device=cuda")
                        .set("rollout.device=tpu")
                        .load())
                .hasMessageContaining("rollout.device");
        assertThatThrownBy(() -> new SettingsLoader()
                        .set("policy.precision=bfloat16")
                        .set("debug.check-logprobs=true")
                        .load())
                .hasMessageContaining("policy.precision")
                .hasMessageContaining("expected float32");
        assertThat(new SettingsLoader()
                        .set("rollout.device=cuda:3")
                        .set("policy.precision=bfloat16")
                        .load()
                        .settings()
                        .policy()
                        .arithmetic()
                        .numbers())
                .isEqualTo(Computation.BFLOAT16);
    }

    @Test
    void laterLayersWinOverEarlierOnes() throws IOException {
        Path file = write("troupe { train { steps = 7, staleness = 1 }, run.seed = 5 }");

        TroupeSettings settings = new SettingsLoader()
                .file(file)
                .set("train.steps=8")
                .set("troupe.policy.path=/models/my model")
                .option("run.dir", "out", "--run")
                .load()
                .settings();

        assertThat(settings.train().steps()).isEqualTo(8);
        assertThat(settings.train().staleness()).isEqualTo(1);
        assertThat(settings.run().seed()).isEqualTo(5);
        assertThat(settings.run().dir()).isEqualTo("out");
        assertThat(settings.policy().path()).isEqualTo("/models/my model");
    }

    @Test
    void anEntryOfTheTaskListNeedsOnlyItsFamily() {
        var settings = new SettingsLoader()
                .set("tasks=[{family=math/arithmetic}]")
                .load()
                .settings();

        assertThat(settings.tasks()).containsExactly(TaskSettings.of("math/arithmetic", 1));
    }

    @Test
    void whatAnObjectiveCannotHaveOfTheRestIsNamed() {
        assertThatThrownBy(() -> new SettingsLoader()
                        .set("objective.name=igrpo")
                        .set("rollout.group-size=3")
                        .load())
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("rollout.group-size = 3: expected at least objective.drafts.count = 4");
        assertThatThrownBy(() -> new SettingsLoader()
                        .set("objective.name=etpo")
                        .set("train.activation-checkpointing=true")
                        .load())
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("train.activation-checkpointing = true: expected false");
        assertThatThrownBy(() -> new SettingsLoader()
                        .set("objective.name=espo")
                        .set("debug.check-logprobs=true")
                        .load())
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("debug.check-logprobs = true: expected false");
    }

    @Test
    void determinismImpliesSynchronousTrainingUnlessToldOtherwise() {
        var settings = new SettingsLoader().set("run.deterministic=true").load().settings();

        assertThat(settings.train().staleness()).isZero();
        assertThatThrownBy(() -> new SettingsLoader()
                        .set("run.deterministic=true")
                        .set("train.staleness=2")
                        .load())
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("--set train.staleness=2: troupe.train.staleness = 2: expected 0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "train { stepz = 3 }           | troupe.train.stepz is not a known key — did you mean troupe.train.steps?",
                "trian { steps = 3 }           | troupe.trian is not a known key — did you mean troupe.train?",
                "train { qqqqqqqq = 3 }        | troupe.train.qqqqqqqq is not a known key — known here: steps, batch-groups,",
                "train { steps = many }        | troupe.train.steps = \"many\": expected a whole number",
                "train { steps = 1.5 }         | troupe.train.steps = 1.5: expected a whole number",
                "train { steps = null }        | troupe.train.steps = null: expected a whole number",
                "train { steps = 0 }           | troupe.train.steps = 0: expected at least 1",
                "train { learning-rate = [] }  | troupe.train.learning-rate = []: expected a number",
                "train { schedule = cosin }    | troupe.train.schedule = \"cosin\": expected one of constant, linear, cosine",
                "train { time-limit = 90 }     | troupe.train.time-limit = 90: expected a duration with its unit",
                "train { time-limit = 9 ells } | troupe.train.time-limit = \"9 ells\": expected a duration with its unit",
                "train = 3                     | troupe.train = 3: expected a section in { }",
                "run { deterministic = yes }   | troupe.run.deterministic = \"yes\": expected true or false",
                "rollout { stop = x }          | troupe.rollout.stop = \"x\": expected a list in [ ]",
                "rollout { stop = [1] }        | troupe.rollout.stop[0] = 1: expected text",
                "rollout { slots = 4 }         | troupe.rollout.slots = 4: expected at least rollout.group-size = 8",
                "weights { precision = float16 } | troupe.weights.precision = float16: expected float32 or bfloat16",
                "run.deterministic = true, weights.precision = bfloat16 | troupe.weights.precision = bfloat16: expected float32 with",
                "debug.check-logprobs = true, weights.precision = bfloat16 | troupe.weights.precision = bfloat16: expected float32 with",
                "policy { path = {} }          | troupe.policy.path = a section: expected text",
                "tasks = []                    | troupe.tasks = []: expected at least one family",
                "tasks = [{level = 2}]         | troupe.tasks[0].family is missing — expected text",
                "tasks = [{family=a,lvl=2}]    | troupe.tasks[0].lvl is not a known key — did you mean troupe.tasks[0].level?",
                "tasks = [{family=a,level=0}]  | troupe.tasks[0].level = 0: expected a level >= 1",
                "tasks = [{family=a},{family=a}] | troupe.tasks = [a, a]: expected each family once",
                "objective { name = trgrpo }   | troupe.objective.name = trgrpo: there is no objective of that name",
                "objective { weight.tua = 3 }  | troupe.objective.weight.tua is not a known key — did you mean troupe.objective.weight.tau?",
                "objective { wieght.tau = 3 }  | troupe.objective.wieght is not a known key — did you mean troupe.objective.weight?",
                "objective { weight.tau = x }  | troupe.objective.weight.tau = x: must be a number",
                "objective { weight.tau = -1 } | troupe.objective.weight.tau = -1.0: must be a number > 0",
                "objective = tr-grpo           | troupe.objective = \"tr-grpo\": expected a section in { }"
            })
    void aValueThatCannotBeMeantIsNamedWithFileAndLine(String line, String problem) throws IOException {
        Path file = write("# a comment\ntroupe {\n  " + line + "\n}\n");

        assertThatThrownBy(() -> new SettingsLoader().file(file).load())
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith(file + ":3: " + problem);
    }

    @Test
    void aKeyOutsideOfTheRootIsRefused() throws IOException {
        assertThatThrownBy(() -> new SettingsLoader().file(write("\ntrain.steps = 3")))
                .hasMessageContaining("run.conf:2: train is not a known key — did you mean troupe.train?");
        assertThatThrownBy(() -> new SettingsLoader().file(write("troup { }")))
                .hasMessageContaining("run.conf:1: troup is not a known key — did you mean troupe?");
    }

    @Test
    void textThatIsNoHoconIsRefusedWithItsLine() throws IOException {
        Path file = write("troupe {\n  train { steps = 3\n");

        assertThatThrownBy(() -> new SettingsLoader().file(file)).hasMessageStartingWith(file + ":3: ");
    }

    @Test
    void aSubstitutionOfNothingIsRefusedWithItsLine() throws IOException {
        Path file = write("troupe {\n  train { steps = ${no.such.thing} }\n}");

        assertThatThrownBy(() -> new SettingsLoader().file(file))
                .hasMessageStartingWith(file + ":2: ")
                .hasMessageContaining("no.such.thing");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> new SettingsLoader().file(folder.resolve("none.conf")))
                .hasMessage(folder.resolve("none.conf")
                        + " is no file — give a configuration in HOCON, or none for the defaults");
    }

    @Test
    void anOptionIsNamedAsItWasTyped() {
        assertThatThrownBy(() -> new SettingsLoader().set("train.steps=x").load())
                .hasMessageStartingWith("--set train.steps=x: troupe.train.steps = \"x\": expected a whole number");
        assertThatThrownBy(() -> new SettingsLoader().set("train.stepz=1").load())
                .hasMessageContaining("did you mean troupe.train.steps?");
        assertThatThrownBy(() -> new SettingsLoader().set("train.steps"))
                .hasMessageContaining("--set train.steps — expected key=value");
        assertThatThrownBy(() -> new SettingsLoader().set("tasks=[{"))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("--set tasks=[{: ");
    }

    @Test
    void aProblemThatIsFoundLaterStillKnowsItsPlace() throws IOException {
        Path file = write("troupe {\n policy.path = nowhere\n tasks = [\n  {family = x}\n ]\n}");
        LoadedSettings loaded = new SettingsLoader().file(file).load();

        assertThat(loaded.problem("policy.path", "is no directory"))
                .hasMessage(file + ":2: troupe.policy.path is no directory");
        assertThat(loaded.taskProblem(0, "family", "is unknown"))
                .hasMessage(file + ":4: troupe.tasks[0].family is unknown");
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("run.conf"), text);
    }
}
