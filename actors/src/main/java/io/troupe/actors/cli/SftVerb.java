package io.troupe.actors.cli;

import ai.djl.ndarray.NDManager;
import io.troupe.actors.node.MemoryNeeds;
import io.troupe.learner.SupervisedExample;
import io.troupe.learner.SupervisedTrainer;
import io.troupe.learner.schedule.Schedule;
import io.troupe.policy.Attention;
import io.troupe.policy.BpeTrainer;
import io.troupe.policy.ChatTemplate;
import io.troupe.policy.Diffusion;
import io.troupe.policy.NewPolicy;
import io.troupe.policy.Policy;
import io.troupe.policy.Weights;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code troupe sft}. */
@Command(
        name = "sft",
        header = "Trains a policy to imitate: a supervised warm start on prompts and completions.",
        description = {
            "",
            "Each line of the data is {\"prompt\": \"…\" or [messages], \"completion\": \"…\"} or {\"messages\": [{\"role\", \"content\"}, …]}, of which"
                    + " what assistants say is learned. The result is a policy directory as any other."
        },
        footer = {
            "",
            "Examples:",
            "  troupe sft --policy embedded --data pairs.jsonl --out my-policy --steps 500",
            "  troupe sft --new --hidden 128 --layers 4 --heads 4 --data corpus.jsonl --out fresh --steps 5000"
        })
final class SftVerb implements Callable<Integer> {

    /** The shape of a policy that starts from nothing. */
    static final class Fresh {
        @Option(
                names = "--new",
                required = true,
                description = "Start from nothing, with a tokenizer trained on the data.")
        private boolean asked;

        @Option(names = "--vocabulary", defaultValue = "1024", description = "Tokens (default ${DEFAULT-VALUE}).")
        private int vocabulary;

        @Option(names = "--hidden", defaultValue = "128", description = "Width (default ${DEFAULT-VALUE}).")
        private int hidden;

        @Option(
                names = "--intermediate",
                defaultValue = "384",
                description = "Width of the feed-forward layers (default ${DEFAULT-VALUE}).")
        private int intermediate;

        @Option(names = "--layers", defaultValue = "4", description = "Layers (default ${DEFAULT-VALUE}).")
        private int layers;

        @Option(names = "--heads", defaultValue = "4", description = "Attention heads (default ${DEFAULT-VALUE}).")
        private int heads;

        @Option(
                names = "--positions",
                defaultValue = "512",
                description = "The longest sequence, in tokens (default ${DEFAULT-VALUE}).")
        private int positions;

        @Option(
                names = "--diffusion",
                description = "Make it a masked diffusion policy, which fills in a window for each turn.")
        private boolean diffusion;

        @Option(
                names = "--window",
                defaultValue = "32",
                description = "With --diffusion: the places of a turn (default ${DEFAULT-VALUE}).")
        private int window;

        @Option(
                names = "--block",
                defaultValue = "8",
                description =
                        "With --diffusion: neighbouring places that are sampled before those to their right (default ${DEFAULT-VALUE}).")
        private int block;

        @Option(
                names = "--block-steps",
                defaultValue = "8",
                description = "With --diffusion: passes in which a block is sampled (default ${DEFAULT-VALUE}).")
        private int blockSteps;

        @Option(
                names = "--order",
                defaultValue = "CONFIDENCE",
                description =
                        "With --diffusion: which places of a block come first, ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
        private Diffusion.Order order = Diffusion.Order.CONFIDENCE;

        NewPolicy shape(long seed) {
            return new NewPolicy(
                    new BpeTrainer.Settings(vocabulary, 50, 0.23),
                    hidden,
                    intermediate,
                    layers,
                    heads,
                    positions,
                    seed,
                    diffusion ? new NewPolicy.Denoising(window, block, blockSteps, order) : null);
        }
    }

    /** Where the policy comes from. */
    static final class Origin {
        @Option(names = "--policy", paramLabel = "DIR", description = "Start from this policy, or from `embedded`.")
        private @Nullable String policy;

        @ArgGroup(exclusive = false, heading = "%nA policy that starts from nothing:%n")
        private @Nullable Fresh fresh;
    }

