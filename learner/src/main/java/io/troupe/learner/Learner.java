package io.troupe.learner;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.troupe.learner.BatchScores.TopTokens;
import io.troupe.learner.MicroBatcher.MicroBatch;
import io.troupe.learner.TrainingBatch.Item;
import io.troupe.learner.objective.Likelihood;
import io.troupe.learner.objective.Normalizer;
import io.troupe.learner.objective.Objective;
import io.troupe.learner.objective.ObjectiveResult;
import io.troupe.learner.objective.TokenBatch;
import io.troupe.learner.objective.TokenSelection;
import io.troupe.policy.Decoder;
import io.troupe.policy.Diffusion;
import io.troupe.policy.ModelConfig;
import io.troupe.policy.NextTokens;
import io.troupe.policy.Policy;
import io.troupe.policy.Precision;
import io.troupe.policy.Safetensors;
import io.troupe.policy.TensorShape;
import io.troupe.policy.TorchScript;
import io.troupe.policy.WeightFiles;
import io.troupe.policy.Weights;
import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Trajectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
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

    private static final String MOMENTS = "optimizer.safetensors";
    private static final String CRITIC = "critic.safetensors";
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
    private final BatchScorer scorer;
    private final @Nullable Windows windows;
    private final HiddenRewards hiddenRewards;
    private final @Nullable SoftCritic critic;
    private final TorchScript copier;
    private long version;
    private long optimizerSteps;

    /**
     * Starts from the policy's weights, at version 0. If the policy has adapters, these learn, and the rest is frozen.
     *
     * @throws IllegalArgumentException as {@link PolicyFitness#require} does
     */
    public Learner(Policy policy, LearnerSettings settings, NDManager parent) {
        PolicyFitness.require(policy, settings.objective());
        this.settings = settings;
        this.policy = policy;
        objective = Objective.of(settings.objective());
        selection = objective.selection();
        credit = new Credit(settings.objective().advantage());
        manager = parent.newSubManager();
        decoder = policy.newDecoder(manager, settings.maxLength());
        weights = policy.loadWeights(manager, true);
        reference = objective.needsReference() ? reference() : null;
        optimizer = new AdamW(settings.adamW(), weights, manager, settings.optimizerState());
        batcher = new MicroBatcher(Math.min(ROW_CELLS, settings.microBatchTokens()), settings.microBatchTokens());
        windows = policy.config().diffusion() == null ? null : new Windows(policy.endOfTurnToken());
        scorer = new BatchScorer(decoder, batcher, manager, bound(policy.config(), settings));
        hiddenRewards = new HiddenRewards(settings.objective().advantage().hiddenReward(), decoder, batcher, manager);
        critic = reference != null && objective.needsSoftValues()
                ? new SoftCritic(settings.objective().critic(), policy.config(), decoder, reference, batcher, manager)
                : null;
        copier = Weights.copier(manager);
    }

    private static @Nullable BoundBatcher bound(ModelConfig config, LearnerSettings settings) {
        Diffusion diffusion = config.diffusion();
        Likelihood likelihood = settings.objective().likelihood();
        return diffusion == null
                ? null
                : new BoundBatcher(
                        new EvidenceBound(diffusion.maskToken(), likelihood.draws(), likelihood.coupled()),
                        settings.microBatchTokens());
    }

    /**
     * What a learner takes in memory.
     *
     * @param batchTokens the most tokens of a batch
     */
    public static LearnerMemory memory(Policy policy, LearnerSettings settings, long batchTokens) {
        return LearnerMemory.of(policy, settings, ROW_CELLS, batchTokens);
    }

    /** Adapters have their base as the reference, without a copy; whole weights have those that they began with. */
    private Weights reference() {
        return policy.lora().isPresent() ? weights.base() : policy.loadWeights(manager, false);
    }

    /** What {@link #writeWeights} writes: all tensors, or those of the adapters. */
    public List<TensorShape> tensors() {
        return weights.shapes();
    }

    /** What computes here: engine, device, threads and processor. Where another computes, the same batches may give weights that differ in their last bits. */
    public String arithmetic() {
        Engine engine = manager.getEngine();
        int threads = JniUtils.getNumThreads();
        return engine.getEngineName() + " " + engine.getVersion() + ", "
                + manager.getDevice().getDeviceType() + ", " + threads + (threads == 1 ? " thread, " : " threads, ")
                + System.getProperty("os.arch");
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
        TrainingBatch batch = hiddenRewards.applied(TrainingBatch.of(groups, credit, windows), weights);
        // an estimate has other masks in every epoch, a likelihood is what it is
        List<BatchScores> scores = IntStream.range(0, windows == null ? 1 : settings.epochs())
                .mapToObj(epoch -> scores(batch, epoch))
                .toList();
        var tally = new UpdateTally();
        if (critic != null) {
            teach(critic, batch, tally);
        }
        for (int i = 0; i < settings.stepsAnUpdate() && tally.skipped == null; i++) {
            int epoch = Math.min(i / (settings.stepsAnUpdate() / settings.epochs()), scores.size() - 1);
            optimizerStep(plan(batch, i, groups.size()), batch, scores.get(epoch), maskSeed(epoch), tally);
        }
        if (tally.skipped == null) {
            credit.belief().observe(Credit.accuracy(groups));
        }
        if (tally.difference() > settings.logProbabilityTolerance()) {
            throw new IllegalStateException("learner and sampler disagree by " + tally.difference()
                    + " on the log-probability of a token that version " + version + " sampled; allowed is "
                    + settings.logProbabilityTolerance());
        }
        version++;
        return tally.report(version);
    }

    /** What stays the same over an epoch. */
    private BatchScores scores(TrainingBatch batch, int epoch) {
        long seed = maskSeed(epoch);
        return new BatchScores(
                settings.stepsAnUpdate() > 1 ? scorer.score(batch, weights, seed) : BatchScores.NONE,
                reference == null ? BatchScores.NONE : scorer.score(batch, reference, seed),
                windows == null,
                objective.likeliest() > 0 ? likeliest(batch) : List.of());
    }

    private long maskSeed(int epoch) {
        return StepPlan.seedOf(StepPlan.seedOf(settings.seed(), version), epoch);
    }

    private void teach(SoftCritic pupil, TrainingBatch batch, UpdateTally tally) {
        tally.criticLoss = pupil.learn(batch, weights);
        if (!Double.isFinite(tally.criticLoss)) {
            tally.skipped = "the loss of the critic is " + tally.criticLoss;
        }
    }

    /** The steps of an epoch go through all parts of the batch in the first pass, then in the second. */
    private StepPlan plan(TrainingBatch batch, int step, int groups) {
        int parts = settings.miniBatches();
        int pass = step / parts % settings.objective().selection().passes();
        boolean all = reference != null || objective.needsEntropy();
        return StepPlan.of(
                batch,
                selection,
                new StepPlan.Place(pass, step % parts, parts, groups),
                all,
                StepPlan.seedOf(settings.seed(), version));
    }

    /** The sum of the natural-log probabilities of a trajectory's sampled tokens under the present weights, or an estimate of the bound on it. */
    double logProbability(Trajectory trajectory, double temperature) {
        var group = Group.newBuilder()
                .setTemperature(temperature)
                .addTrajectories(trajectory)
                .build();
        double[][] scores = scorer.score(TrainingBatch.of(List.of(group), credit, windows), weights, settings.seed());
        return Arrays.stream(scores[0]).sum();
    }

    /** Writes the weights as safetensors in single precision, synced to the disk. */
    public void writeWeights(Path file) throws IOException {
        weights.write(file);
    }

    /** The same, rounded to a precision for those who sample; the weights that learn keep theirs. */
    public void writeWeights(Path file, Precision precision) throws IOException {
        weights.write(file, precision);
    }

    /** SHA-256 of the weights: equal exactly if they are, bit for bit. */
    public String digest() {
        return weights.digest();
    }

    /** Writes all that {@link #restore} needs into a folder, as a policy directory with the optimiser's state beside it. */
    public void save(Path folder) throws IOException {
        policy.save(weights, folder);
        Safetensors.write(folder.resolve(MOMENTS), optimizer.state(), Map.of());
        if (credit.belief().isKept()) {
            Files.write(folder.resolve(BELIEF), credit.belief().state());
        }
        if (critic != null) {
            critic.critic().save(folder.resolve(CRITIC));
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
        policy.restore(weights, folder, copier);
        try (WeightFiles moments = WeightFiles.open(folder.resolve(MOMENTS))) {
            optimizer.restore(moments);
        }
        if (credit.belief().isKept()) {
            credit.belief().restore(rememberedIn(folder.resolve(BELIEF)));
        }
        if (critic != null) {
            critic.critic().restore(folder.resolve(CRITIC));
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

    private void optimizerStep(
            StepPlan plan, TrainingBatch batch, BatchScores scores, long maskSeed, UpdateTally tally) {
        Normalizer whole = plan.whole();
        if (whole == null) {
            return;
        }
        List<Item> items = plan.items().stream().map(batch.items()::get).toList();
        for (MicroBatch micro : scorer.pack(items, maskSeed)) {
            backward(batch, micro, plan, whole, scores, tally);
        }
        apply(tally);
    }

    private void apply(UpdateTally tally) {
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
            StepPlan plan,
            Normalizer whole,
            BatchScores scores,
            UpdateTally tally) {
        try (NDManager scope = manager.newSubManager()) {
            Pass scored = pass(scope, micro, batch.temperature());
            int count = micro.tokens();
            float[] values = scored.values();
            int[] places =
                    Arrays.stream(micro.sequences()).map(plan.items()::get).toArray();
            TokenBatch.Builder tokens = scores.tokens(batch.items(), places, Arrays.copyOf(values, 2 * count))
                    .selected(plan.selectedOf(micro.sequences()));
            if (objective.likeliest() > 0) {
                NextTokens next = decoder.nextTokens(scope, weights, micro.rows(), batch.temperature());
                tokens.likeliest(
                        scores.likeliestBefore(places),
                        BatchScores.doubles(next.logProbabilities(scores.likeliestTokens(places))));
            }
            if (critic != null) {
                tokens.softValues(BatchScores.doubles(Arrays.copyOfRange(values, 2 * count, 3 * count)));
            }
            ObjectiveResult result = objective.evaluate(tokens.build(), whole);
            tally.add(result, count);
            if (windows == null) {
                tally.compare(Arrays.stream(places).mapToObj(batch.items()::get).toList(), values, version);
            }
            if (!result.isFinite()) {
                return;
            }
            var vector = new float[values.length];
            for (int i = 0; i < count; i++) {
                vector[i] = (float) result.gradient()[i];
                vector[count + i] = objective.needsEntropy() ? (float) result.entropyGradient()[i] : 0;
                if (critic != null) {
                    vector[2 * count + i] = (float) result.softValueGradient()[i];
                }
            }
            scored.backward().accept(vector);
        }
    }

    private Pass pass(NDManager scope, MicroBatch micro, double temperature) {
        if (critic != null) {
            return Pass.of(decoder.softScore(scope, weights, critic.anchor(), micro.rows(), temperature, true));
        }
        return scorer.record(scope, weights, micro, temperature, settings.memory());
    }

    /** The most likely tokens under the present weights, which must be those that sampled the batch. */
    private List<TopTokens> likeliest(TrainingBatch batch) {
        for (Item item : batch.items()) {
            if (item.version() != version) {
                throw new IllegalStateException("trajectory " + item.id().trajectory() + " of group "
                        + item.id().group() + " is not from version " + version
                        + ", but the trust region compares with the distributions of the policy that sampled, which are those of the version before the"
                        + " update alone; set train.staleness = 0");
            }
        }
        return scorer.likeliest(
                batch, weights, Math.min(objective.likeliest(), policy.config().vocabularySize()));
    }
}
