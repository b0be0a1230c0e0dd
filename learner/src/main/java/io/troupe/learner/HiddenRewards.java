package io.troupe.learner;

import ai.djl.ndarray.NDManager;
import io.troupe.learner.MicroBatcher.MicroBatch;
import io.troupe.learner.TrainingBatch.Item;
import io.troupe.learner.advantage.AdvantageSettings.HiddenReward;
import io.troupe.learner.advantage.TokenInfluence;
import io.troupe.learner.advantage.TokenInfluence.Answer;
import io.troupe.policy.Decoder;
import io.troupe.policy.NextTokens;
import io.troupe.policy.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Changes the advantages of a batch by the hidden rewards of its tokens, which take a pass of the policy over each group that has right and wrong answers. */
record HiddenRewards(HiddenReward settings, Decoder decoder, MicroBatcher batcher, NDManager manager) {

    /**
     * The batch with other advantages, or itself if there are no hidden rewards.
     *
     * @param weights of the policy right before the batch's first update
     */
    TrainingBatch applied(TrainingBatch batch, Weights weights) {
        if (!settings.isGiven()) {
            return batch;
        }
        var advantages = new ArrayList<double[]>();
        int from = 0;
        while (from < batch.items().size()) {
            int until = from;
            while (until < batch.items().size()
                    && batch.items().get(until).group()
                            == batch.items().get(from).group()) {
                until++;
            }
            advantages.addAll(ofGroup(batch.items().subList(from, until), batch.temperature(), weights));
            from = until;
        }
        return batch.withAdvantages(advantages);
    }

    private List<double[]> ofGroup(List<Item> group, double temperature, Weights weights) {
        boolean mixed = group.stream().map(Item::correct).distinct().count() > 1;
        if (!mixed) {
            return group.stream().map(Item::advantages).toList();
        }
        List<ScoredSequence> sequences = group.stream().map(Item::sequence).toList();
        long[] vocabulary = sequences.stream()
                .flatMapToInt(sequence -> Arrays.stream(sequence.sampledTokens()))
                .distinct()
                .sorted()
                .asLongStream()
                .toArray();
        var answers = new Answer[group.size()];
        for (MicroBatch micro : batcher.pack(sequences)) {
            try (NDManager scope = manager.newSubManager()) {
                NextTokens next = decoder.nextTokens(scope, weights, micro.rows(), temperature);
                float[][] hidden = next.hidden();
                float[][] scores = next.logProbabilities(repeated(vocabulary, hidden.length));
                int offset = 0;
                for (int i : micro.sequences()) {
                    int until = offset + sequences.get(i).scoredTokens();
                    answers[i] = new Answer(
                            group.get(i).correct(),
                            group.get(i).advantages(),
                            places(sequences.get(i).sampledTokens(), vocabulary),
                            Arrays.copyOfRange(hidden, offset, until),
                            Arrays.copyOfRange(scores, offset, until));
                    offset = until;
                }
            }
        }
        return TokenInfluence.advantages(settings, List.of(answers));
    }

    private static int[] places(int[] tokens, long[] vocabulary) {
        return Arrays.stream(tokens)
                .map(token -> Arrays.binarySearch(vocabulary, token))
                .toArray();
    }

    private static long[] repeated(long[] values, int times) {
        var all = new long[values.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(values, 0, all, i * values.length, values.length);
        }
        return all;
    }
}
