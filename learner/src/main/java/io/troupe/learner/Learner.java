package io.troupe.learner;

import ai.djl.ndarray.NDManager;
import io.troupe.learner.MicroBatcher.MicroBatch;
import io.troupe.learner.TrainingBatch.Item;
import io.troupe.learner.objective.Normalizer;
import io.troupe.learner.objective.Objective;
import io.troupe.learner.objective.ObjectiveDiagnostics;
import io.troupe.learner.objective.ObjectiveResult;
import io.troupe.learner.objective.TokenBatch;
import io.troupe.learner.objective.TokenSelection;
import io.troupe.policy.Decoder;
import io.troupe.policy.Policy;
import io.troupe.policy.RecordedScore;
import io.troupe.policy.Safetensors;
import io.troupe.policy.TorchScript;
import io.troupe.policy.WeightFiles;
import io.troupe.policy.Weights;
import io.troupe.proto.v1.Group;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Updates the policy: a batch of judged groups in, a new version of the weights out.
 *
 * <p>Life of an update: rewards become advantages; trajectories are packed, a group's prompt once; each micro-batch is scored with gradients
 * recorded, the objective gives loss and d loss / d log-probability in double precision, which is sent back through the policy; the gradients
 * are checked, clipped, applied. A loss or gradient that is not finite leaves the weights untouched and is reported.
 *
 * <p>Trajectories without a selected token whose advantage is not 0 carry no gradient under an objective without KL penalty and entropy bonus; they
 * count in the normaliser but are not computed.
 *
 * <p>Not thread-safe: one thread from construction to {@link #close}. The same batches give the same weights bit for bit on one device kind.
 */
public final class Learner implements AutoCloseable {

    private static final String WEIGHTS = "model.safetensors";
    private static final String MOMENTS = "optimizer.safetensors";
    private static final String BELIEF = "belief.txt";
    private static final int ROW_CELLS = 512;

    private final LearnerSettings settings;
    private final Policy policy;
    private final Objective objective;
    private final TokenSelection selection;
    private final Credit credit;
    private final NDManager manager;
    private final Decoder decoder;
    private final Weights weights;
    private final @Nullable Weights reference;
    private final AdamW optimizer;
    private final MicroBatcher batcher;
    private final TorchScript copier;
    private long version;
    private long optimizerSteps;

    /** Starts from the policy's weights, at version 0. */
    public Learner(Policy policy, LearnerSettings settings, NDManager parent) {
        this.settings = settings;
        this.policy = policy;
        objective = Objective.of(settings.objective());
        selection = objective.selection();
        credit = new Credit(settings.objective().advantage());
        manager = parent.newSubManager();
        decoder = policy.newDecoder(manager, settings.maxLength());
        weights = policy.loadWeights(manager, true);
        reference = objective.needsReference() ? policy.loadWeights(manager, false) : null;
        optimizer = new AdamW(settings.adamW(), policy.config(), manager);
        batcher = new MicroBatcher(Math.min(ROW_CELLS, settings.microBatchTokens()), settings.microBatchTokens());
        copier = Weights.copier(manager);
    }

    /** How many batches the weights have seen. */
    public long version() {
        return version;
    }

    /** How many optimiser steps were made; skipped ones do not count. */
    public long optimizerSteps() {
        return optimizerSteps;
    }

    /**
     * Learns from a batch.
     *
     * @param groups judged groups, sampled at one temperature
     * @throws IllegalStateException if learner and sampler disagree by more than the tolerance
     */
    public UpdateReport update(List<Group> groups) {
        TrainingBatch batch = TrainingBatch.of(groups, credit);
        boolean severalSteps = settings.stepsAnUpdate() > 1;
        double[][] proximal = severalSteps ? scoreAll(batch, weights) : new double[0][];
        double[][] referenceScores = reference == null ? new double[0][] : scoreAll(batch, reference);
        var tally = new Tally();
        int passes = settings.objective().selection().passes();
        for (int i = 0; i < settings.stepsAnUpdate() && tally.skipped == null; i++) {
            int part = i % settings.miniBatches();
            int pass = i / settings.miniBatches() % passes;
            optimizerStep(choose(batch, pass, part, groups.size()), batch, proximal, referenceScores, tally);
        }
        if (tally.skipped == null) {
            credit.belief().observe(Credit.accuracy(groups));
        }
        if (tally.difference > settings.logProbabilityTolerance()) {
            throw new IllegalStateException("learner and sampler disagree by " + tally.difference
                    + " on the log-probability of a token that version " + version + " sampled; allowed is "
                    + settings.logProbabilityTolerance());
        }
        version++;
        return new UpdateReport(
                version,
                tally.skipped,
                tally.loss,
                tally.gradientNorm,
                tally.learningRate,
                tally.tokens,
                tally.diagnostics,
                tally.difference);
    }

    /** The sum of the natural-log probabilities of a trajectory's sampled tokens under the present weights. */
    double logProbability(io.troupe.proto.v1.Trajectory trajectory, double temperature) {
        var group = Group.newBuilder()
                .setTemperature(temperature)
                .addTrajectories(trajectory)
                .build();
        double[][] scores = scoreAll(TrainingBatch.of(List.of(group), credit), weights);
        return Arrays.stream(scores[0]).sum();
    }

    /** Writes the weights as safetensors in single precision, synced to the disk. */
    public void writeWeights(Path file) throws IOException {
        weights.write(file);
    }

    /** SHA-256 of the weights: equal exactly if they are, bit for bit. */
    public String digest() {
        return weights.digest();
    }

    /** Writes all that {@link #restore} needs into a folder, as a policy directory with the optimiser's state beside it. */
    public void save(Path folder) throws IOException {
        policy.directory().copyTo(folder);
        weights.write(folder.resolve(WEIGHTS));
        Safetensors.write(folder.resolve(MOMENTS), optimizer.state(), Map.of());
        if (credit.belief().isKept()) {
            Files.write(folder.resolve(BELIEF), credit.belief().state());
        }
    }

    /**
     * Goes back to what {@link #save} wrote.
     *
     * @param atVersion the version that the weights have
     * @param atOptimizerSteps how many optimiser steps had been made
     * @throws IllegalStateException if this objective remembers something of which the folder holds nothing
     */
    public void restore(Path folder, long atVersion, long atOptimizerSteps) {
        try (WeightFiles files = WeightFiles.open(folder.resolve(WEIGHTS));
                WeightFiles moments = WeightFiles.open(folder.resolve(MOMENTS))) {
            weights.assign(files, copier);
            optimizer.restore(moments);
        }
        if (credit.belief().isKept()) {
            credit.belief().restore(rememberedIn(folder.resolve(BELIEF)));
        }
        version = atVersion;
        optimizerSteps = atOptimizerSteps;
    }

    private static List<String> rememberedIn(Path file) {
        if (!Files.exists(file)) {
            throw new IllegalStateException(
                    file + " is missing: the checkpoint is of a run without objective.advantage.belief;"
                            + " go on with advantage.belief = none, or start a new run");
        }
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        optimizer.close();
        copier.close();
        weights.close();
        if (reference != null) {
            reference.close();
        }
        decoder.close();
        manager.close();
    }

    /** What an update adds up. */
    private static final class Tally {
        @Nullable
        String skipped;

        double loss;
        double gradientNorm;
        double learningRate;
        long tokens;
        double difference = Double.NaN;
        ObjectiveDiagnostics diagnostics = ObjectiveDiagnostics.NONE;
    }

    /**
     * What one optimiser step is made of.
     *
     * @param items which items of the batch go through the policy
     * @param selected which of their sampled tokens have a loss
     * @param whole what the aggregation counts; null if no token has a loss
     */
    private record Chosen(
            List<Integer> items,
            List<boolean[]> selected,
            @Nullable Normalizer whole) {}

    private Chosen choose(TrainingBatch batch, int pass, int part, int groups) {
        var items = new ArrayList<Integer>();
        var selections = new ArrayList<boolean[]>();
        long tokens = 0;
        long trajectories = 0;
        boolean any = false;
        for (int i = 0; i < batch.items().size(); i++) {
            Item item = batch.items().get(i);
            if ((long) item.group() * settings.miniBatches() / groups != part) {
                continue;
            }
            tokens += item.behaviour().length;
            trajectories++;
            boolean[] selected = selection.select(pass, item.advantages(), item.behaviour(), seed(item));
            boolean some = Booleans.any(selected);
            any |= some;
            if (some && (item.teaches(selected) || reference != null || objective.needsEntropy())) {
                items.add(i);
                selections.add(selected);
            }
        }
        return new Chosen(items, selections, any ? new Normalizer(tokens, trajectories) : null);
    }

    /** A number of its own for every trajectory of every update. */
    private long seed(Item item) {
        var random = new SplittableRandom(settings.seed());
        long mixed = random.nextLong();
        for (long part : new long[] {version, item.id().group(), item.id().trajectory()}) {
            mixed = new SplittableRandom(mixed ^ part).nextLong();
        }
        return mixed;
    }

    private void optimizerStep(
            Chosen chosen, TrainingBatch batch, double[][] proximal, double[][] references, Tally tally) {
        Normalizer whole = chosen.whole();
        if (whole == null) {
            return;
        }
        List<ScoredSequence> sequences = chosen.items().stream()
                .map(i -> batch.items().get(i).sequence())
                .toList();
        for (MicroBatch micro : batcher.pack(sequences)) {
            backward(batch, micro, chosen, whole, proximal, references, tally);
        }
        apply(tally);
    }

    private void apply(Tally tally) {
        double norm = tally.skipped == null ? optimizer.gradientNorm(weights) : Double.NaN;
        tally.gradientNorm = norm;
        tally.learningRate = settings.schedule().at(optimizerSteps);
        if (tally.skipped == null && !Double.isFinite(norm)) {
            tally.skipped = "the norm of the gradient is " + norm;
        }
        if (tally.skipped != null) {
            optimizer.clearGradients(weights);
            return;
        }
        double scale = Math.min(1, settings.maxGradNorm() / (norm + 1e-6));
        optimizerSteps++;
        optimizer.step(weights, optimizerSteps, tally.learningRate, scale);
    }

    private void backward(
            TrainingBatch batch,
            MicroBatch micro,
            Chosen chosen,
            Normalizer whole,
            double[][] proximal,
            double[][] references,
            Tally tally) {
        try (NDManager scope = manager.newSubManager()) {
            RecordedScore scored = decoder.record(scope, weights, micro.rows(), batch.temperature(), settings.memory());
            int count = micro.rows().scored();
            float[] values = scored.values();
            int[] order =
                    Arrays.stream(micro.sequences()).map(chosen.items()::get).toArray();
            TokenBatch tokens = tokenBatch(batch, order, values, proximal, references)
                    .selected(Booleans.concatenated(Arrays.stream(micro.sequences())
                            .mapToObj(chosen.selected()::get)
                            .toList()))
                    .build();
            ObjectiveResult result = objective.evaluate(tokens, whole);
            tally.loss += result.loss();
            tally.tokens += count;
            tally.diagnostics = tally.diagnostics.plus(result.diagnostics());
            tally.difference = largest(tally.difference, difference(batch, order, values));
            if (!result.isFinite()) {
                tally.skipped = "the loss is " + result.loss();
                return;
            }
            var vector = new float[2 * count];
            for (int i = 0; i < count; i++) {
                vector[i] = (float) result.gradient()[i];
                vector[count + i] = objective.needsEntropy() ? (float) result.entropyGradient()[i] : 0;
            }
            scored.backward(vector);
        }
    }

    private TokenBatch.Builder tokenBatch(
            TrainingBatch batch, int[] order, float[] values, double[][] proximal, double[][] references) {
        int count = values.length / 2;
        var offsets = new int[order.length + 1];
        var advantages = new double[count];
        var current = new double[count];
        var entropy = new double[count];
        var behaviour = new double[count];
        var prox = new double[count];
        var ref = new double[count];
        for (int i = 0; i < count; i++) {
            current[i] = values[i];
            entropy[i] = values[count + i];
        }
        for (int i = 0; i < order.length; i++) {
            Item item = batch.items().get(order[i]);
            int length = item.behaviour().length;
            offsets[i + 1] = offsets[i] + length;
            System.arraycopy(item.advantages(), 0, advantages, offsets[i], length);
            System.arraycopy(item.behaviour(), 0, behaviour, offsets[i], length);
            if (proximal.length > 0) {
                System.arraycopy(proximal[order[i]], 0, prox, offsets[i], length);
            }
            if (references.length > 0) {
                System.arraycopy(references[order[i]], 0, ref, offsets[i], length);
            }
        }
        var builder = TokenBatch.builder(offsets)
                .tokenAdvantages(advantages)
                .current(current)
                .entropy(entropy)
                .behaviour(behaviour)
                .proximal(proximal.length > 0 ? prox : current);
        return references.length > 0 ? builder.reference(ref) : builder;
    }

    /** The greatest difference to the sampler's log-probabilities, over trajectories that this version sampled from end to end. */
    private double difference(TrainingBatch batch, int[] order, float[] values) {
        double greatest = Double.NaN;
        int offset = 0;
        for (int index : order) {
            Item item = batch.items().get(index);
            if (item.version() == version) {
                for (int t = 0; t < item.behaviour().length; t++) {
                    greatest = largest(greatest, Math.abs(values[offset + t] - item.behaviour()[t]));
                }
            }
            offset += item.behaviour().length;
        }
        return greatest;
    }

    private static double largest(double a, double b) {
        return Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.max(a, b);
    }

    /** Log-probabilities of every scored token of every item under given weights, without gradients. */
    private double[][] scoreAll(TrainingBatch batch, Weights under) {
        var scores = new double[batch.items().size()][];
        List<ScoredSequence> sequences =
                batch.items().stream().map(Item::sequence).toList();
        for (MicroBatch micro : batcher.pack(sequences)) {
            try (NDManager scope = manager.newSubManager()) {
                float[] values = decoder.score(scope, under, micro.rows(), batch.temperature(), false)
                        .toFloatArray();
                int offset = 0;
                for (int sequence : micro.sequences()) {
                    int length = sequences.get(sequence).scoredTokens();
                    scores[sequence] = new double[length];
                    for (int t = 0; t < length; t++) {
                        scores[sequence][t] = values[offset + t];
                    }
                    offset += length;
                }
            }
        }
        return scores;
    }
}
