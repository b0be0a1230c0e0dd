package io.troupe.actors.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.troupe.actors.weights.FileDigests;
import io.troupe.actors.weights.VersionDelta;
import io.troupe.learner.SupervisedExample;
import io.troupe.learner.SupervisedTrainer;
import io.troupe.learner.schedule.Schedule;
import io.troupe.policy.Arithmetic;
import io.troupe.policy.Policy;
import io.troupe.policy.Precision;
import io.troupe.policy.Weights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Makes optimiser steps on a policy, and measures how large the difference of two versions is in each form. */
public final class DeltaBench {

    /**
     * What to measure.
     *
     * @param policy the directory or file of the policy
     * @param examples lines for {@link SupervisedExample#parse}, at least a batch
     * @param batch examples a step
     * @param steps how many steps, each measured
     * @param learningRate AdamW's, the same for all steps
     * @param level Zstandard's
     * @param folder for files; stays the caller's to delete
     */
    public record Plan(
            Path policy, List<String> examples, int batch, int steps, double learningRate, int level, Path folder) {}

    /**
     * One step in one form.
     *
     * @param step its number, from 1
     * @param precision how the versions are stored
     * @param wholeBytes the size of a version
     * @param changedWords the share of numbers whose bits differ
     * @param plainBytes exclusive or, packed
     * @param deltaBytes the same with the bytes sorted into planes: what is sent
     * @param makeSeconds how long the last took to make
     * @param applySeconds how long applying and verifying it took
     */
    public record Difference(
            int step,
            Precision precision,
            long wholeBytes,
            double changedWords,
            long plainBytes,
            long deltaBytes,
            double makeSeconds,
            double applySeconds) {}

    private static final List<Precision> FORMS = List.of(Precision.BFLOAT16, Precision.FLOAT32);

    private final Plan plan;
    private final List<Difference> differences = new ArrayList<>();

    private DeltaBench(Plan plan) {
        this.plan = plan;
    }

    /**
     * Measures.
     *
     * @param said is told what goes on
     */
    public static List<Difference> run(Plan plan, Consumer<String> said) throws IOException {
        return new DeltaBench(plan).measure(said);
    }

    private List<Difference> measure(Consumer<String> said) throws IOException {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
                Policy policy = Policy.openForTraining(plan.policy(), Arithmetic.SINGLE, null, 0);
                Weights weights = policy.loadWeights(manager, true)) {
            String end = policy.tokenizer().decode(policy.endOfTurnToken());
            List<SupervisedExample> examples = plan.examples().stream()
                    .map(line -> SupervisedExample.parse(line, policy.chatTemplate(), end))
                    .toList();
            try (var trainer = new SupervisedTrainer(policy, weights, settings(), manager)) {
                write(weights, 0);
                trainer.train(examples, step -> {
                    said.accept("step " + step.step() + ": loss " + step.loss() + ", gradient norm "
                            + step.gradientNorm() + ", " + step.tokens() + " tokens learned from");
                    try {
                        compare(weights, step.step());
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
            }
        }
        return differences;
    }

    private SupervisedTrainer.Settings settings() {
        var constant = new Schedule(Schedule.Shape.CONSTANT, plan.learningRate(), 0, plan.steps(), 1);
        return new SupervisedTrainer.Settings(plan.steps(), plan.batch(), constant, 0.01, 1, 8192, 1, 1);
    }

    private void compare(Weights weights, int step) throws IOException {
        write(weights, step);
        for (Precision form : FORMS) {
            Path before = file(step - 1, form);
            Path after = file(step, form);
            Path plain = plan.folder().resolve("plain");
            Path delta = plan.folder().resolve("delta");
            Path made = plan.folder().resolve("made");
            VersionDelta.write(before, after, plain, plan.level(), false);
            long start = System.nanoTime();
            VersionDelta.write(before, after, delta, plan.level(), true);
            double making = (System.nanoTime() - start) / 1e9;
            var manifest = FileDigests.of("", after);
            start = System.nanoTime();
            VersionDelta.apply(before, delta, manifest, made);
            double applying = (System.nanoTime() - start) / 1e9;
            if (Files.mismatch(made, after) >= 0) {
                throw new IOException("the delta of step " + step + " makes another file");
            }
            differences.add(new Difference(
                    step,
                    form,
                    Files.size(after),
                    changed(before, after, form == Precision.FLOAT32 ? Float.BYTES : Short.BYTES),
                    Files.size(plain),
                    Files.size(delta),
                    making,
                    applying));
            Files.delete(before);
        }
    }

    private void write(Weights weights, int step) throws IOException {
        for (Precision form : FORMS) {
            weights.write(file(step, form), form);
        }
    }

    private Path file(int step, Precision form) {
        return plan.folder().resolve("v" + step + "-" + form.word() + ".safetensors");
    }

    /** Both files have the same header, whose length is a multiple of a word's. */
    private static double changed(Path before, Path after, int width) throws IOException {
        long changed = 0;
        long words = 0;
        try (FileChannel old = FileChannel.open(before);
                FileChannel young = FileChannel.open(after)) {
            ByteBuffer left = ByteBuffer.allocate(1 << 20);
            ByteBuffer right = ByteBuffer.allocate(1 << 20);
            for (long at = 0; at < young.size(); at += left.capacity()) {
                fill(old, left, at);
                fill(young, right, at);
                for (int i = 0; i + width <= right.limit(); i += width) {
                    boolean differs = width == Float.BYTES
                            ? left.getInt(i) != right.getInt(i)
                            : left.getShort(i) != right.getShort(i);
                    changed += differs ? 1 : 0;
                    words++;
                }
            }
        }
        return (double) changed / words;
    }

    private static void fill(FileChannel file, ByteBuffer buffer, long at) throws IOException {
        buffer.clear();
        while (buffer.hasRemaining() && file.read(buffer, at + buffer.position()) >= 0) {
            // until the buffer is full or the file ends
        }
        buffer.flip();
    }
}
