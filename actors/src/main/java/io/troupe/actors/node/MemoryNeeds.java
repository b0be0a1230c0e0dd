package io.troupe.actors.node;

import io.troupe.actors.config.RolloutEngine;
import io.troupe.actors.config.RolloutSettings;
import io.troupe.actors.config.TrainSettings;
import io.troupe.actors.config.TroupeSettings;
import io.troupe.learner.Learner;
import io.troupe.learner.LearnerMemory;
import io.troupe.learner.SupervisedTrainer;
import io.troupe.policy.ComputeDevice;
import io.troupe.policy.MemoryEstimate;
import io.troupe.policy.MemoryEstimate.Part;
import io.troupe.policy.Policy;
import io.troupe.rollout.Engine;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the roles of a process will take in memory, on which device, and whether that fits. Reckoned before anything is loaded.
 *
 * @param uses what takes it
 */
public record MemoryNeeds(List<Use> uses) {

    /**
     * What a role takes on a device.
     *
     * @param role sampling, training, or this process itself
     * @param device cpu or cuda:N, or Java's heap
     * @param capacity the device's memory, in bytes
     * @param estimate what it takes
     */
    public record Use(String role, String device, long capacity, MemoryEstimate estimate) {}

    /** What a run can do about a shortage. */
    public static final String ADVICE = "Less is needed with train.lora.rank = 16, policy.precision = bfloat16,"
            + " train.activation-checkpointing = true, and lower train.micro-batch-tokens, rollout.slots or rollout.max-trajectory-tokens;"
            + " `troupe doctor --policy DIR --set KEY=VALUE` shows what each gives. TROUPE_HEAP=4g gives Java a larger heap. run.check-memory = false starts it all the same";

    /** The virtual machine beside its heap, libtorch's code and its threads. */
    private static final long NATIVE = 500L << 20;

    /** Where the device of a use is named: a part of the memory of this process. */
    private static final String HEAP = "Java's heap";

    private static final double GIBIBYTE = 1L << 30;

    public MemoryNeeds {
        uses = List.copyOf(uses);
    }

    /**
     * Of a run with all its roles in this process.
     *
     * @param policy opened as the run opens it
     * @throws io.troupe.policy.DeviceUnavailableException if a role's device is not here
     */
    public static MemoryNeeds of(TroupeSettings settings, Policy policy) {
        var uses = new ArrayList<Use>();
        uses.add(process());
        RolloutSettings rollout = settings.rollout();
        if (rollout.engine() == RolloutEngine.LOCAL) {
            MemoryEstimate engine = Engine.localMemory(policy, rollout.slots(), rollout.maxTrajectoryTokens());
            for (int worker = 1; worker <= rollout.workers(); worker++) {
                uses.add(use(
                        rollout.workers() == 1 ? "sampling" : "sampling " + worker, rollout.computeDevice(), engine));
            }
        }
        TrainSettings train = settings.train();
        LearnerMemory learner = Learner.memory(policy, settings.learner(), batchTokens(settings));
        uses.add(use("training", train.computeDevice(), learner.device()));
        if (!learner.host().parts().isEmpty()) {
            uses.add(use("training, on the host", ComputeDevice.CPU, learner.host()));
        }
        if (!learner.heap().parts().isEmpty()) {
            uses.add(new Use("training, in the heap", HEAP, Runtime.getRuntime().maxMemory(), learner.heap()));
        }
        return new MemoryNeeds(uses);
    }

    /** Of sampling alone. */
    public static MemoryNeeds sampling(ComputeDevice device, Policy policy, int slots, int maxLength) {
        return new MemoryNeeds(
                List.of(process(), use("sampling", device, Engine.localMemory(policy, slots, maxLength))));
    }

    /** Of supervised training. */
    public static MemoryNeeds supervised(ComputeDevice device, Policy policy, SupervisedTrainer.Settings settings) {
        return new MemoryNeeds(List.of(process(), use("training", device, SupervisedTrainer.memory(policy, settings))));
    }

    /** What is wrong if a device is too small for all that is to be on it. */
    public Optional<String> shortage() {
        return uses.stream().collect(Collectors.groupingBy(Use::device)).values().stream()
                .filter(together -> total(together) > together.get(0).capacity())
                .map(MemoryNeeds::tooMuch)
                .findFirst();
    }

    /** All of a role in one line. */
    public static String line(Use use) {
        return gibibytes(use.estimate().total()) + " of " + gibibytes(use.capacity()) + " on " + use.device() + ": "
                + use.estimate().parts().stream()
                        .map(part -> part.what() + " " + gibibytes(part.bytes()))
                        .collect(Collectors.joining(", "));
    }

    /** The most tokens that a batch can have. */
    private static long batchTokens(TroupeSettings settings) {
        long trajectories =
                (long) settings.train().batchGroups() * settings.rollout().groupSize();
        return trajectories * settings.rollout().maxTrajectoryTokens();
    }

    private static Use process() {
        var parts = List.of(
                new Part("Java's heap", Runtime.getRuntime().maxMemory()), new Part("Java and libtorch", NATIVE));
        return use("this process", ComputeDevice.CPU, new MemoryEstimate(parts));
    }

    private static Use use(String role, ComputeDevice device, MemoryEstimate estimate) {
        return new Use(role, device.resolved(), device.memory(), estimate);
    }

    private static long total(List<Use> uses) {
        return uses.stream().mapToLong(use -> use.estimate().total()).reduce(0, MemoryEstimate::sum);
    }

    private static String tooMuch(List<Use> together) {
        String device = together.get(0).device();
        return "this cannot fit: about " + gibibytes(total(together)) + " are needed on " + device + ", which has "
                + gibibytes(together.get(0).capacity())
                + together.stream()
                        .map(use -> "\n  " + use.role() + " " + line(use))
                        .collect(Collectors.joining());
    }

    private static String gibibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", bytes / GIBIBYTE);
    }
}
