package io.troupe.actors.cli;

import io.troupe.policy.PolicyExport;
import io.troupe.policy.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code troupe export}: a policy for other programs. */
@Command(
        name = "export",
        header = "Writes a policy for other programs: a Hugging Face directory, or adapters for PEFT.",
        description = {
            "",
            "The format hf is a whole policy, adapters merged into it: config.json, model.safetensors, tokenizer, chat template.",
            "The format peft is the adapters of a run with train.lora.rank > 0: adapter_config.json and adapter_model.safetensors."
        },
        footer = {
            "",
            "Examples:",
            "  troupe export runs/first --output policy",
            "  troupe export runs/lora --output adapters --format peft",
            "  troupe export runs/lora/checkpoints/step-000100 --output policy --merged --dtype bfloat16",
            "  troupe export model.gguf --output policy"
        })
final class ExportVerb implements Callable<Integer> {

    /** What is written. */
    enum Format {
        HF,
        PEFT
    }

    private final Surroundings around;

    @Parameters(
            paramLabel = "POLICY",
            description =
                    "A run folder (its last checkpoint), a checkpoint, a policy directory, a .gguf file, hf:…, or embedded.")
    private String policy = "";

    @Option(
            names = "--output",
            required = true,
            paramLabel = "DIR",
            description = "The directory to write; must not exist.")
    private Path output = Path.of("");

    @Option(names = "--format", defaultValue = "hf", description = "hf or peft (default ${DEFAULT-VALUE}).")
    private Format format = Format.HF;

    @Option(names = "--merged", description = "Merge adapters into the weights; the format hf always does.")
    private boolean merged;

    @Option(
            names = "--dtype",
            defaultValue = "float32",
            description = "float32, bfloat16 or float16 (default ${DEFAULT-VALUE}).")
    private String dtype = "";

    @Option(
            names = "--base",
            paramLabel = "NAME",
            description =
                    "What the adapters shall name as their base, a path or a name on a hub (default: the path that was trained on).")
    private @Nullable String base;

    ExportVerb(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws IOException {
        check();
        var export = new PolicyExport(PolicyLocation.of(around, policy), precision());
        if (format == Format.PEFT && !export.hasAdapters()) {
            throw new VerbException(
                    ExitCode.USAGE,
                    policy + " has no adapters, all its weights were trained — leave --format peft away");
        }
        Path parent = output.toAbsolutePath().getParent();
        Files.createDirectories(parent);
        Path aside = Files.createTempDirectory(parent, "." + output.getFileName() + "-");
        try {
            Path written = aside.resolve("policy");
            if (format == Format.PEFT) {
                export.writeAdapters(written, base);
            } else {
                export.writeMerged(written);
            }
            Files.move(written, output, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            deleteTree(aside);
        }
        if (format == Format.PEFT && base == null && Files.isRegularFile(export.base())) {
            around.err()
                    .println("note: PEFT cannot read the base " + export.base()
                            + " — export it too, to BASE, and give --base BASE");
        }
        around.out().println(output);
        return ExitCode.DONE.code();
    }

    private void check() {
        if (Files.exists(output)) {
            throw new VerbException(ExitCode.USAGE, output + " exists already — name a new folder, or remove it");
        }
        if (merged && format == Format.PEFT) {
            throw new VerbException(
                    ExitCode.USAGE, "--merged with --format peft — merged adapters are a whole policy; leave one away");
        }
        if (base != null && format != Format.PEFT) {
            throw new VerbException(ExitCode.USAGE, "--base is of --format peft — a whole policy has no base");
        }
    }

    private Precision precision() {
        for (Precision each : Precision.values()) {
            if (each.word().equals(dtype)) {
                return each;
            }
        }
        throw new VerbException(ExitCode.USAGE, "--dtype " + dtype + " — expected float32, bfloat16 or float16");
    }

    private static void deleteTree(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
