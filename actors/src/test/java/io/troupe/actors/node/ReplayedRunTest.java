package io.troupe.actors.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.journal.RunObserver;
import io.troupe.actors.learning.UpdateLog.Update;
import io.troupe.actors.replay.RecordedRun;
import io.troupe.actors.replay.Replay;
import io.troupe.actors.replay.ReplayException;
import io.troupe.actors.replay.ReplayObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real runs, made again from their logs. */
class ReplayedRunTest {

    private static final int UPDATES = 6;

    @TempDir
    static Path home;

    private static Path recorded;

    @TempDir
    Path temp;

    @BeforeAll
    static void record() throws Exception {
        TinyRun.prepare(home);
        recorded = home.resolve("recorded");
        asynchronous(recorded, "train.learning-rate=0.01");
    }

    @Test
    void everyCheckpointOfAnAsynchronousRunLeadsToTheRecordedWeightsBitForBit() throws Exception {
        assertThat(Files.readString(recorded.resolve("metrics.jsonl"))).containsPattern("\"staleness_max\":[12]\\b");
        for (String from : List.of("first", "2", "last-1", "4")) {
            var told = new Told();
            long start = RecordedRun.open(recorded).start(from);

            Replay.Outcome outcome = replay(recorded, from, told);

            assertThat(told.differences).isEmpty();
            assertThat(outcome).isEqualTo(new Replay.Outcome(UPDATES - start, (int) (UPDATES - start) / 2, true, 0));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "objective.name=ha-dw,objective.regulariser.kl-coefficient=0.1,objective.regulariser.reference=initial",
                "train.lora.rank=2",
                "objective.name=etpo",
                "objective.name=igrpo,train.lora.rank=2,rollout.group-size=4",
                "train.mini-batches=3,train.epochs=2,objective.dynamic-sampling.rounds=3"
            })
    void whatALearnerRemembersBetweenUpdatesIsInTheCheckpoint(String overrides) throws Exception {
        Path run = temp.resolve("run");
        asynchronous(run, overrides.split(","));

        for (String from : List.of("first", "2", "4")) {
            assertThat(replay(run, from, new Told()).differences()).isZero();
        }
    }

    @Test
    void updatesThatWereSkippedAreSkippedAgain() {
        Path run = temp.resolve("diverged");
        assertThatThrownBy(() -> asynchronous(run, "train.learning-rate=1e30")).isInstanceOf(RunFailedException.class);
        var told = new Told();

        assertThat(told)
                .satisfies(observer ->
                        assertThat(replay(run, "first", observer).differences()).isZero());
        assertThat(told.same).anyMatch(update -> update.skipped() != null);
    }

    @Test
    void aBatchThatWasChangedIsNamed() throws Exception {
        Path run = copy();
        Path batch = run.resolve("trajectories/step-000003.pb");
        byte[] bytes = Files.readAllBytes(batch);
        bytes[bytes.length / 2] ^= 1;
        Files.write(batch, bytes);
        var told = new Told();

        assertThatThrownBy(() -> replay(run, "first", told))
                .isInstanceOf(ReplayException.class)
                .hasMessageContaining("batch of update 3")
                .hasMessageContaining(batch.toString());
        assertThat(told.same).extracting(Update::update).containsExactly(1L, 2L);
        assertThat(replay(run, "4", new Told()).differences()).isZero();
    }

    @Test
    void aBatchThatWasCutOffIsNamed() throws Exception {
        Path run = copy();
        Path batch = run.resolve("trajectories/step-000005.pb");
        Files.write(batch, Arrays.copyOf(Files.readAllBytes(batch), 100));

        assertThatThrownBy(() -> replay(run, "4", new Told()))
                .isInstanceOf(ReplayException.class)
                .hasMessageContaining(batch.toString())
                .hasMessageContaining("cut off");
    }

    @Test
    void aLineOfTheLogThatWasCutOffIsMissedAndTheRestStillReplays() throws Exception {
        Path run = copy();
        Path log = run.resolve("trajectories/updates.jsonl");
        List<String> lines = new ArrayList<>(Files.readAllLines(log));
        int third = lines.indexOf(lines.stream()
                .filter(line -> line.contains("\"update\":3,"))
                .findFirst()
                .orElseThrow());
        lines.set(third, lines.get(third).substring(0, 40));
        Files.write(log, lines);

        assertThatThrownBy(() -> replay(run, "first", new Told()))
                .isInstanceOf(ReplayException.class)
                .hasMessageContaining("update 3 is not in ");
        assertThat(replay(run, "4", new Told()).differences()).isZero();
    }

