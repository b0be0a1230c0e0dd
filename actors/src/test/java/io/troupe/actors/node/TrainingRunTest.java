package io.troupe.actors.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.journal.RunObserver;
import io.troupe.actors.journal.StepMetrics;
import io.troupe.actors.node.RunFailedException.Kind;
import io.troupe.actors.node.RunSummary.Ending;
import io.troupe.policy.WeightFiles;
import io.troupe.proto.v1.Group;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs, with everything real but small. */
class TrainingRunTest {

    @TempDir
    static Path home;

    @TempDir
    Path temp;

    @BeforeAll
    static void prepare() throws IOException {
        TinyRun.prepare(home);
    }

    @Test
    void trainsEvaluatesAndLeavesItsFolderInOrder() throws Exception {
        Path directory = temp.resolve("run");
        var seen = new Watcher();

        RunSummary summary = TrainingRun.of(TinyRun.plan(home, directory, false, "train.staleness=1"), seen)
                .execute();

        assertThat(summary.ending()).isEqualTo(Ending.STEPS);
        assertThat(summary.steps()).isEqualTo(4);
        assertThat(summary.tokensSampled()).isPositive();
        assertThat(summary.tokensTrained()).isPositive();
        RunSummary.Family family = summary.families().get(ParityFamily.ID);
        assertThat(family.before()).isBetween(0.0, 1.0);
        assertThat(family.after()).isBetween(0.0, 1.0);
        assertThat(seen.steps).extracting(StepMetrics::step).containsExactly(1L, 2L, 3L, 4L);
        assertThat(seen.steps).allSatisfy(step -> {
            assertThat(step.stalenessMax()).isLessThanOrEqualTo(1);
            assertThat(step.gradNorm()).isFinite();
        });
        assertThat(Files.readString(directory.resolve("summary.json")))
                .contains("\"policy_digest\" : \"" + summary.policyDigest() + "\"")
                .contains("\"tokens_trained\"")
                .contains("\"before\"");
        assertThat(Files.readAllLines(directory.resolve("metrics.jsonl")).stream()
                        .filter(line -> line.startsWith("{\"kind\":\"step\"")))
                .hasSize(4)
                .allSatisfy(line -> assertThat(line).contains("\"grad_norm\":").contains("\"trainer_wait_seconds\":"));
        assertThat(groups(directory.resolve("trajectories/step-000004.pb"))).hasSize(3);
        assertThat(directory.resolve("checkpoints/step-000004/model.safetensors"))
                .exists();
        assertThat(directory.resolve("config.conf")).content().contains("batch-groups");
    }

    @Test
    void aPluginThatNeverAnswersIsNamedInTheLedgerAndItsNeighboursAreTrainedOn() throws Exception {
        var seen = new Watcher();
        RunSummary summary = TrainingRun.of(
                        TinyRun.plan(
                                home,
                                temp.resolve("looping"),
                                false,
                                "tasks=[{family=\"" + ParityFamily.ID + "\"},{family=\"" + LoopingFamily.ID + "\"}]",
                                "verifier.retries=0",
                                "verifier.limits.step-time=1500ms",
                                "evaluation.before=false",
                                "evaluation.after=false"),
                        seen)
                .execute();

        assertThat(summary.ending()).isEqualTo(Ending.STEPS);
        assertThat(seen.steps).hasSize(4);
        assertThat(seen.events)
                .anyMatch(event -> event.contains("was given up: environment-failed: ")
                        && event.contains(LoopingFamily.ID + ": WALL_TIME: a call took longer than 1500 ms"));
    }

    @Test
    void theSameSeedGivesTheSameWeightsAndTheSameMetricsButForTimes() throws Exception {
        var first = new Watcher();
        var second = new Watcher();
        String[] deterministic = {"run.deterministic=true", "evaluation.after=false", "evaluation.before=false"};

        RunSummary one = TrainingRun.of(TinyRun.plan(home, temp.resolve("one"), false, deterministic), first)
                .execute();
        RunSummary two = TrainingRun.of(TinyRun.plan(home, temp.resolve("two"), false, deterministic), second)
                .execute();

        assertThat(one.policyDigest()).isEqualTo(two.policyDigest());
        assertThat(first.withoutTimes()).isEqualTo(second.withoutTimes());
    }

