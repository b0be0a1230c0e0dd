package io.troupe.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A pass in pieces: logits by parts of the tokens, so that {@code [tokens, vocabulary]} never exists whole, and with checkpointing layer by layer, keeping
 * only the layers' inputs. What a gradient needs is computed once more on the way back, piece by piece.
 */
final class PiecewiseScore implements RecordedScore {

    private final Decoder decoder;
    private final NDManager scope;
    private final NDList weights;
    private final WeightLayout layout;
    private final TorchScript program;
    private final PackedRows rows;
    private final ScoringMemory memory;
    private final NDArray tokens;
    private final NDArray positions;
    private final NDArray branches;
    private final NDArray sources;
    private final NDArray temperature;
    private final List<NDArray> layerInputs = new ArrayList<>();
    private final NDArray hidden;
    private final int partRows;

    PiecewiseScore(
            Decoder decoder,
            NDManager scope,
            Weights weights,
            PackedRows rows,
            double temperature,
            ScoringMemory memory,
            boolean recorded) {
        this.decoder = decoder;
        this.scope = scope;
        this.weights = weights.list();
        layout = weights.layout();
        program = decoder.program(layout);
        this.rows = rows;
        this.memory = memory;
        var shape = new Shape(rows.rows(), rows.width());
        tokens = scope.create(rows.tokens(), shape);
        positions = scope.create(rows.positions(), shape);
        branches = scope.create(rows.branches(), shape);
        sources = scope.create(rows.sources());
        this.temperature = scope.create((float) temperature);
        partRows = (int) Math.max(1, memory.logits() / decoder.config().vocabularySize());
        hidden = memory.checkpointing() && recorded ? forwardByLayers() : trunk(recorded);
    }

    @Override
    public float[] values() {
        int count = rows.scored();
        var values = new float[2 * count];
        for (int from = 0; from < count; from += partRows) {
            int until = Math.min(count, from + partRows);
            try (NDManager piece = scope.newSubManager()) {
                NDArray part = part(piece, from, until);
                float[] scored = head(piece, part, from, until, false).toFloatArray();
                System.arraycopy(scored, 0, values, from, until - from);
                System.arraycopy(scored, until - from, values, count + from, until - from);
            }
        }
        return values;
    }

    @Override
    public void backward(float[] vector) {
        try (NDManager way = scope.newSubManager()) {
            NDArray gradient = backwardThroughHead(way, vector);
            if (!memory.checkpointing()) {
                TorchScript.backward(hidden, gradient);
                return;
            }
            gradient = backwardThroughTail(way, gradient);
            for (int layer = decoder.config().layers() - 1; layer >= 0; layer--) {
                gradient = backwardThroughLayer(way, layer, gradient);
            }
            if (weights.get(0).hasGradient()) { // beside adapters the embedding is frozen
                try (NDManager piece = way.newSubManager()) {
                    TorchScript.backward(begin(piece, true), gradient);
                }
            }
        }
    }

    private NDArray trunk(boolean recorded) {
        var arguments = new NDList(tokens, positions, branches, sources, decoder.cosines(), decoder.sines());
        arguments.addAll(weights);
        return run(scope, "trunk", recorded, arguments);
    }

    private NDArray forwardByLayers() {
        NDArray x = begin(scope, false);
        for (int layer = 0; layer < decoder.config().layers(); layer++) {
            layerInputs.add(x);
            x = segment(scope, layer, x, false);
        }
        layerInputs.add(x);
        return tail(scope, x, false);
    }

    private NDArray begin(NDManager owner, boolean recorded) {
        return run(owner, "begin", recorded, new NDList(tokens, weights.get(0)));
    }

    private NDArray segment(NDManager owner, int layer, NDArray x, boolean recorded) {
        boolean slides = decoder.config().architecture().slides(layer);
        var arguments =
                new NDList(x, positions, branches, owner.create(slides ? 1L : 0L), decoder.cosines(), decoder.sines());
        int stride = layout.stride();
        arguments.addAll(new NDList(weights.subList(1 + stride * layer, 1 + stride * (layer + 1))));
        return run(owner, "segment", recorded, arguments);
    }

    private NDArray tail(NDManager owner, NDArray x, boolean recorded) {
        return run(owner, "tail", recorded, new NDList(x, sources, weights.get(layout.lastNorm())));
    }

    private NDArray part(NDManager piece, int from, int until) {
        NDArray chosen = piece.create(LongStream.range(from, until).toArray());
        return run(piece, "part", false, new NDList(hidden, chosen));
    }

    private NDArray head(NDManager piece, NDArray part, int from, int until, boolean recorded) {
        NDArray targets = piece.create(Arrays.copyOfRange(rows.targets(), from, until));
        return run(piece, "head", recorded, new NDList(part, targets, temperature, weights.get(layout.head())));
    }

    /** Runs a method of the program; what is not recorded may begin a graph of its own. */
    private NDArray run(NDManager owner, String method, boolean recorded, NDList arguments) {
        NDList result = recorded
                ? program.runRecorded(owner, method, arguments)
                : program.runDetached(owner, method, arguments);
        return result.singletonOrThrow();
    }

    private NDArray backwardThroughHead(NDManager way, float[] vector) {
        int count = rows.scored();
        var gradients = new NDList();
        for (int from = 0; from < count; from += partRows) {
            int until = Math.min(count, from + partRows);
            var upstream = new float[2 * (until - from)];
            System.arraycopy(vector, from, upstream, 0, until - from);
            System.arraycopy(vector, count + from, upstream, until - from, until - from);
            try (NDManager piece = way.newSubManager()) {
                NDArray part = part(piece, from, until);
                part.setRequiresGradient(true);
                NDArray scored = head(piece, part, from, until, true);
                TorchScript.backward(scored, piece.create(upstream, new Shape(2, until - from)));
                gradients.add(kept(way, part, "parts[]"));
            }
        }
        return run(way, "join", false, gradients);
    }

    private NDArray backwardThroughTail(NDManager way, NDArray gradient) {
        NDArray x = layerInputs.get(decoder.config().layers());
        x.setRequiresGradient(true);
        try (NDManager piece = way.newSubManager()) {
            TorchScript.backward(tail(piece, x, true), gradient);
            return kept(way, x, null);
        } finally {
            x.close();
        }
    }

    private NDArray backwardThroughLayer(NDManager way, int layer, NDArray gradient) {
        NDArray x = layerInputs.get(layer);
        x.setRequiresGradient(true);
        try (NDManager piece = way.newSubManager()) {
            TorchScript.backward(segment(piece, layer, x, true), gradient);
            gradient.close();
            return kept(way, x, null);
        } finally {
            x.close();
        }
    }

    /** The gradient of an array, to outlive it. */
    private static NDArray kept(NDManager way, NDArray of, @org.jspecify.annotations.Nullable String name) {
        NDArray gradient = of.getGradient();
        gradient.attach(way);
        gradient.setName(name);
        return gradient;
    }
}