    @Test
    void theFirstUpdateThatDiffersIsNamed() throws Exception {
        Path run = copy();
        Path configuration = run.resolve("trajectories/epoch-000001.conf");
        String changed = Files.readString(configuration).replaceAll("learning-rate *= *0.01", "learning-rate = 0.02");
        assertThat(changed).isNotEqualTo(Files.readString(configuration));
        Files.writeString(configuration, changed);
        var told = new Told();

        Replay.Outcome outcome = replay(run, "2", told);

        assertThat(outcome.updates()).isZero();
        assertThat(told.differences).singleElement().asString().contains("update 3 gives other weights");
    }

    @Test
    void aCheckpointThatIsNotWholeIsNoStartAndIsNoticedOnTheWay() throws Exception {
        Path run = copy();
        Path weights = run.resolve("checkpoints/step-000004/model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] ^= 1;
        Files.write(weights, bytes);
        var told = new Told();

        assertThatThrownBy(() -> replay(run, "4", told))
                .isInstanceOf(ReplayException.class)
                .hasMessageContaining("step-000004")
                .hasMessageContaining("model.safetensors");
        assertThat(replay(run, "2", told).updates()).isEqualTo(4);
        assertThat(told.differences)
                .singleElement()
                .asString()
                .contains("step-000004")
                .contains("damaged");
    }

    @Test
    void aCheckpointOfAnotherRunIsNotTakenForThisOnes() throws Exception {
        Path other = temp.resolve("other");
        asynchronous(other, "run.seed=2");
        Path run = copy();
        for (Path file : files(other.resolve("checkpoints/step-000004"))) {
            Files.copy(
                    file,
                    run.resolve("checkpoints/step-000004").resolve(file.getFileName()),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        var told = new Told();

        assertThat(replay(run, "4", told).updates()).isZero();
        assertThat(told.differences).singleElement().asString().contains("version 4 holds other weights");
    }

    @Test
    void anotherPolicyThanTheRunBeganWithIsNamed() throws Exception {
        Path other = temp.resolve("policy");
        TinyRun.createPolicy(other, 4);

        assertThatThrownBy(() -> new Replay(RecordedRun.open(recorded), name -> other, new Told()).between(0, 2))
                .isInstanceOf(ReplayException.class)
                .hasMessageContaining("is not the one that epoch 1 of the run began with");
    }

    @Test
    void whatIsNotThereIsSaid() throws Exception {
        assertThatThrownBy(() -> RecordedRun.open(temp))
                .isInstanceOf(ReplayException.class)
                .hasMessageContaining("updates.jsonl");
        RecordedRun run = RecordedRun.open(recorded);
        assertThatThrownBy(() -> run.start("3"))
                .hasMessageContaining("no checkpoint of version 3; checkpoints: 2, 4, 6");
        assertThatThrownBy(() -> run.start("last")).hasMessageContaining("--from last");
        assertThatThrownBy(() -> new Replay(run, name -> home, new Told()).between(6, 6))
                .hasMessageContaining("nothing to replay");
    }

    private static void asynchronous(Path directory, String... overrides) throws Exception {
        List<String> all = new ArrayList<>(List.of(
                "train.staleness=2",
                "train.steps=" + UPDATES,
                "train.keep-checkpoints=10",
                "rollout.workers=2",
                "debug.check-logprobs=false",
                "evaluation.before=false",
                "evaluation.after=false"));
        all.addAll(List.of(overrides));
        TrainingRun.of(TinyRun.plan(home, directory, false, all.toArray(String[]::new)), RunObserver.NONE)
                .execute();
    }

    private static Replay.Outcome replay(Path directory, String from, ReplayObserver observer)
            throws IOException, ReplayException {
        RecordedRun run = RecordedRun.open(directory);
        return new Replay(run, name -> TinyRun.policy(home), observer).between(run.start(from), run.lastUpdate());
    }

    private Path copy() throws IOException {
        Path copy = temp.resolve("copy");
        try (Stream<Path> walk = Files.walk(recorded)) {
            for (Path path : walk.toList()) {
                Path target = copy.resolve(recorded.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target);
                }
            }
        }
        return copy;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static final class Told implements ReplayObserver {
        private final List<Update> same = new ArrayList<>();
        private final List<String> differences = new ArrayList<>();

        @Override
        public void began(long version, String arithmetic, String recorded) {
            assertThat(arithmetic).isEqualTo(recorded).contains("thread");
        }

        @Override
        public void same(Update update) {
            same.add(update);
        }

        @Override
        public void sameCheckpoint(long version, int files) {
            assertThat(files).isGreaterThan(1);
        }

        @Override
        public void differs(String what) {
            differences.add(what);
        }
    }
}
