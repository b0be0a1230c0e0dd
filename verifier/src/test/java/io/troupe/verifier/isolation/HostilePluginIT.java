package io.troupe.verifier.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.troupe.verifier.Environment;
import io.troupe.verifier.Message;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Split;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.isolation.EnvironmentFailure.Kind;
import io.troupe.verifier.math.Arithmetic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every attack that a plug-in can think of, in a real child JVM, beside neighbours who are to notice nothing. */
class HostilePluginIT {

    private static final long MARGIN_MILLIS = 1500;
    private static final IsolationLimits LIMITS =
            new IsolationLimits(64L << 20, Duration.ofMillis(2500), Duration.ofMillis(4000), 1 << 18, 1, 2, 8);

    @TempDir
    static Path folder;

    private static IsolatedFamilies isolated;
    private static TaskFamily hostile;
    private static ExecutorService neighbours;

    @BeforeAll
    static void start() throws Exception {
        isolated = IsolatedFamilies.open(List.of(PluginJar.of(folder, HostileFamily.class)), LIMITS, line -> {});
        hostile = isolated.families().get(0);
        neighbours = Executors.newCachedThreadPool();
    }

    @AfterAll
    static void stop() {
        neighbours.shutdownNow();
        isolated.close();
    }

    private static Task task() {
        return hostile.task(Split.TRAIN, 1, 0, 1);
    }

