package io.troupe.actors.cli;

import io.troupe.actors.bench.WeightBench;
import io.troupe.actors.bench.WeightBench.Outcome;
import io.troupe.actors.bench.WeightBench.Plan;
import io.troupe.actors.bench.WeightBench.Way;
import io.troupe.actors.bench.WeightReceiver;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code troupe bench weights}. */
@Command(
        name = "weights",
        header = "How fast a version of the policy comes to other processes, beside a plain loop in the same run.",
        description = {
            "",
            "Starts receivers, each a Java process, and moves a version to all of them at once: from a file's channel through a socket into a buffer, the"
                    + " same into a new file, and by the weight server. Meanwhile small messages go between the processes' actor systems."
        },
        footer = {
            "",
            "Examples:",
            "  troupe bench weights --size 512m --receivers 2",
            "  troupe bench weights --size 2g --folder /var/tmp/bench --digests"
        })
final class BenchWeightsVerb implements Callable<Integer> {

    private static final Path MEMORY = Path.of("/dev/shm");

    private final Surroundings around;

    @Option(
            names = "--size",
            defaultValue = "512m",
            converter = ByteSize.class,
            paramLabel = "BYTES",
            description = "A version's size; k, m and g are 2^10, 2^20 and 2^30 (default ${DEFAULT-VALUE}).")
    private long size;

    @Option(
            names = "--receivers",
            defaultValue = "2",
            description = "Processes that receive (default ${DEFAULT-VALUE}).")
    private int receivers;

    @Option(names = "--rounds", defaultValue = "7", description = "Measured rounds (default ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--warm-up", defaultValue = "7", description = "Rounds before them (default ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description =
                    "Where the files are; a folder in memory if there is one with room, else one for temporary files.")
    private @Nullable Path folder;

    @Option(names = "--digests", description = "Hold what the announcer sends to SHA-256 too, not to CRC-32C.")
    private boolean digests;

    BenchWeightsVerb(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (size < 1 || receivers < 1 || rounds < 1 || warmUp < 0) {
            throw new VerbException(
                    ExitCode.USAGE, "--size, --receivers and --rounds must be at least 1, --warm-up at least 0");
        }
        Path parent = folder == null ? roomyFolder() : Files.createDirectories(folder);
        Path work = Files.createTempDirectory(parent, "troupe-bench-");
        try {
            around.err()
                    .printf(
                            Locale.ROOT,
                            "moving %,d bytes to %d processes, %d rounds, files in %s (%s) …%n",
                            size,
                            receivers,
                            warmUp + rounds,
                            work,
                            Files.getFileStore(work).type());
            print(WeightBench.run(new Plan(
                    size,
                    receivers,
                    rounds,
                    warmUp,
                    work,
                    digests,
                    List.of(TroupeCommand.class.getName(), "bench", "weights-receiver"))));
        } finally {
            delete(work);
        }
        return ExitCode.DONE.code();
    }

    /** Each receiver keeps two versions and the space of a third, and the plain loop's file; the sender has one. */
    private Path roomyFolder() throws IOException {
        if (Files.isDirectory(MEMORY) && Files.isWritable(MEMORY)) {
            FileStore store = Files.getFileStore(MEMORY);
            if (store.getUsableSpace() > (4L * receivers + 2) * size) {
                return MEMORY;
            }
        }
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    private void print(Outcome outcome) {
        line("%-34s %12s %12s %12s", "MB/s to each receiver", "median", "slowest", "fastest");
        for (Way way : Way.values()) {
            List<Double> took = outcome.seconds().get(way).stream().sorted().toList();
            line(
                    "  %-32s %12.0f %12.0f %12.0f",
                    name(way), rate(median(took)), rate(took.get(took.size() - 1)), rate(took.get(0)));
        }
        line("  %-32s %12.0f", "weight server, its first version", rate(outcome.first()));
        double served = median(outcome.seconds().get(Way.WEIGHT_SERVER));
        line("");
        line(
                "weight server / plain loop          %.2f",
                median(outcome.seconds().get(Way.PLAIN)) / served);
        line("  median of the rounds' ratios      %.2f", medianRatio(outcome));
        line(
                "weight server / plain loop to file  %.2f",
                median(outcome.seconds().get(Way.PLAIN_TO_FILE)) / served);
        line("");
        line("%-34s %12s %12s %12s", "round trip of a message, ms", "median", "p99", "longest");
        trips("nothing is moved", outcome.idleNanos());
        trips("the weight server moves a version", outcome.busyNanos());
        line("");
        line(
                "peak resident memory, MB            sender %.0f, a receiver %.0f (%.0f without pages of files)",
                outcome.senderPeakBytes() / 1e6,
                outcome.receiverPeakBytes() / 1e6,
                outcome.receiverPrivateBytes() / 1e6);
    }

    private static String name(Way way) {
        return switch (way) {
            case PLAIN -> "plain loop";
            case PLAIN_TO_FILE -> "plain loop to a new file";
            case WEIGHT_SERVER -> "weight server";
        };
    }

    private double rate(double seconds) {
        return size / seconds / 1e6;
    }

    private void trips(String when, List<Long> nanos) {
        if (nanos.isEmpty()) {
            line("  %-32s %12s", when, "none noted");
            return;
        }
        line(
                "  %-32s %12.2f %12.2f %12.2f",
                when,
                nanos.get(nanos.size() / 2) / 1e6,
                nanos.get((int) Math.min(nanos.size() - 1L, nanos.size() * 99L / 100)) / 1e6,
                nanos.get(nanos.size() - 1) / 1e6);
    }

    private static double medianRatio(Outcome outcome) {
        List<Double> plain = outcome.seconds().get(Way.PLAIN);
        List<Double> served = outcome.seconds().get(Way.WEIGHT_SERVER);
        return median(java.util.stream.IntStream.range(0, plain.size())
                .mapToObj(i -> plain.get(i) / served.get(i))
                .toList());
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private void line(String format, Object... values) {
        around.out().println(String.format(Locale.ROOT, format, values));
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** {@code troupe bench weights-receiver}: a process that receives, started by {@code troupe bench weights}. */
    @Command(
            name = "weights-receiver",
            hidden = true,
            header = "Receives in `troupe bench weights`, which starts it. Ends when its standard input does.")
    static final class Receiver implements Callable<Integer> {

        private final Surroundings around;

        @Parameters(paramLabel = "DIR", description = "Its folder.")
        private Path folder = Path.of("");

        @Option(names = "--digests", description = "Hold everything to SHA-256.")
        private boolean digests;

        Receiver(Surroundings around) {
            this.around = around;
        }

        @Override
        public Integer call() throws IOException, InterruptedException {
            WeightReceiver.serve(folder, digests, around.in(), around.out());
            return ExitCode.DONE.code();
        }
    }
}
