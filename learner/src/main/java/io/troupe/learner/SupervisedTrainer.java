package io.troupe.learner;

import ai.djl.ndarray.NDManager;
import io.troupe.learner.schedule.Schedule;
import io.troupe.policy.Diffusion;
import io.troupe.policy.MemoryEstimate;
import io.troupe.policy.MemoryEstimate.Part;
import io.troupe.policy.Policy;
import io.troupe.policy.PolicyMemory;
import io.troupe.policy.PolicyTokenizer;
import io.troupe.policy.ScoringMemory;
import io.troupe.policy.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Supervised training: maximises the log-likelihood of what is to be learned, averaged over the tokens of a batch. A masked diffusion policy learns to fill in windows
 * of which a random share is masked, each turn of an example by itself: what is maximised is the evidence lower bound (LLaDA, arXiv 2502.09992).
 *
 * <p>Not thread-safe. The same examples, settings and weights give the same result bit for bit on one device kind. A loss or gradient that is
 * not finite ends it with an error, before it reaches the weights.
 */
public final class SupervisedTrainer implements AutoCloseable {

    /**
     * How to train.
     *
     * @param steps how many optimiser steps; the examples are gone through as often as that takes, shuffled anew each time
     * @param batchExamples examples a step; turns of examples, if a masked diffusion policy learns them
     * @param schedule the learning rate by step
     * @param weightDecay AdamW's decay of matrices
     * @param maxGradNorm gradients are scaled down to this norm
     * @param microBatchTokens the most cells of one forward pass, padding included
     * @param shards into how many parts a batch is cut, each computed on a thread of its own; decides how gradients are summed, so that it
     *     belongs to what makes a training repeatable
     * @param seed of the shuffling
     */
    public record Settings(
            int steps,
            int batchExamples,
            Schedule schedule,
            double weightDecay,
            double maxGradNorm,
            int microBatchTokens,
            int shards,
            long seed) {}

    /**
     * What a step did.
     *
     * @param step its number, from 1
     * @param loss nats a token
     * @param gradientNorm before clipping
     * @param tokens learned tokens in the batch
     * @param allTokens tokens in the batch
     */
    public record Step(int step, double loss, double gradientNorm, long tokens, long allTokens) {}

    /** Is told of every step; throwing ends the training. */
    @FunctionalInterface
    public interface Listener {
        /** Called after each step, on the training thread. */
        void onStep(Step step);
    }

    private static final int WIDTH = 512;

    /** How often a window is masked to measure a loss. */
    private static final int MEASURED_DRAWS = 4;

    private final NDManager manager;
    private final Weights weights;
    private final AdamW optimizer;
    private final List<GradientShard> shards = new ArrayList<>();
    private final ExecutorService threads;
    private final Settings settings;
    private final PolicyTokenizer tokenizer;
    private final @Nullable Diffusion diffusion;
    private final EvidenceBound bound;
    private final Windows windows;

    /**
     * Prepares a training.
     *
     * @param weights trainable weights in the policy's shape; stay the caller's
     */
    public SupervisedTrainer(Policy policy, Weights weights, Settings settings, NDManager parent) {
        manager = parent.newSubManager();
        this.weights = weights;
        this.settings = settings;
        tokenizer = policy.tokenizer();
        diffusion = policy.config().diffusion();
        bound = new EvidenceBound(diffusion == null ? 0 : diffusion.maskToken(), MEASURED_DRAWS, true);
        windows = new Windows(policy.endOfTurnToken());
        shards.add(new GradientShard(policy, weights, manager, settings.microBatchTokens()));
        for (int shard = 1; shard < settings.shards(); shard++) {
            shards.add(GradientShard.copyOf(policy, weights, manager, settings.microBatchTokens()));
        }
        threads = Executors.newFixedThreadPool(settings.shards(), task -> {
            var thread = new Thread(task, "troupe-sft-shard");
            thread.setDaemon(true);
            return thread;
        });
        optimizer = new AdamW(new AdamW.Settings(0.9, 0.95, 1e-8, settings.weightDecay()), weights, manager);
    }

    /** What a training takes in memory, where no example is longer than {@value #WIDTH} tokens. */
    public static MemoryEstimate memory(Policy policy, Settings settings) {
        PolicyMemory memory = PolicyMemory.of(policy);
        long trained = memory.trainedNumbers() * Float.BYTES;
        int cells = settings.microBatchTokens();
        long pass = MemoryEstimate.sum(
                memory.recorded(cells, Math.min(WIDTH, cells), cells, ScoringMemory.DEFAULT),
                memory.roundedCopies(false));
        return new MemoryEstimate(List.of(
                new Part("weights to train, adapters included", memory.weights(true)),
                new Part("gradients", trained),
                new Part("the optimiser's moments", 2 * trained),
                new Part(
                        "copies and gradients of " + (settings.shards() - 1) + " more shards",
                        2 * trained * (settings.shards() - 1)),
                new Part("passes of " + cells + " tokens and their way back", pass * settings.shards()),
                new Part("one tensor on its way out", 2 * memory.largestTensor())));
    }

    /**
     * Trains.
     *
     * @throws IllegalArgumentException if an example is longer than the policy's positions, or nothing is to be learned
     * @throws ArithmeticException if the loss or the gradient is not finite
     */
    public void train(List<SupervisedExample> examples, Listener listener) {
        List<ScoredSequence> sequences = encode(examples);
        var random = new SplittableRandom(settings.seed());
        var masks = new SplittableRandom(~settings.seed());
        int[] order = {};
        int next = 0;
        for (int step = 1; step <= settings.steps(); step++) {
            var batch = new ArrayList<ScoredSequence>();
            while (batch.size() < settings.batchExamples()) {
                if (next == order.length) {
                    order = shuffled(sequences.size(), random);
                    next = 0;
                }
                batch.add(sequences.get(order[next++]));
            }
            long tokens = tokens(batch);
            listener.onStep(step(
                    step,
                    diffusion == null
                            ? batch
                            : batch.stream()
                                    .map(turn -> bound.lesson(turn, masks))
                                    .toList(),
                    tokens));
        }
    }

