package io.troupe.actors.coordinator;

import io.troupe.proto.v1.Task;
import io.troupe.rollout.Seeds;
import io.troupe.verifier.Split;
import io.troupe.verifier.TaskFamilies;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.wire.VerifierProtos;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Tasks of several families. For training the family of task {@code i} is drawn by weight, as a pure function of (seed, i); for
 * an evaluation the families take turns, so that each gets the same number.
 */
public final class TaskMix implements TaskStream {

    /**
     * One family's share.
     *
     * @param family the family
     * @param level how hard its tasks are
     * @param weight its share, relative to the others'
     */
    public record Share(TaskFamily family, int level, double weight) {}

    /** Keep the seeds of the sampling apart from those of the tasks, and those of the splits from each other. */
    private static final long TRAINING_SAMPLES = 0x747261696e696e67L;

    private static final long EVALUATION_SAMPLES = 0x6576616c75617465L;

    private final List<Share> shares;
    private final Split split;
    private final long seed;

    private TaskMix(List<Share> shares, Split split, long seed) {
        this.shares = List.copyOf(shares);
        this.split = split;
        this.seed = seed;
        if (shares.isEmpty()) {
            throw new IllegalArgumentException("a mix of tasks needs at least one family");
        }
    }

    /** Training tasks, mixed by weight. */
    public static TaskMix training(List<Share> shares, long seed) {
        return new TaskMix(shares, Split.TRAIN, seed);
    }

    /** Held-out tasks: task {@code i} is the {@code ⌊i/n⌋}-th of family {@code i mod n}. */
    public static TaskMix evaluation(List<Share> shares, long seed) {
        return new TaskMix(shares, Split.EVALUATION, seed);
    }

    /**
     * A share of a family that is found by its id.
     *
     * @throws io.troupe.verifier.TaskFamilyException if there is no such family
     * @throws IllegalArgumentException if the family has no such level
     */
    public static Share share(TaskFamilies families, String id, int level, double weight) {
        TaskFamily family = families.get(id);
        if (level < family.levels().min() || level > family.levels().max()) {
            throw new IllegalArgumentException("tasks: " + id + " has the levels "
                    + family.levels().min() + " to " + family.levels().max() + ", not " + level);
        }
        return new Share(family, level, weight);
    }

    @Override
    public Task task(long index) {
        boolean held = split == Split.EVALUATION;
        Share share = held ? shares.get((int) (index % shares.size())) : drawn(index);
        long number = held ? index / shares.size() : index;
        return VerifierProtos.toProto(share.family().task(split, seed, number, share.level()));
    }

    @Override
    public long samplingSeed(long index) {
        long salt = split == Split.EVALUATION ? EVALUATION_SAMPLES : TRAINING_SAMPLES;
        return Seeds.derive(Seeds.derive(seed, salt), index);
    }

    private Share drawn(long index) {
        double total = shares.stream().mapToDouble(Share::weight).sum();
        double point = new SplittableRandom(Seeds.derive(seed, index)).nextDouble() * total;
        for (Share share : shares) {
            point -= share.weight();
            if (point < 0) {
                return share;
            }
        }
        return shares.get(shares.size() - 1); // the last bit of rounding
    }
}
