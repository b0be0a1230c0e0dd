package io.troupe.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * A pass over packed rows that also says what a state is worth: with π the policy, ρ the reference policy and Q a critic, the soft value V = E_{w~π}[Q(w)] − β
 * KL(π‖ρ), both over the whole vocabulary. Gradients of all four values can be sent back to the policy's weights, once; reference and critic are constants.
 *
 * <p>The critic is linear in the reference's hidden state h after the last norm: Q(w) = (c_w + c)·h with a row c_w for each token and a row c that all share. Logits
 * never exist for more places at once than {@link ScoringMemory#DEFAULT} allows.
 *
 * <p>Not thread-safe; what it keeps belongs to the manager that it was made with.
 */
public final class SoftScore {

    private static final int VALUES = 4;

    /** How many logits of one kind exist at once: there are those of the policy and the reference, and the critic's values. */
    static final long PART_LOGITS = ScoringMemory.DEFAULT.logits() / 3;

    /**
     * What a state's worth depends on beside the policy.
     *
     * @param reference the reference policy's weights
     * @param critic {@code [(vocabulary + 1) * hidden]}: a row for each token, and the shared row
     * @param beta β of the divergence
     */
    public record Anchor(Weights reference, float[] critic, double beta) {}

    private final NDManager scope;
    private final TorchScript program;
    private final PackedRows rows;
    private final NDArray head;
    private final NDArray referenceHead;
    private final NDArray critic;
    private final NDArray temperature;
    private final NDArray beta;
    private final NDArray hidden;
    private final NDArray referenceHidden;
    private final int partRows;

    SoftScore(
            Decoder decoder,
            NDManager scope,
            Weights weights,
            Anchor anchor,
            PackedRows rows,
            double temperature,
            boolean recorded) {
        this.scope = scope;
        this.rows = rows;
        program = decoder.program(weights.layout());
        head = weights.list().get(weights.layout().head());
        Weights reference = anchor.reference();
        referenceHead = reference.list().get(reference.layout().head());
        int vocabulary = decoder.config().vocabularySize();
        critic = scope.create(anchor.critic(), new Shape(vocabulary + 1, anchor.critic().length / (vocabulary + 1)));
        this.temperature = scope.create((float) temperature);
        beta = scope.create((float) anchor.beta());
        partRows = (int) Math.max(1, PART_LOGITS / vocabulary);
        hidden = trunk(decoder, weights, recorded);
        referenceHidden = trunk(decoder, reference, false);
    }

    /**
     * {@code [4 * scored]}: natural-log probabilities of the scored tokens at the temperature, entropies in nats, soft values of the states in which they were
     * sampled, divergences from the reference there in nats.
     */
    public float[] values() {
        int count = rows.scored();
        var values = new float[VALUES * count];
        for (int from = 0; from < count; from += partRows) {
            int until = Math.min(count, from + partRows);
            try (NDManager piece = scope.newSubManager()) {
                float[] scored = soft(piece, part(piece, hidden, from, until), from, until, false)
                        .toFloatArray();
                for (int i = 0; i < VALUES; i++) {
                    System.arraycopy(scored, i * (until - from), values, i * count + from, until - from);
                }
            }
        }
        return values;
    }

    /**
     * The reference policy's hidden states, which the critic looks at.
     *
     * @return {@code [scored * hidden]}
     */
    public float[] referenceHidden() {
        return referenceHidden.toFloatArray();
    }

    /**
     * Adds to the gradients of the policy's weights.
     *
     * @param vector {@code [4 * scored]}: d loss / d values
     */
    public void backward(float[] vector) {
        int count = rows.scored();
        try (NDManager way = scope.newSubManager()) {
            var gradients = new NDList();
            for (int from = 0; from < count; from += partRows) {
                int until = Math.min(count, from + partRows);
                var upstream = new float[VALUES * (until - from)];
                for (int i = 0; i < VALUES; i++) {
                    System.arraycopy(vector, i * count + from, upstream, i * (until - from), until - from);
                }
                try (NDManager piece = way.newSubManager()) {
                    NDArray part = part(piece, hidden, from, until);
                    part.setRequiresGradient(true);
                    NDArray scored = soft(piece, part, from, until, true);
                    TorchScript.backward(scored, piece.create(upstream, new Shape(VALUES, until - from)));
                    NDArray gradient = part.getGradient();
                    gradient.attach(way);
                    gradient.setName("parts[]");
                    gradients.add(gradient);
                }
            }
            TorchScript.backward(
                    hidden, program.runDetached(way, "join", gradients).singletonOrThrow());
        }
    }

    private NDArray trunk(Decoder decoder, Weights weights, boolean recorded) {
        var shape = new Shape(rows.rows(), rows.width());
        var arguments = new NDList(
                scope.create(rows.tokens(), shape),
                scope.create(rows.positions(), shape),
                scope.create(rows.branches(), shape),
                scope.create(rows.sources()),
                decoder.cosines(),
                decoder.sines());
        arguments.addAll(weights.list());
        TorchScript own = decoder.program(weights.layout());
        NDList result =
                recorded ? own.runRecorded(scope, "trunk", arguments) : own.runDetached(scope, "trunk", arguments);
        return result.singletonOrThrow();
    }

    private NDArray part(NDManager piece, NDArray states, int from, int until) {
        NDArray chosen = piece.create(LongStream.range(from, until).toArray());
        return program.runDetached(piece, "part", new NDList(states, chosen)).singletonOrThrow();
    }

    private NDArray soft(NDManager piece, NDArray part, int from, int until, boolean recorded) {
        var arguments = new NDList(
                part,
                piece.create(Arrays.copyOfRange(rows.targets(), from, until)),
                temperature,
                beta,
                part(piece, referenceHidden, from, until),
                critic,
                head,
                referenceHead);
        NDList result = recorded
                ? program.runRecorded(piece, "soft", arguments)
                : program.runDetached(piece, "soft", arguments);
        return result.singletonOrThrow();
    }
}