    @Test
    void aStoppedRunGoesOnToTheWeightsOfTheRunThatWasNeverStopped() throws Exception {
        String[] deterministic = {"run.deterministic=true", "evaluation.after=false", "evaluation.before=false"};
        RunSummary whole = TrainingRun.of(
                        TinyRun.plan(home, temp.resolve("whole"), false, deterministic), RunObserver.NONE)
                .execute();

        Path directory = temp.resolve("stopped");
        AtomicReference<TrainingRun> run = new AtomicReference<>();
        run.set(TrainingRun.of(TinyRun.plan(home, directory, false, deterministic), new RunObserver() {
            @Override
            public void onStep(StepMetrics step) {
                run.get().stop();
            }
        }));
        RunSummary stopped = run.get().execute();
        Path summary = directory.resolve("summary.json");
        assertThat(summary).exists();
        List<Boolean> summedUp = new CopyOnWriteArrayList<>();
        RunSummary resumed = TrainingRun.of(TinyRun.plan(home, directory, true, deterministic), new RunObserver() {
                    @Override
                    public void onStep(StepMetrics step) {
                        summedUp.add(Files.exists(summary));
                    }
                })
                .execute();

        assertThat(summedUp)
                .as("while it goes on, no summary says that it is done")
                .isNotEmpty()
                .doesNotContain(true);
        assertThat(summary).exists();
        assertThat(stopped.ending()).isIn(Ending.STOPPED, Ending.STEPS);
        assertThat(resumed.runId()).isEqualTo(stopped.runId());
        assertThat(resumed.steps()).isEqualTo(4);
        assertThat(resumed.policyDigest()).isEqualTo(whole.policyDigest());
        assertThat(resumed.tokensTrained()).isEqualTo(whole.tokensTrained());
    }

