package io.troupe.learner;

import io.troupe.learner.critic.TokenCritic;
import io.troupe.learner.objective.Likelihood;
import io.troupe.learner.objective.Objective;
import io.troupe.policy.MemoryEstimate;
import io.troupe.policy.MemoryEstimate.Part;
import io.troupe.policy.ModelConfig;
import io.troupe.policy.Policy;
import io.troupe.policy.PolicyMemory;
import java.util.ArrayList;
import java.util.List;

/**
 * What a learner takes in memory.
 *
 * @param device where it computes
 * @param host beside that in the machine's memory, if the optimiser's state is kept there
 * @param heap in Java's heap, if it has a critic
 */
public record LearnerMemory(MemoryEstimate device, MemoryEstimate host, MemoryEstimate heap) {

    static LearnerMemory of(Policy policy, LearnerSettings settings, int rowCells, long batchTokens) {
        PolicyMemory memory = PolicyMemory.of(policy);
        Objective objective = Objective.of(settings.objective());
        long numbers = memory.trainedNumbers();
        int width = Math.max(settings.maxLength(), Math.min(rowCells, settings.microBatchTokens()));
        int cells = Math.max(
                settings.microBatchTokens(), width * copies(settings.objective().likelihood()));
        boolean adapters = policy.lora().isPresent();
        var device = new ArrayList<Part>();
        device.add(new Part("weights to train, adapters included", memory.weights(true)));
        device.add(new Part("gradients", numbers * Float.BYTES));
        var moments = new Part("the optimiser's moments", 2 * numbers * Float.BYTES);
        boolean onHost = settings.optimizerState() == OptimizerState.HOST;
        if (!onHost) {
            device.add(moments);
        }
        if (objective.needsReference() && !adapters) {
            device.add(new Part("the initial policy, which the objective pulls to", memory.weights(false)));
        }
        long pass = objective.needsSoftValues()
                ? memory.softScored(cells, width, cells)
                : memory.recorded(cells, width, cells, settings.memory());
        device.add(new Part(
                "one pass of " + cells + " tokens and its way back",
                MemoryEstimate.sum(pass, memory.roundedCopies(settings.activationCheckpointing()))));
        device.add(new Part("one tensor on its way out", 2 * memory.largestTensor()));
        return new LearnerMemory(
                new MemoryEstimate(device),
                new MemoryEstimate(onHost ? List.of(moments) : List.of()),
                new MemoryEstimate(objective.needsSoftValues() ? critic(policy.config(), batchTokens) : List.of()));
    }

    /** How many copies of a trajectory are in one pass. */
    private static int copies(Likelihood likelihood) {
        return likelihood.isBound() ? likelihood.draws() * (likelihood.coupled() ? 2 : 1) : 1;
    }

    private static List<Part> critic(ModelConfig config, long batchTokens) {
        long states = Math.multiplyExact(batchTokens, (long) config.hiddenSize() * Float.BYTES);
        return List.of(
                new Part(
                        "the critic, its target, moments and gradient",
                        TokenCritic.memory(config.vocabularySize(), config.hiddenSize())),
                new Part("the states of a batch of " + batchTokens + " tokens, twice", 2 * states));
    }
}
