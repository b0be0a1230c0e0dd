package io.troupe.rollout.serve;

import ai.djl.ndarray.NDManager;
import io.troupe.policy.ComputeDevice;
import io.troupe.policy.Policy;
import io.troupe.policy.PolicyFormatException;
import io.troupe.policy.WeightFiles;
import io.troupe.rollout.LocalEngine;
import io.troupe.rollout.SamplingParams;
import io.troupe.rollout.Sequence;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that owns the engine. Requests join between two tokens; new weights wait until every running turn has ended, so that a turn is of one
 * version. {@link #close} ends it and fails what is not done.
 */
final class SamplingThread implements AutoCloseable {

    /** A turn that somebody asked for. */
    private record Wanted(int[] prompt, SamplingParams sampling, long seed, CompletableFuture<SampledTurn> answer) {}

    /** Weights that somebody wants to be sampled from. */
    private record NewWeights(Path file, String version, CompletableFuture<Void> done) {}

    private enum Signal {
        CLOSE
    }

    private final Policy policy;
    private final ComputeDevice device;
    private final int slots;
    private final int maxLength;
    private final BlockingQueue<Object> mail = new LinkedBlockingQueue<>();
    private final Queue<Wanted> waiting = new ArrayDeque<>();
    private final Map<Sequence, Wanted> running = new LinkedHashMap<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private @Nullable NewWeights loading;
    private String version = "initial";
    private long loads;
    private boolean closing;
    private volatile @Nullable RuntimeException dead;

    SamplingThread(Policy policy, ComputeDevice device, int slots, int maxLength) {
        this.policy = policy;
        this.device = device;
        this.slots = slots;
        this.maxLength = maxLength;
        var thread = new Thread(this::run, "troupe-serve-sampling");
        thread.setDaemon(true);
        thread.start();
    }

    /** Has a turn sampled; cancelling the future frees its slot. */
    CompletableFuture<SampledTurn> sample(int[] prompt, SamplingParams sampling, long seed) {
        var wanted = new Wanted(prompt, sampling, seed, new CompletableFuture<>());
        mail.add(wanted);
        return wanted.answer();
    }

    /** Samples from other weights from now on. */
    CompletableFuture<Void> load(Path file, String name) {
        var weights = new NewWeights(file, name, new CompletableFuture<>());
        mail.add(weights);
        return weights.done();
    }

    @Override
    public void close() {
        mail.add(Signal.CLOSE);
        ended.join();
    }

    /** Why nothing is sampled any more; null as long as it is. */
    @Nullable
    RuntimeException dead() {
        return dead;
    }

    private void run() {
        RuntimeException cause = new IllegalStateException("the server is stopping");
        try (NDManager manager = device.newManager();
                var engine = new LocalEngine(policy, manager, slots, maxLength, 0)) {
            while (!closing) {
                takeMail(engine);
                loadWhenQuiet(engine);
                start(engine);
                if (engine.hasWork()) {
                    engine.step().forEach(sequence -> answer(engine, sequence));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            cause = e;
        } finally {
            dead = cause;
            fail(cause);
            ended.complete(null);
        }
    }

    /** Waits for mail if there is nothing else to do. */
    private void takeMail(LocalEngine engine) throws InterruptedException {
        boolean idle = !engine.hasWork() && waiting.isEmpty() && loading == null;
        for (Object each = idle ? mail.take() : mail.poll(); each != null; each = mail.poll()) {
            if (each instanceof Wanted wanted) {
                waiting.add(wanted);
            } else if (each instanceof NewWeights weights) {
                if (loading != null) {
                    weights.done().completeExceptionally(new IllegalStateException("other weights are being loaded"));
                } else {
                    loading = weights;
                }
            } else {
                closing = true;
            }
        }
        for (var entry : List.copyOf(running.entrySet())) {
            if (entry.getValue().answer().isDone()) {
                running.remove(entry.getKey()); // nobody wants it any more
                engine.release(entry.getKey());
            }
        }
    }

    private void loadWhenQuiet(LocalEngine engine) {
        NewWeights weights = loading;
        if (weights == null || !running.isEmpty()) {
            return;
        }
        loading = null;
        try (WeightFiles files = WeightFiles.open(weights.file())) {
            for (var shape : policy.config().tensors()) {
                files.require(shape); // all of them before the first is replaced
            }
            loads++;
            engine.load(files, loads);
            version = weights.version();
            weights.done().complete(null);
        } catch (PolicyFormatException e) {
            weights.done().completeExceptionally(e);
        }
    }

    /** Starts what fits; requests of one prompt and one manner together, so that the prompt is computed once. */
    private void start(LocalEngine engine) {
        while (loading == null && !waiting.isEmpty() && engine.freeSlots() > 0) {
            Wanted first = waiting.remove();
            var same = new ArrayList<Wanted>(List.of(first));
            while (same.size() < engine.freeSlots() && isAlike(first, waiting.peek())) {
                same.add(waiting.remove());
            }
            try {
                List<Sequence> started = engine.start(
                        first.prompt(),
                        first.sampling(),
                        same.stream().mapToLong(Wanted::seed).toArray());
                for (int i = 0; i < same.size(); i++) {
                    running.put(started.get(i), same.get(i));
                }
            } catch (IllegalArgumentException e) {
                same.forEach(wanted -> wanted.answer().completeExceptionally(e));
            }
        }
    }

    private static boolean isAlike(Wanted one, @Nullable Wanted other) {
        return other != null
                && java.util.Arrays.equals(one.prompt(), other.prompt())
                && one.sampling().equals(other.sampling());
    }

    private void answer(LocalEngine engine, Sequence sequence) {
        Wanted wanted = running.remove(sequence);
        if (wanted != null) {
            wanted.answer()
                    .complete(new SampledTurn(
                            sequence.turnTokens(), sequence.turnLogProbabilities(), sequence.turnEnd(), version));
        }
        engine.release(sequence);
    }

    private void fail(RuntimeException reason) {
        running.values().forEach(wanted -> wanted.answer().completeExceptionally(reason));
        waiting.forEach(wanted -> wanted.answer().completeExceptionally(reason));
        for (Object each = mail.poll(); each != null; each = mail.poll()) {
            if (each instanceof Wanted wanted) {
                wanted.answer().completeExceptionally(reason);
            } else if (each instanceof NewWeights weights) {
                weights.done().completeExceptionally(reason);
            }
        }
    }
}
