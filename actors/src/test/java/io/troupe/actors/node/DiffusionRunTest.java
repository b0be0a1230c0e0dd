package io.troupe.actors.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.journal.RunObserver;
import io.troupe.actors.learning.UpdateLog.Update;
import io.troupe.actors.replay.RecordedRun;
import io.troupe.actors.replay.Replay;
import io.troupe.actors.replay.ReplayObserver;
import io.troupe.actors.view.Report;
import io.troupe.policy.Policy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real runs of a masked diffusion policy. */
class DiffusionRunTest {

    @TempDir
    static Path home;

    @TempDir
    Path temp;

    @BeforeAll
    static void prepare() throws Exception {
        TinyRun.prepareDiffusion(home);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"run.seed=1", "train.lora.rank=2 policy.precision=bfloat16 train.activation-checkpointing=true"})
    void aRunOfEspoIsMadeAgainBitForBit(String settings) throws Exception {
        Path run = temp.resolve("run");
        var overrides = new ArrayList<>(
                List.of("objective.name=espo", "train.epochs=2", "train.staleness=2", "rollout.workers=2"));
        overrides.addAll(List.of(settings.split(" ")));
        train(run, overrides.toArray(String[]::new));
        assertThat(Files.readString(run.resolve("metrics.jsonl")))
                .contains("\"kl_to_reference\"", "nothing corrects for what a policy sampled that is some updates old");

        RecordedRun recorded = RecordedRun.open(run);
        var differences = new ArrayList<String>();
        var observer = new ReplayObserver() {
            @Override
            public void began(long version, String arithmetic, String then) {}

            @Override
            public void same(Update update) {}

            @Override
            public void sameCheckpoint(long version, int files) {}

            @Override
            public void differs(String what) {
                differences.add(what);
            }
        };
        for (String from : List.of("first", "2")) {
            Replay.Outcome outcome = new Replay(recorded, name -> TinyRun.policy(home), observer)
                    .between(recorded.start(from), recorded.lastUpdate());
            assertThat(differences).isEmpty();
            assertThat(outcome.updates()).isEqualTo(4 - recorded.start(from));
        }
    }

    @Test
    void aRunMeasuresThePolicyBeforeAndAfterAsAnEvaluationDoes() throws Exception {
        Path run = temp.resolve("run");
        RunSummary summary = train(run, "objective.name=espo", "evaluation.before=true", "evaluation.tasks=32");

        RunSummary.Family success = summary.families().get(ParityFamily.ID);
        assertThat(success.before()).isNotNull().isEqualTo(measured(TinyRun.policy(home)));
        assertThat(success.after()).isNotNull().isEqualTo(measured(run.resolve("checkpoints/step-000004")));
        assertThat(Files.readString(run.resolve("summary.json")))
                .contains("\"before\" : " + success.before(), "\"after\" : " + success.after());
        assertThat(Files.readString(run.resolve("metrics.jsonl")))
                .contains("\"when\":\"before\",\"version\":0", "\"when\":\"after\",\"version\":4");
        assertThat(Files.readString(Report.write(run)))
                .contains("Success on held-out tasks", String.format(Locale.ROOT, "%.3f", success.before()));
    }

    /** What an evaluation without a run finds. */
    private double measured(Path policy) throws Exception {
        var settings = TinyRun.plan(home, temp.resolve("none"), false, "evaluation.tasks=32")
                .settings();
        try (Plugins plugins = Plugins.open(settings.verifier());
                Policy opened = Policy.open(policy, settings.policy().arithmetic())) {
            var families = plugins.families().configured(settings.families());
            return new HeldOutEvaluation(settings, families, name -> true)
                    .run(opened, families, (done, total) -> {}, () -> false)
                    .get(ParityFamily.ID)
                    .success();
        }
    }

    @Test
    void whatNeedsTheProbabilitiesOfTokensIsRefusedBeforeItBegins() {
        assertThatThrownBy(() -> train(temp.resolve("grpo"), "objective.name=grpo"))
                .isInstanceOf(RunFailedException.class)
                .hasMessageContaining("masked diffusion policy")
                .hasMessageContaining("use objective.name = espo");
        assertThatThrownBy(() -> train(
                        temp.resolve("remote"),
                        "objective.name=espo",
                        "rollout.engine=remote",
                        "rollout.remote.urls=[\"http://127.0.0.1:1\"]"))
                .isInstanceOf(RunFailedException.class)
                .hasMessageContaining("rollout.engine = remote needs the probability of each token");
    }

    @Test
    void espoIsRefusedToAPolicyThatPredictsTheNextToken() throws Exception {
        Path other = temp.resolve("other");
        TinyRun.prepare(other);
        assertThatThrownBy(() -> TrainingRun.of(
                                TinyRun.plan(
                                        other,
                                        temp.resolve("espo"),
                                        false,
                                        "objective.name=espo",
                                        "debug.check-logprobs=false"),
                                RunObserver.NONE)
                        .execute())
                .isInstanceOf(RunFailedException.class)
                .hasMessageContaining("is for masked diffusion policies")
                .hasMessageContaining("use objective.name = espo-sequence");
    }

    private static RunSummary train(Path directory, String... overrides) throws Exception {
        var all = new ArrayList<>(
                List.of("debug.check-logprobs=false", "evaluation.before=false", "evaluation.after=true"));
        all.addAll(List.of(overrides));
        return TrainingRun.of(TinyRun.plan(home, directory, false, all.toArray(String[]::new)), RunObserver.NONE)
                .execute();
    }
}