    private static final int TOKENIZER_TEXTS = 20_000;

    private final Surroundings around;

    @ArgGroup(multiplicity = "1")
    private Origin origin = new Origin();

    @Option(names = "--data", required = true, paramLabel = "FILE", description = "The examples, JSONL.")
    private Path data = Path.of("");

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "The policy directory to write; must not exist.")
    private Path out = Path.of("");

    @Option(names = "--steps", required = true, description = "Optimiser steps.")
    private int steps;

    @Option(names = "--batch", defaultValue = "64", description = "Examples a step (default ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--learning-rate",
            defaultValue = "1e-3",
            description = "The highest rate (default ${DEFAULT-VALUE}).")
    private double learningRate;

    @Option(names = "--warmup", defaultValue = "50", description = "Steps of warm-up (default ${DEFAULT-VALUE}).")
    private int warmup;

    @Option(
            names = "--schedule",
            defaultValue = "COSINE",
            description = "${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
    private Schedule.Shape schedule = Schedule.Shape.COSINE;

    @Option(
            names = "--min-lr-ratio",
            defaultValue = "0.02",
            description = "The last rate as a share of the highest (default ${DEFAULT-VALUE}).")
    private double minRatio;

    @Option(names = "--weight-decay", defaultValue = "0.01", description = "AdamW's (default ${DEFAULT-VALUE}).")
    private double weightDecay;

    @Option(names = "--max-grad-norm", defaultValue = "1", description = "Clips gradients (default ${DEFAULT-VALUE}).")
    private double maxGradNorm;

    @Option(
            names = "--micro-batch-tokens",
            defaultValue = "8192",
            description = "Cells of one forward pass (default ${DEFAULT-VALUE}).")
    private int microBatchTokens;

    @Option(
            names = "--shards",
            defaultValue = "2",
            description =
                    "Threads that share a batch; belongs to what makes the result repeatable (default ${DEFAULT-VALUE}).")
    private int shards;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Of shuffling and new weights (default ${DEFAULT-VALUE}).")
    private long seed;

    @Mixin
    private ArithmeticOptions computing = new ArithmeticOptions();

    @Mixin
    private LoraOptions lora = new LoraOptions();

    @Option(
            names = "--held-out",
            defaultValue = "256",
            description = "How many of the last examples are kept to measure the loss on (default ${DEFAULT-VALUE}).")
    private int heldOut;

    SftVerb(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws IOException {
        if (Files.exists(out)) {
            throw new VerbException(ExitCode.USAGE, out + " exists already — name a new folder, or remove it");
        }
        if (!Files.isRegularFile(data)) {
            throw new VerbException(ExitCode.USAGE, "there is no file " + data);
        }
        if (origin.fresh != null && lora.adapters() != null) {
            throw new VerbException(
                    ExitCode.USAGE,
                    "--lora-rank with --new — adapters need a policy that knows something; leave one away");
        }
        Path parent = out.toAbsolutePath().getParent();
        Files.createDirectories(parent);
        Path work = Files.createTempDirectory(parent, "." + out.getFileName() + "-");
        try {
            Path start = start(work.resolve("start"));
            Path result = work.resolve("result");
            train(start, result);
            Files.move(result, out, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            deleteTree(work);
        }
        around.out().println(out);
        return ExitCode.DONE.code();
    }

    private Path start(Path scratch) throws IOException {
        if (origin.fresh == null || !origin.fresh.asked) {
            return PolicyLocation.of(around, origin.policy == null ? "embedded" : origin.policy);
        }
        around.err().println("training a tokenizer on the data …");
        try {
            origin.fresh.shape(seed).create(scratch, texts());
        } catch (IllegalArgumentException e) {
            throw new VerbException(ExitCode.USAGE, e.getMessage(), e);
        }
        return scratch;
    }

    /** What the tokenizer learns from: the data's strings as they stand in the conversations. */
    private List<String> texts() throws IOException {
        var template = BpeTrainer.chatMl();
        return lines(TOKENIZER_TEXTS).stream()
                .map(line -> parse(line, template, BpeTrainer.END))
                .map(example -> example.pieces().stream()
                        .map(SupervisedExample.Piece::text)
                        .reduce("", String::concat))
                .toList();
    }

    private void train(Path start, Path result) throws IOException {
        try (NDManager manager = computing.device().newManager();
                Policy policy = opened(start);
                Weights weights = policy.loadWeights(manager, true);
                var trainer = new SupervisedTrainer(policy, weights, settings(), manager)) {
            String end = policy.tokenizer().decode(policy.endOfTurnToken());
            List<SupervisedExample> examples = lines(Integer.MAX_VALUE).stream()
                    .map(line -> parse(line, policy.chatTemplate(), end))
                    .toList();
            int kept = Math.min(heldOut, examples.size() / 10);
            List<SupervisedExample> learned = examples.subList(0, examples.size() - kept);
            List<SupervisedExample> measured = examples.subList(examples.size() - kept, examples.size());
            around.err()
                    .printf(
                            Locale.ROOT,
                            "%d parameters, of which %d train, %d examples to learn, %d held out%n",
                            weights.parameters(),
                            weights.trainedParameters(),
                            learned.size(),
                            measured.size());
            try {
                trainer.train(learned, new Progress());
            } catch (IllegalArgumentException e) {
                throw new VerbException(ExitCode.USAGE, data + ": " + e.getMessage(), e);
            }
            if (!measured.isEmpty()) {
                around.err().printf(Locale.ROOT, "held-out loss %.4f%n", trainer.evaluate(measured));
            }
            policy.save(weights, result);
        }
    }

    private Policy opened(Path start) {
        Policy policy = Policy.openForTraining(start, computing.arithmetic(Attention.FUSED), lora.adapters(), seed);
        try {
            MemoryGate.require(
                    MemoryNeeds.supervised(computing.device(), policy, settings()),
                    "Less is needed with --lora-rank 16, --shards 1 and a lower --micro-batch-tokens");
        } catch (RuntimeException e) {
            policy.close();
            throw e;
        }
        return policy;
    }

    private SupervisedTrainer.Settings settings() {
        return new SupervisedTrainer.Settings(
                steps,
                batch,
                new Schedule(schedule, learningRate, warmup, steps, minRatio),
                weightDecay,
                maxGradNorm,
                microBatchTokens,
                shards,
                seed);
    }

    private static SupervisedExample parse(NumberedLine line, ChatTemplate template, String end) {
        try {
            return SupervisedExample.parse(line.text(), template, end);
        } catch (IllegalArgumentException e) {
            throw new VerbException(ExitCode.USAGE, line.where() + ": " + e.getMessage(), e);
        }
    }

    private List<NumberedLine> lines(int most) throws IOException {
        var lines = new ArrayList<NumberedLine>();
        try (BufferedReader reader = Files.newBufferedReader(data)) {
            String text = reader.readLine();
            for (int number = 1; text != null && lines.size() < most; number++) {
                if (!text.isBlank()) {
                    lines.add(new NumberedLine(data + " line " + number, text));
                }
                text = reader.readLine();
            }
        }
        if (lines.isEmpty()) {
            throw new VerbException(ExitCode.USAGE, data + " holds no examples");
        }
        return lines;
    }

    private record NumberedLine(String where, String text) {}

    /** Prints a line now and then. */
    private final class Progress implements SupervisedTrainer.Listener {
        private final long began = System.nanoTime();
        private long tokens;
        private double smooth = Double.NaN;

        @Override
        public void onStep(SupervisedTrainer.Step step) {
            tokens += step.allTokens();
            smooth = Double.isNaN(smooth) ? step.loss() : 0.97 * smooth + 0.03 * step.loss();
            if (step.step() % 50 == 0 || step.step() == steps) {
                double seconds = (System.nanoTime() - began) / 1e9;
                around.err()
                        .printf(
                                Locale.ROOT,
                                "step %d/%d  loss %.4f  grad norm %.2f  %.0f tokens/s  %.0f s%n",
                                step.step(),
                                steps,
                                smooth,
                                step.gradientNorm(),
                                tokens / seconds,
                                seconds);
            }
        }
    }

    private static void deleteTree(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