    @Test
    void aRunOfAdaptersPublishesThemAloneAndGoesOnAfterAStopAsIfItHadNotBeenStopped() throws Exception {
        String[] adapters = {
            "run.deterministic=true", "evaluation.after=false", "evaluation.before=false", "train.lora.rank=2"
        };
        RunSummary whole = TrainingRun.of(TinyRun.plan(home, temp.resolve("whole"), false, adapters), RunObserver.NONE)
                .execute();
        Path directory = temp.resolve("stopped");
        AtomicReference<TrainingRun> run = new AtomicReference<>();
        run.set(TrainingRun.of(TinyRun.plan(home, directory, false, adapters), new RunObserver() {
            @Override
            public void onStep(StepMetrics step) {
                run.get().stop();
            }
        }));
        run.get().execute();
        RunSummary resumed = TrainingRun.of(TinyRun.plan(home, directory, true, adapters), RunObserver.NONE)
                .execute();

        assertThat(resumed.steps()).isEqualTo(4);
        assertThat(resumed.policyDigest()).isEqualTo(whole.policyDigest());
        try (var published = Files.list(directory.resolve("policy"))) {
            assertThat(published.toList()).isNotEmpty().allSatisfy(file -> {
                try (WeightFiles weights = WeightFiles.open(file)) {
                    assertThat(weights.names())
                            .hasSize(2 * 7 * 2)
                            .allSatisfy(name -> assertThat(name).contains(".lora_"));
                }
            });
        }
        assertThat(directory.resolve("checkpoints/step-000004/adapter_config.json"))
                .content()
                .contains(home.resolve("policy").toString());
        assertThatThrownBy(
                        () -> TrainingRun.of(TinyRun.plan(home, directory, true, "train.lora.rank=4"), RunObserver.NONE)
                                .execute())
                .isInstanceOfSatisfying(
                        RunFailedException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INPUT))
                .hasMessageContaining("holds adapters (rank 2");
    }

    @Test
    void anEndedRunIsNotWrittenOverButResumedWithoutAStep() throws Exception {
        Path directory = temp.resolve("run");
        String[] short_ = {"train.steps=1", "evaluation.after=false", "evaluation.before=false"};
        RunSummary first = TrainingRun.of(TinyRun.plan(home, directory, false, short_), RunObserver.NONE)
                .execute();

        assertThatThrownBy(() -> TrainingRun.of(TinyRun.plan(home, directory, false, short_), RunObserver.NONE)
                        .execute())
                .isInstanceOfSatisfying(
                        RunFailedException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INPUT))
                .hasMessageContaining(directory.toString())
                .hasMessageContaining("--resume");
        RunSummary again = TrainingRun.of(TinyRun.plan(home, directory, true, short_), RunObserver.NONE)
                .execute();

        assertThat(again.policyDigest()).isEqualTo(first.policyDigest());
    }

    @Test
    void aRunThatDivergesEndsWithAnErrorThatSaysSo() {
        RunPlan plan = TinyRun.plan(home, temp.resolve("run"), false, "train.steps=20", "train.learning-rate=1e30");

        assertThatThrownBy(() -> TrainingRun.of(plan, RunObserver.NONE).execute())
                .isInstanceOfSatisfying(
                        RunFailedException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DIVERGED))
                .hasMessageContaining("train.learning-rate");
    }

    @Test
    void aFolderInUseIsRefusedByTheOwnersProcessId() throws Exception {
        Path directory = temp.resolve("run");
        try (RunFolder owner = RunFolder.open(directory)) {
            assertThat(owner.metrics()).doesNotExist();
            assertThatThrownBy(() -> TrainingRun.of(TinyRun.plan(home, directory, false), RunObserver.NONE)
                            .execute())
                    .isInstanceOfSatisfying(
                            RunFailedException.class, e -> assertThat(e.kind()).isEqualTo(Kind.FOLDER_IN_USE))
                    .hasMessageContaining(
                            "is in use by process " + ProcessHandle.current().pid());
        }
    }

    /** The folder is shared: this machine's lock says nothing of another's learner. */
    @Test
    void whatAnotherMachinesLearnerWritesIsNotTouchedBeforeItsLeaseIsHad() throws Exception {
        Path directory = temp.resolve("run");
        String[] short_ = {
            "train.steps=1", "evaluation.after=false", "evaluation.before=false", "cluster.takeover-after=1s"
        };
        TrainingRun.of(TinyRun.plan(home, directory, false, short_), RunObserver.NONE)
                .execute();
        Files.writeString(
                directory.resolve("metrics.jsonl"), "{\"kind\":\"step\",\"step\":2}\n", StandardOpenOption.APPEND);
        Files.createDirectories(directory.resolve("checkpoints/.step-000002.tmp-0"));
        LeaseFile lease = RunFolder.lease(directory);
        Vacancy found = LeaseWatch.vacant(lease.read().orElseThrow());

        try (RunLease other =
                RunLease.take(lease, found, "elsewhere", Duration.ofSeconds(5), System::nanoTime, lost -> {})) {
            Map<Path, String> before = contents(directory);
            for (Optional<Vacancy> late : List.of(Optional.<Vacancy>empty(), Optional.of(found))) {
                RunPlan usual = TinyRun.plan(home, directory, true, "cluster.takeover-after=5s");
                var plan = new RunPlan(usual.settings(), directory, usual.policy(), true, late, usual.configuration());
                assertThatThrownBy(() -> TrainingRun.of(plan, RunObserver.NONE).execute())
                        .isInstanceOfSatisfying(
                                RunFailedException.class,
                                e -> assertThat(e.kind()).isEqualTo(Kind.FOLDER_IN_USE))
                        .hasMessageContaining("elsewhere");
            }
            assertThat(contents(directory)).isEqualTo(before);
            other.require();
        }
    }

    @Test
    void aPortInUseIsNamed() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            RunPlan plan = TinyRun.plan(home, temp.resolve("run"), false, "cluster.port=" + other.getLocalPort());

            assertThatThrownBy(() -> TrainingRun.of(plan, RunObserver.NONE).execute())
                    .isInstanceOfSatisfying(
                            RunFailedException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PORT_IN_USE))
                    .hasMessageContaining("port " + other.getLocalPort());
        }
    }

    @Test
    void anUnknownFamilyIsNamedTogetherWithTheKnownOnes() {
        RunPlan plan = TinyRun.plan(home, temp.resolve("run"), false, "tasks=[{family=\"logic/none\"}]");

        assertThatThrownBy(() -> TrainingRun.of(plan, RunObserver.NONE).execute())
                .isInstanceOfSatisfying(
                        RunFailedException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INPUT))
                .hasMessageContaining("logic/none")
                .hasMessageContaining(ParityFamily.ID);
    }

    /** What is in a run folder, but for the lock and the lease, which whoever looks in may touch. */
    private static Map<Path, String> contents(Path directory) throws IOException {
        var contents = new TreeMap<Path, String>();
        try (var paths = Files.walk(directory)) {
            for (Path path : paths.filter(each -> !each.getFileName().toString().matches("run\\.(lease.*|lock)"))
                    .toList()) {
                contents.put(
                        path,
                        Files.isDirectory(path) ? "a folder" : Files.readString(path, StandardCharsets.ISO_8859_1));
            }
        }
        return contents;
    }

    private static List<Group> groups(Path file) throws IOException {
        var groups = new ArrayList<Group>();
        try (InputStream in = Files.newInputStream(file)) {
            for (Group group = Group.parseDelimitedFrom(in); group != null; group = Group.parseDelimitedFrom(in)) {
                groups.add(group);
            }
        }
        return groups;
    }

    private static final class Watcher implements RunObserver {
        private final List<StepMetrics> steps = new CopyOnWriteArrayList<>();
        private final List<String> events = new CopyOnWriteArrayList<>();

        @Override
        public void onEvent(RunEvent event) {
            events.add(event.toString());
        }

        @Override
        public void onStep(StepMetrics step) {
            steps.add(step);
        }

        List<List<Object>> withoutTimes() {
            return steps.stream()
                    .map(step -> List.<Object>of(
                            step.step(),
                            step.reward(),
                            step.success(),
                            step.families(),
                            step.loss(),
                            step.gradNorm(),
                            step.entropy(),
                            step.clipFraction(),
                            step.kl(),
                            step.learningRate(),
                            step.tokensSampled(),
                            step.tokensTrained(),
                            step.stalenessMax(),
                            step.groupsDiscarded(),
                            step.details()))
                    .toList();
        }
    }
}