    /** Plays whole episodes beside the attack until told to stop; gives the longest time that one took. */
    private static Callable<Long> neighbour(TaskFamily family, CountDownLatch seated, AtomicBoolean over) {
        return () -> {
            long longest = 0;
            try (Environment environment = family.open()) {
                Task task = family.task(Split.TRAIN, 3, 0, 1);
                environment.reset(task, 1);
                seated.countDown();
                for (int episodes = 0; episodes < 3 || !over.get(); episodes++) {
                    long start = System.nanoTime();
                    environment.reset(task, 1);
                    assertThat(environment.step("right")).isInstanceOf(StepResult.Done.class);
                    longest = Math.max(longest, (System.nanoTime() - start) / 1_000_000);
                }
            }
            return longest;
        };
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "loop                      | WALL_TIME | 2500 ms",
                "sleep                     | WALL_TIME | 2500 ms",
                "spin in many threads      | CPU_TIME/WALL_TIME  | limits.",
                "exit                      | EXITED    | exit code 0",
                "halt                      | EXITED    | exit code 7",
                "heap                      | MEMORY    | 64 MiB",
                "huge answer               | OUTPUT    | 262144",
                "flood stdout              | OUTPUT    | 262144",
                "flood stderr              | OUTPUT    | 262144",
                "print without end         | OUTPUT    | 262144",
                "answer another's question | PROTOCOL  | 4711",
                "close stdout              | PROTOCOL/WALL_TIME | environment process",
                "fork                      | PROCESSES | at most 8",
                "threads                   | PROCESSES | at most 512",
                "leave orphans             | WALL_TIME | 2500 ms",
                "native memory             | THREW     | direct buffer memory",
                "recursion                 | THREW     | StackOverflowError",
                "throw an error            | THREW     | as told",
            })
    void isStoppedWithinItsLimitNamedAndReplaced(String attack, String kinds, String named) throws Exception {
        var over = new AtomicBoolean();
        var seated = new CountDownLatch(2);
        Future<Long> inAnotherChild = neighbours.submit(neighbour(hostile, seated, over));
        Future<Long> inThisJvm = neighbours.submit(neighbour(new Arithmetic(), seated, over));
        assertThat(seated.await(120, TimeUnit.SECONDS)).isTrue();
        Task task = task();
        Kind kind;
        long stopped;
        long served;
        try (Environment environment = hostile.open()) {
            assertThat(environment.reset(task, 1)).isEqualTo(List.of(Message.user("go on")));
            long start = System.nanoTime();
            EnvironmentFailure failure = catchThrowableOfType(EnvironmentFailure.class, () -> environment.step(attack));
            stopped = (System.nanoTime() - start) / 1_000_000;

            assertThat(failure).as(attack).isNotNull();
            assertThat(List.of(kinds.split("/")))
                    .as(failure.getMessage())
                    .contains(failure.kind().name());
            kind = failure.kind();
            assertThat(failure).hasMessageContaining(HostileFamily.ID).hasMessageContaining(named);
            assertThat(stopped).isLessThan(LIMITS.stepTime().toMillis() + MARGIN_MILLIS);
        }
        long start = System.nanoTime();
        try (Environment next = hostile.open()) {
            next.reset(task, 1);
            assertThat(next.step("right")).isInstanceOf(StepResult.Done.class);
        }
        served = (System.nanoTime() - start) / 1_000_000;
        assertThat(served).as("the next request").isLessThan(1000);
        over.set(true);
        long child = inAnotherChild.get();
        long parent = inThisJvm.get();
        System.out.printf(
                "%-26s %-10s stopped after %5d ms, next served in %4d ms; slowest neighbour %4d ms in a child, %4d ms here%n",
                attack, kind, stopped, served, child, parent);
        assertThat(child).isLessThan(1000);
        assertThat(parent).isLessThan(1000);
    }

    @Test
    void nothingThatAPluginStartedOutlivesItsProcess() {
        try (Environment environment = hostile.open()) {
            environment.reset(task(), 1);
            assertThatThrownBy(() -> environment.step("leave orphans")).isInstanceOf(EnvironmentFailure.class);
        }
        assertThat(ChildJvm.hasNamespace())
                .as("process namespaces, without which orphans can't be found")
                .isTrue();
        long deadline = System.nanoTime() + Duration.ofSeconds(1).toNanos();
        while (orphans() > 0 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(orphans()).isZero();
    }

    private static long orphans() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains("sleep 301"))
                .count();
    }

    @Test
    void whatSpinsBetweenTheCallsIsStoppedByItsCpuTime() {
        try (Environment environment = hostile.open()) {
            environment.reset(task(), 1);
            environment.step("spin behind the scenes");
            EnvironmentFailure failure = untilItFails(environment);
            assertThat(failure).hasMessageContaining("CPU_TIME").hasMessageContaining("4 s of CPU time");
            assertThat(environment.reset(task(), 1)).as("the next episode").hasSize(1);
        }
    }

    private static EnvironmentFailure untilItFails(Environment environment) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        EnvironmentFailure failure = null;
        while (failure == null && System.nanoTime() < deadline) {
            failure = catchThrowableOfType(EnvironmentFailure.class, () -> environment.step("still there?"));
        }
        assertThat(failure).isNotNull();
        return failure;
    }

    @Test
    void anEnvironmentThatClosedItsInputIsReplaced() {
        try (Environment environment = hostile.open()) {
            environment.reset(task(), 1);
            EnvironmentFailure atOnce = // its process may end before it has answered
                    catchThrowableOfType(EnvironmentFailure.class, () -> environment.step("close stdin"));
            EnvironmentFailure failure = atOnce == null ? untilItFails(environment) : atOnce;
            assertThat(failure.kind()).isIn(Kind.EXITED, Kind.NEIGHBOUR);
            assertThat(failure).hasMessageContaining("exit code");
            environment.reset(task(), 1);
            assertThat(environment.step("right")).isInstanceOf(StepResult.Done.class);
        }
    }

    @Test
    void whatAPluginPrintsIsNoAnswer() {
        try (Environment environment = hostile.open()) {
            environment.reset(task(), 1);
            assertThat(((StepResult.Continue) environment.step("print")).observation())
                    .isEqualTo(List.of(Message.user("printed")));
            StepResult.Done done = (StepResult.Done) environment.step("right");
            assertThat(done.verdict().outcome()).isEqualTo(Outcome.CORRECT);
        }
    }

    @Test
    void anExceptionLeavesTheProcessAndItsOtherSessionsAlone() throws Exception {
        var limits = new IsolationLimits(64L << 20, Duration.ofSeconds(2), Duration.ofSeconds(60), 1 << 18, 4, 1, 8);
        try (var shared =
                        IsolatedFamilies.open(List.of(PluginJar.of(folder, HostileFamily.class)), limits, line -> {});
                Environment one = shared.families().get(0).open();
                Environment other = shared.families().get(0).open()) {
            Task task = task();
            one.reset(task, 1);
            other.reset(task, 1);
            List<Long> before = shared.pids();
            for (String bad : List.of("recursion", "throw an error")) {
                assertThat(catchThrowableOfType(EnvironmentFailure.class, () -> one.step(bad))
                                .kind())
                        .isEqualTo(Kind.THREW);
            }
            assertThat(other.step("hello")).isInstanceOf(StepResult.Continue.class);
            assertThat(shared.pids()).isEqualTo(before);

            assertThat(catchThrowableOfType(EnvironmentFailure.class, () -> one.step("halt"))
                            .kind())
                    .isEqualTo(Kind.EXITED);
            EnvironmentFailure lost = catchThrowableOfType(EnvironmentFailure.class, () -> other.step("hello"));
            assertThat(lost.kind()).isEqualTo(Kind.NEIGHBOUR);
            assertThat(lost).hasMessageContaining("exit code 7");
            other.reset(task, 1);
            assertThat(other.step("right")).isInstanceOf(StepResult.Done.class);
        }
    }

    @Test
    void aTaskThatIsNeverDrawnIsStoppedAndTheNextOneIsDrawn() {
        EnvironmentFailure failure =
                catchThrowableOfType(EnvironmentFailure.class, () -> hostile.task(Split.TRAIN, 1, 666, 1));
        assertThat(failure.kind()).isEqualTo(Kind.WALL_TIME);
        assertThat(hostile.task(Split.TRAIN, 1, 667, 1).index()).isEqualTo(667);
    }
}
