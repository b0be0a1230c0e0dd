package io.troupe.actors.cli;

import com.sun.management.OperatingSystemMXBean;
import io.troupe.actors.node.MeasuredCoordinator;
import io.troupe.actors.node.RunFailedException;
import io.troupe.actors.node.SimulatedWorkers;
import io.troupe.actors.node.SimulatedWorkers.Plan;
import io.troupe.actors.node.SimulatedWorkers.Seen;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code troupe bench control-plane}. */
@Command(
        name = "control-plane",
        header = "How many leases a second one coordinator hands out, and what each costs.",
        description = {
            "",
            "The coordinator of a run, its ledger and its leases in this process; simulated rollout workers in another, which speak the real protocol over real"
                    + " connections and answer each lease after a while with a group of realistic size. Nothing is sampled or trained."
        },
        footer = {
            "",
            "Examples:",
            "  troupe bench control-plane",
            "  troupe bench control-plane --workers 200 --in-flight 2000 --seconds 30 --series"
        })
final class BenchControlPlaneVerb implements Callable<Integer> {

    private static final int WARM_UP_SECONDS = 10;
    private static final String READY = "measuring";

    private final Surroundings around;

    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "200",
            description = "Rollout workers (default: ${DEFAULT-VALUE}).")
    private int workers;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = "2000",
            description = "Groups in flight at once, over all workers (default: ${DEFAULT-VALUE}).")
    private int inFlight;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "30",
            description =
                    "How long is measured, after " + WARM_UP_SECONDS + " s to get warm (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--delay",
            paramLabel = "MS",
            defaultValue = "4000",
            description = "How long a group takes, on average, in milliseconds (default: ${DEFAULT-VALUE}).")
    private int delay;

    @Option(
            names = "--group-size",
            paramLabel = "N",
            defaultValue = "8",
            description = "Trajectories a group (default: ${DEFAULT-VALUE}).")
    private int groupSize;

    @Option(
            names = "--tokens",
            paramLabel = "N",
            defaultValue = "200",
            description = "Sampled tokens a trajectory (default: ${DEFAULT-VALUE}).")
    private int tokens;

    @Option(
            names = "--series",
            description = "Also a quarter, half and twice the workers and groups, so that growth shows.")
    private boolean series;

    BenchControlPlaneVerb(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws Exception {
        if (workers < 1 || inFlight < workers || seconds < 1 || delay < 2 || groupSize < 1 || tokens < 1) {
            throw new VerbException(
                    ExitCode.USAGE, "expected positive numbers, and at least one group in flight for each worker");
        }
        around.out().println("workers  in flight  leases/s  grant p50 ms  grant p99 ms  CPU ms/lease  heap MB  events");
        List<Integer> shares = series ? List.of(1, 2, 4, 8) : List.of(4);
        for (int share : shares) {
            measure(Math.max(1, workers * share / 4), Math.max(1, inFlight * share / 4));
        }
        return ExitCode.DONE.code();
    }

    private void measure(int count, int groups) throws IOException, InterruptedException, RunFailedException {
        String run = UUID.randomUUID().toString();
        MeasuredCoordinator coordinator = MeasuredCoordinator.start(run, groups, groupSize);
        Process child = child(new Plan(
                coordinator.address(),
                run,
                count,
                Math.max(1, groups / count),
                groupSize,
                tokens,
                Duration.ofMillis(delay)));
        try (BufferedReader lines = child.inputReader()) {
            expect(lines.readLine(), READY);
            long cpu = cpuNanos();
            long trained = coordinator.trained();
            String seen = lines.readLine();
            cpu = cpuNanos() - cpu;
            trained = coordinator.trained() - trained;
            String[] figures = String.valueOf(seen).split(" ", -1);
            if (figures.length != 4) {
                throw new VerbException(ExitCode.FAILED, "the simulated workers ended with: " + seen);
            }
            System.gc();
            long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
            double leases = Long.parseLong(figures[0]);
            around.out()
                    .println(String.format(
                            Locale.ROOT,
                            "%7d  %9d  %8.1f  %12.2f  %12.2f  %12.3f  %7.1f  %6d",
                            count,
                            groups,
                            leases / Double.parseDouble(figures[1]),
                            Double.parseDouble(figures[2]),
                            Double.parseDouble(figures[3]),
                            cpu / 1e6 / Math.max(1, trained),
                            heap / 1e6,
                            coordinator.events()));
        } finally {
            child.destroy();
            child.waitFor(10, TimeUnit.SECONDS);
            child.destroyForcibly();
            coordinator.stop();
        }
    }

    private Process child(Plan plan) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                TroupeCommand.class.getName(),
                "bench",
                "simulated-workers"));
        command.addAll(List.of(
                plan.coordinator(),
                plan.runId(),
                Integer.toString(plan.workers()),
                Integer.toString(plan.groups()),
                Integer.toString(plan.groupSize()),
                Integer.toString(plan.tokens()),
                Long.toString(plan.delay().toMillis()),
                Integer.toString(seconds)));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void expect(String line, String expected) {
        if (!expected.equals(line)) {
            throw new VerbException(ExitCode.FAILED, "the simulated workers did not start: " + line);
        }
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    /** The other process. */
    @Command(name = "simulated-workers", hidden = true)
    static final class Workers implements Callable<Integer> {

        private final Surroundings around;

        @picocli.CommandLine.Parameters(arity = "8")
        private List<String> arguments = List.of();

        Workers(Surroundings around) {
            this.around = around;
        }

        @Override
        public Integer call() throws Exception {
            Plan plan = new Plan(
                    arguments.get(0),
                    arguments.get(1),
                    Integer.parseInt(arguments.get(2)),
                    Integer.parseInt(arguments.get(3)),
                    Integer.parseInt(arguments.get(4)),
                    Integer.parseInt(arguments.get(5)),
                    Duration.ofMillis(Long.parseLong(arguments.get(6))));
            SimulatedWorkers workers = SimulatedWorkers.start(plan);
            TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
            workers.begin();
            around.out().println(READY);
            TimeUnit.SECONDS.sleep(Integer.parseInt(arguments.get(7)));
            Seen seen = workers.seen();
            around.out()
                    .println(String.format(
                            Locale.ROOT,
                            "%d %.3f %.3f %.3f",
                            seen.deliveries(),
                            seen.seconds(),
                            seen.grantP50(),
                            seen.grantP99()));
            around.in().read(); // until the other process has what it wants
            workers.stop();
            return ExitCode.DONE.code();
        }
    }
}
