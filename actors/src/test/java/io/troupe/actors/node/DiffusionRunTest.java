package io.troupe.actors.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.journal.RunObserver;
import io.troupe.actors.learning.UpdateLog.Update;
import io.troupe.actors.replay.RecordedRun;
import io.troupe.actors.replay.Replay;
import io.troupe.actors.replay.ReplayObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    @Test
    void aRunOfEspoIsMadeAgainBitForBit() throws Exception {
        Path run = temp.resolve("run");
        train(run, "objective.name=espo", "train.epochs=2", "train.staleness=2", "rollout.workers=2");
        assertThat(Files.readString(run.resolve("metrics.jsonl"))).contains("\"kl_to_reference\"");

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

    private static void train(Path directory, String... overrides) throws Exception {
        var all = new ArrayList<>(
                List.of("debug.check-logprobs=false", "evaluation.before=false", "evaluation.after=true"));
        all.addAll(List.of(overrides));
        TrainingRun.of(TinyRun.plan(home, directory, false, all.toArray(String[]::new)), RunObserver.NONE)
                .execute();
    }
}
