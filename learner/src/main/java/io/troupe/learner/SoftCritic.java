package io.troupe.learner;

import ai.djl.ndarray.NDManager;
import io.troupe.learner.MicroBatcher.MicroBatch;
import io.troupe.learner.TrainingBatch.Item;
import io.troupe.learner.critic.CriticLesson;
import io.troupe.learner.critic.CriticSettings;
import io.troupe.learner.critic.TokenCritic;
import io.troupe.policy.Decoder;
import io.troupe.policy.ModelConfig;
import io.troupe.policy.SoftScore;
import io.troupe.policy.Weights;
import java.util.Arrays;
import java.util.List;

/** The critic of a learner: learns from each batch before the policy does, and says what the policy's tokens are worth. Not thread-safe. */
final class SoftCritic {

    private final CriticSettings settings;
    private final TokenCritic critic;
    private final Decoder decoder;
    private final Weights reference;
    private final MicroBatcher batcher;
    private final NDManager manager;

    /** @param reference the policy from which β pulls, and whose hidden states the critic sees */
    SoftCritic(
            CriticSettings settings,
            ModelConfig config,
            Decoder decoder,
            Weights reference,
            MicroBatcher batcher,
            NDManager manager) {
        this.settings = settings;
        this.decoder = decoder;
        this.reference = reference;
        this.batcher = batcher;
        this.manager = manager;
        critic = new TokenCritic(settings, config.vocabularySize(), config.hiddenSize());
    }

    TokenCritic critic() {
        return critic;
    }

    /** What the policy's loss is made with. */
    SoftScore.Anchor anchor() {
        return new SoftScore.Anchor(reference, critic.rows(), settings.beta());
    }

    /**
     * Learns from a batch.
     *
     * @param weights of the policy right before the batch's first update
     * @return the loss before the first step
     */
    double learn(TrainingBatch batch, Weights weights) {
        var lesson = new CriticLesson(settings);
        var target = new SoftScore.Anchor(reference, critic.target(), settings.beta());
        List<ScoredSequence> sequences =
                batch.items().stream().map(Item::sequence).toList();
        for (MicroBatch micro : batcher.pack(sequences)) {
            try (NDManager scope = manager.newSubManager()) {
                SoftScore score = decoder.softScore(scope, weights, target, micro.rows(), batch.temperature(), false);
                float[] values = score.values();
                float[] states = score.referenceHidden();
                int count = micro.rows().scored();
                int width = states.length / count;
                int offset = 0;
                for (int sequence : micro.sequences()) {
                    Item item = batch.items().get(sequence);
                    int until = offset + item.behaviour().length;
                    lesson.add(
                            Arrays.copyOfRange(states, offset * width, until * width),
                            item.sequence().sampledTokens(),
                            doubles(values, 2 * count + offset, 2 * count + until),
                            doubles(values, 3 * count + offset, 3 * count + until),
                            item.sequence().turnEnds(),
                            item.reward());
                    offset = until;
                }
            }
        }
        return lesson.teach(critic);
    }

    private static double[] doubles(float[] values, int from, int until) {
        var doubles = new double[until - from];
        for (int i = from; i < until; i++) {
            doubles[i - from] = values[i];
        }
        return doubles;
    }
}