    /** Mean loss over examples, in nats a learned token, without learning. */
    public double evaluate(List<SupervisedExample> examples) {
        List<ScoredSequence> sequences = encode(examples);
        if (diffusion == null) {
            return shards.get(0).loss(sequences, tokens(sequences));
        }
        var views = new ArrayList<ScoredSequence>();
        for (ScoredSequence turn : sequences) {
            views.addAll(bound.views(turn, views.size()));
        }
        return shards.get(0).loss(views, tokens(sequences));
    }

    private static long tokens(List<ScoredSequence> sequences) {
        return sequences.stream().mapToLong(ScoredSequence::scoredTokens).sum();
    }

    /** Writes the weights as safetensors, synced to the disk. */
    public void writeWeights(Path file) throws IOException {
        weights.write(file);
    }

    @Override
    public void close() {
        threads.shutdownNow();
        optimizer.close();
        shards.forEach(GradientShard::close);
        manager.close();
    }

    private Step step(int number, List<ScoredSequence> batch, long tokens) {
        long all = batch.stream().mapToLong(ScoredSequence::length).sum();
        double loss = 0;
        for (double part : backward(batch, tokens)) {
            loss += part;
        }
        for (GradientShard shard : shards.subList(1, shards.size())) {
            optimizer.addGradients(weights, shard.weights());
        }
        double norm = optimizer.gradientNorm(weights);
        if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
            throw new ArithmeticException("step " + number + " has a loss of " + loss + " and a gradient norm of "
                    + norm + "; a lower learning rate may help");
        }
        double rate = settings.schedule().at(number - 1L);
        optimizer.step(weights, number, rate, Math.min(1, settings.maxGradNorm() / (norm + 1e-6)));
        for (GradientShard shard : shards.subList(1, shards.size())) {
            optimizer.copyWeights(weights, shard.weights());
        }
        return new Step(number, loss, norm, tokens, all);
    }

    /** Each shard's part of the mean loss; the gradients lie in the shards' weights. Which thread was first does not matter. */
    private List<Double> backward(List<ScoredSequence> batch, long tokens) {
        var byLength = new ArrayList<>(batch);
        byLength.sort(Comparator.comparingInt(ScoredSequence::length));
        var parts = new ArrayList<Callable<Double>>();
        for (int shard = 0; shard < shards.size(); shard++) {
            var part = new ArrayList<ScoredSequence>();
            for (int i = shard; i < byLength.size(); i += shards.size()) {
                part.add(byLength.get(i));
            }
            GradientShard gradients = shards.get(shard);
            parts.add(() -> gradients.backward(part, tokens));
        }
        try {
            var losses = new ArrayList<Double>();
            for (Future<Double> part : threads.invokeAll(parts)) {
                losses.add(part.get());
            }
            return losses;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the training was interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a forward or backward pass failed: " + e.getCause(), e.getCause());
        }
    }

    private List<ScoredSequence> encode(List<SupervisedExample> examples) {
        var sequences = new ArrayList<ScoredSequence>();
        for (int i = 0; i < examples.size(); i++) {
            ScoredSequence whole = encode(examples.get(i));
            if (whole.scoredTokens() == 0) {
                throw new IllegalArgumentException("example " + (i + 1) + " has nothing to learn");
            }
            try {
                for (ScoredSequence sequence : diffusion == null ? List.of(whole) : turns(whole, diffusion.window())) {
                    requireFitting(sequence);
                    sequences.add(sequence);
                }
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("example " + (i + 1) + ": " + e.getMessage(), e);
            }
        }
        if (sequences.isEmpty()) {
            throw new IllegalArgumentException("there are no examples to train on");
        }
        return sequences;
    }

    private void requireFitting(ScoredSequence sequence) {
        int positions = shards.get(0).maxLength();
        if (sequence.length() > positions) {
            throw new IllegalArgumentException("it has " + sequence.length() + " tokens"
                    + (diffusion == null ? "" : ", the window of its last turn included")
                    + ", the policy has positions for " + positions);
        }
    }

    /** The learned runs of tokens, each in a window behind all that came before. */
    private List<ScoredSequence> turns(ScoredSequence whole, int window) {
        var turns = new ArrayList<ScoredSequence>();
        int from = 0;
        while (from < whole.rest().length) {
            int until = from + 1;
            while (until < whole.rest().length && whole.scored()[until] == whole.scored()[from]) {
                until++;
            }
            if (whole.scored()[from]) {
                turns.add(windows.turn(
                        Arrays.copyOf(whole.rest(), from), Arrays.copyOfRange(whole.rest(), from, until), window));
            }
            from = until;
        }
        return turns;
    }

    private ScoredSequence encode(SupervisedExample example) {
        int[] tokens = {};
        boolean[] learned = {};
        for (SupervisedExample.Piece piece : example.pieces()) {
            int[] more = tokenizer.encode(piece.text());
            int from = tokens.length;
            tokens = Arrays.copyOf(tokens, from + more.length);
            learned = Arrays.copyOf(learned, tokens.length);
            System.arraycopy(more, 0, tokens, from, more.length);
            Arrays.fill(learned, from, tokens.length, piece.learned());
        }
        return new ScoredSequence(new int[0], tokens, learned);
    }

    private static int[] shuffled(int size, SplittableRandom random) {
        var order = new int[size];
        for (int i = 0; i < size; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
