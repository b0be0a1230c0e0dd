package io.troupe.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** A pass that was recorded as one. */
final class WholeScore implements RecordedScore {

    private final NDManager scope;
    private final NDArray scored;

    WholeScore(NDManager scope, NDArray scored) {
        this.scope = scope;
        this.scored = scored;
    }

    @Override
    public float[] values() {
        return scored.toFloatArray();
    }

    @Override
    public void backward(float[] vector) {
        TorchScript.backward(scored, scope.create(vector, scored.getShape()));
    }
}
