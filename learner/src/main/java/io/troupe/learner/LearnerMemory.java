package io.troupe.learner;

import io.troupe.learner.objective.Objective;
import io.troupe.policy.MemoryEstimate;
import io.troupe.policy.MemoryEstimate.Part;
import io.troupe.policy.Policy;
import io.troupe.policy.PolicyMemory;
import java.util.ArrayList;
import java.util.List;

/**
 * What a learner takes in memory.
 *
 * @param device where it computes
 * @param host beside that in the machine's memory, if the optimiser's state is kept there
 */
public record LearnerMemory(MemoryEstimate device, MemoryEstimate host) {

    static LearnerMemory of(Policy policy, LearnerSettings settings, int rowCells) {
        PolicyMemory memory = PolicyMemory.of(policy);
        long numbers = memory.trainedNumbers();
        int width = Math.max(settings.maxLength(), Math.min(rowCells, settings.microBatchTokens()));
        int cells = Math.max(settings.microBatchTokens(), width);
        boolean adapters = policy.lora().isPresent();
        var device = new ArrayList<Part>();
        device.add(new Part("weights to train, adapters included", memory.weights(true)));
        device.add(new Part("gradients", numbers * Float.BYTES));
        var moments = new Part("the optimiser's moments", 2 * numbers * Float.BYTES);
        boolean onHost = settings.optimizerState() == OptimizerState.HOST;
        if (!onHost) {
            device.add(moments);
        }
        if (Objective.of(settings.objective()).needsReference() && !adapters) {
            device.add(new Part("the initial policy, which the objective pulls to", memory.weights(false)));
        }
        device.add(new Part(
                "one pass of " + cells + " tokens and its way back",
                MemoryEstimate.sum(
                        memory.recorded(cells, width, cells, settings.memory()),
                        memory.roundedCopies(settings.activationCheckpointing()))));
        device.add(new Part("one tensor on its way out", 2 * memory.largestTensor()));
        return new LearnerMemory(new MemoryEstimate(device), new MemoryEstimate(onHost ? List.of(moments) : List.of()));
    }
}
