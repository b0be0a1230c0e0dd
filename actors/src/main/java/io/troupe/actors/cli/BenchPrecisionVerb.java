package io.troupe.actors.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.actors.bench.Drift;
import io.troupe.actors.bench.PrecisionBenchmark;
import io.troupe.actors.bench.PrecisionBenchmark.Measurement;
import io.troupe.actors.bench.Speed;
import io.troupe.actors.bench.Watch;
import io.troupe.policy.Computation;
import io.troupe.policy.ComputeDevice;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code troupe bench precision}. */
@Command(
        name = "precision",
        header =
                "Samples from a policy and trains it in float32 and in bfloat16: speed, memory, drift of log-probabilities.",
        description = {
            "",
            "One prompt is answered many times at temperature 1, and the answers are trained on as one group. Speeds are medians. Drift is in nats",
            "a token: of the same tokens under this precision and the first, and of what was sampled between sampler and learner. In brackets beside a speed: for each second of a",
            "processor core, which other work on the machine changes little. Memory is what was",
            "added, and in brackets what was reckoned."
        },
        footer = {
            "",
            "Examples:",
            "  troupe bench precision --policy embedded",
            "  troupe bench precision --policy model.gguf --lora-rank 16 --device cuda:0"
        })
final class BenchPrecisionVerb implements Callable<Integer> {

    private static final double GIBIBYTE = 1L << 30;

    private final Surroundings around;

    @Option(
            names = "--policy",
            required = true,
            paramLabel = "DIR",
            description = "A policy directory, a .gguf file, hf:OWNER/NAME, or embedded.")
    private String policy = "";

    @Option(
            names = "--device",
            defaultValue = "auto",
            description = "auto (the first accelerator if there is one), cpu or cuda:N (default: ${DEFAULT-VALUE}).")
    private String device = "auto";

    @Mixin
    private LoraOptions lora = new LoraOptions();

    @Option(
            names = "--prompt",
            defaultValue = "Tell me how bread is made, step by step.",
            description = "What is asked (default: ${DEFAULT-VALUE}).")
    private String prompt = "";

    @Option(names = "--sequences", defaultValue = "16", description = "Answers at once (default: ${DEFAULT-VALUE}).")
    private int sequences;

    @Option(
            names = "--tokens",
            defaultValue = "64",
            description = "The most tokens of an answer (default: ${DEFAULT-VALUE}).")
    private int tokens;

    @Option(
            names = "--micro-batch-tokens",
            defaultValue = "2048",
            description = "Cells of one training pass (default: ${DEFAULT-VALUE}).")
    private int microBatchTokens;

    @Option(names = "--activation-checkpointing", description = "Compute layers twice instead of keeping them.")
    private boolean checkpointing;

    @Option(
            names = "--precisions",
            split = ",",
            defaultValue = "float32,bfloat16",
            description =
                    "Which, in this order; drift is from the first, and memory can be told of the first (default: ${DEFAULT-VALUE}).")
    private List<Computation> precisions = List.of();

    @Option(names = "--repeats", defaultValue = "3", description = "How often it is timed (default: ${DEFAULT-VALUE}).")
    private int repeats;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    BenchPrecisionVerb(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        if (sequences < 2 || tokens < 1 || microBatchTokens < 1 || repeats < 1 || !ComputeDevice.isName(device)) {
            throw new VerbException(
                    ExitCode.USAGE,
                    "--sequences must be at least 2, --tokens, --micro-batch-tokens and --repeats at least 1, --device auto, cpu or cuda:N");
        }
        var benchmark = new PrecisionBenchmark(
                new PrecisionBenchmark.Settings(
                        PolicyLocation.of(around, policy),
                        new ComputeDevice(device),
                        lora.adapters(),
                        prompt,
                        sequences,
                        tokens,
                        microBatchTokens,
                        checkpointing,
                        repeats),
                Watch.Clock.ofProcess());
        if (!json) {
            around.out()
                    .println(
                            "                sampled        trained  memory sampling  memory training    drift from the first (mean, 99 %, most)"
                                    + "   sampler to learner");
        }
        for (Computation numbers : precisions) {
            Measurement measured = benchmark.measure(numbers);
            around.out().println(json ? object(measured).toString() : line(measured));
            around.out().flush();
        }
        return ExitCode.DONE.code();
    }

    private static String line(Measurement measured) {
        return String.format(
                Locale.ROOT,
                "%-8s %14s %14s  %15s  %15s    %s   %s",
                measured.numbers().name().toLowerCase(Locale.ROOT),
                speed(measured.sampled()),
                speed(measured.trained()),
                memory(measured.samplingMemory(), measured.samplingEstimate()),
                memory(measured.trainingMemory(), measured.trainingEstimate()),
                drift(measured.toFirst()),
                drift(measured.toSampler()));
    }

    private static String speed(Speed speed) {
        return String.format(Locale.ROOT, "%.0f (%.0f) t/s", speed.perSecond(), speed.perProcessorSecond());
    }

    /** What was held, and what was reckoned. */
    private static String memory(OptionalLong held, long estimate) {
        String seen = held.isPresent() ? String.format(Locale.ROOT, "%.2f", held.getAsLong() / GIBIBYTE) : "-";
        return seen + String.format(Locale.ROOT, " (%.2f) GiB", estimate / GIBIBYTE);
    }

    private static String drift(Drift drift) {
        return String.format(Locale.ROOT, "%.1e %.1e %.1e", drift.meanSize(), drift.percentile99(), drift.greatest());
    }

    private static ObjectNode object(Measurement measured) {
        ObjectNode object = JsonLines.JSON
                .createObjectNode()
                .put("precision", measured.numbers().name().toLowerCase(Locale.ROOT))
                .put("sampled_tokens_per_second", measured.sampled().perSecond())
                .put("sampled_tokens_per_cpu_second", measured.sampled().perProcessorSecond())
                .put("trained_tokens_per_second", measured.trained().perSecond())
                .put("trained_tokens_per_cpu_second", measured.trained().perProcessorSecond())
                .put("sampling_bytes_estimated", measured.samplingEstimate())
                .put("training_bytes_estimated", measured.trainingEstimate());
        measured.samplingMemory().ifPresent(bytes -> object.put("sampling_bytes", bytes));
        measured.trainingMemory().ifPresent(bytes -> object.put("training_bytes", bytes));
        putDrift(object.putObject("drift_from_first"), measured.toFirst());
        putDrift(object.putObject("learner_minus_sampler"), measured.toSampler());
        return object;
    }

    private static void putDrift(ObjectNode object, Drift drift) {
        object.put("mean", drift.mean())
                .put("mean_size", drift.meanSize())
                .put("percentile_99", drift.percentile99())
                .put("greatest", drift.greatest())
                .put("tokens", drift.tokens());
    }
}
