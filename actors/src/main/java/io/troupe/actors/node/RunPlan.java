package io.troupe.actors.node;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Everything that decides a training run. The command line makes one out of the configuration; a test makes one by hand.
 * Immutable. Constructors refuse values that cannot be meant, in a message that names the configuration key.
 *
 * @param directory the run folder; made if it is missing
 * @param resume go on from the latest checkpoint of the folder; without one the folder must hold no earlier run
 * @param seed the seed of all randomness of the run
 * @param deterministic the same seed gives the same weights bit for bit: batches are consecutive groups, staleness 0, one rollout worker
 * @param configuration the resolved configuration as text; written to {@code config.conf}
 * @param policy the policy directory to start from, already resolved
 * @param tasks the mix of task families to train on
 * @param rollout how groups are sampled
 * @param verifier how environments are hosted
 * @param train how the policy is updated
 * @param evaluation what is measured on held-out tasks
 * @param debug checks that cost time
 * @param cluster where the node listens
 */
public record RunPlan(
        Path directory,
        boolean resume,
        long seed,
        boolean deterministic,
        String configuration,
        Path policy,
        List<TaskShare> tasks,
        Rollout rollout,
        Verifier verifier,
        Train train,
        Evaluation evaluation,
        Debug debug,
        Address cluster) {

    public RunPlan {
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(policy, "policy");
        tasks = List.copyOf(tasks);
        require(!tasks.isEmpty(), "tasks must name at least one family");
        require(tasks.stream().mapToDouble(TaskShare::weight).sum() > 0, "tasks: at least one weight must be > 0");
        long families = tasks.stream().map(TaskShare::family).distinct().count();
        require(families == tasks.size(), "tasks must name each family once");
        if (deterministic) {
            require(
                    train.staleness() == 0,
                    "run.deterministic = true needs train.staleness = 0, not " + train.staleness());
            require(
                    rollout.workers() == 1,
                    "run.deterministic = true needs rollout.workers = 1, not " + rollout.workers());
        }
    }

    /**
     * One family's share of the training tasks.
     *
     * @param family the family's id
     * @param level the difficulty, on the family's own scale
     * @param weight the share, relative to the other families' weights
     */
    public record TaskShare(String family, int level, double weight) {
        public TaskShare {
            require(!family.isBlank(), "tasks: a family must have a name");
            require(
                    weight >= 0 && Double.isFinite(weight),
                    "tasks: weight of " + family + " must be >= 0 and finite, not " + weight);
        }
    }

    /**
     * How groups are sampled: the configuration section {@code rollout}.
     *
     * @param groupSize trajectories a group
     * @param temperature softmax temperature
     * @param topP nucleus; 1 keeps all tokens
     * @param topK the k most likely tokens; 0 keeps all
     * @param maxTurnTokens the most tokens the policy samples in a turn
     * @param maxTrajectoryTokens the most tokens of a trajectory, prompt and observations included
     * @param maxTurns the most turns of an episode
     * @param workers rollout workers on this node
     * @param slots trajectories that a worker samples at once
     * @param leaseTimeout after this a group that is not delivered is leased again
     * @param maxAttempts leases of a group before it is discarded
     * @param stop strings that end a turn
     */
    public record Rollout(
            int groupSize,
            double temperature,
            double topP,
            int topK,
            int maxTurnTokens,
            int maxTrajectoryTokens,
            int maxTurns,
            int workers,
            int slots,
            Duration leaseTimeout,
            int maxAttempts,
            List<String> stop) {
        public Rollout {
            stop = List.copyOf(stop);
            require(groupSize >= 1, "rollout.group-size must be >= 1, not " + groupSize);
            require(temperature > 0, "rollout.temperature must be > 0, not " + temperature);
            require(topP > 0 && topP <= 1, "rollout.top-p must be in (0, 1], not " + topP);
            require(topK >= 0, "rollout.top-k must be >= 0, not " + topK);
            require(maxTurnTokens >= 1, "rollout.max-turn-tokens must be >= 1, not " + maxTurnTokens);
            require(maxTrajectoryTokens >= 1, "rollout.max-trajectory-tokens must be >= 1, not " + maxTrajectoryTokens);
            require(maxTurns >= 1, "rollout.max-turns must be >= 1, not " + maxTurns);
            require(workers >= 1, "rollout.workers must be >= 1, not " + workers);
            require(slots >= groupSize, "rollout.slots must hold a group of " + groupSize + ", but is " + slots);
            require(positive(leaseTimeout), "rollout.lease-timeout must be > 0, not " + leaseTimeout);
            require(maxAttempts >= 1, "rollout.max-attempts must be >= 1, not " + maxAttempts);
        }
    }

    /**
     * How environments are hosted: the configuration section {@code verifier}.
     *
     * @param workers environment hosts on this node
     * @param stepTimeout how long an environment may take for an answer before its host is replaced
     * @param retries how often a trajectory whose environment failed is tried again
     * @param plugins a folder of jars with further task families, or null
     */
    public record Verifier(
            int workers,
            Duration stepTimeout,
            int retries,
            @Nullable Path plugins) {
        public Verifier {
            require(workers >= 1, "verifier.workers must be >= 1, not " + workers);
            require(positive(stepTimeout), "verifier.step-timeout must be > 0, not " + stepTimeout);
            require(retries >= 0, "verifier.retries must be >= 0, not " + retries);
        }
    }

    /**
     * When the policy is updated, saved and finished: what the configuration section {@code train} says about the run itself. How
     * an update is computed is the learner's own matter.
     *
     * @param steps updates to make in all, those before a resume included
     * @param batchGroups groups a batch: B
     * @param staleness how many updates the oldest token of a group may lie behind: η
     * @param checkpointEvery updates between checkpoints; the last update is always saved
     * @param keepCheckpoints how many checkpoints are kept
     * @param timeLimit training ends after this, counted from the start of this process; null for no limit
     */
    public record Train(
            long steps,
            int batchGroups,
            int staleness,
            int checkpointEvery,
            int keepCheckpoints,
            @Nullable Duration timeLimit) {
        public Train {
            require(steps >= 1, "train.steps must be >= 1, not " + steps);
            require(batchGroups >= 1, "train.batch-groups must be >= 1, not " + batchGroups);
            require(staleness >= 0, "train.staleness must be >= 0, not " + staleness);
            require(checkpointEvery >= 1, "train.checkpoint-every must be >= 1, not " + checkpointEvery);
            require(keepCheckpoints >= 1, "train.keep-checkpoints must be >= 1, not " + keepCheckpoints);
            require(timeLimit == null || positive(timeLimit), "train.time-limit must be > 0, not " + timeLimit);
        }
    }

    /**
     * What is measured on held-out tasks: the configuration section {@code evaluation}.
     *
     * @param tasks tasks a family, one trajectory each
     * @param temperature softmax temperature
     * @param before measure the policy that the run started from
     * @param after measure the policy that the run made
     */
    public record Evaluation(int tasks, double temperature, boolean before, boolean after) {
        public Evaluation {
            require(tasks >= 0, "evaluation.tasks must be >= 0, not " + tasks);
            require(temperature > 0, "evaluation.temperature must be > 0, not " + temperature);
        }
    }

    /**
     * Checks that cost time: the configuration section {@code debug}.
     *
     * @param checkLogprobs hold the sampler's and the learner's log-probabilities of the same tokens against each other
     * @param logprobTolerance by how much they may differ
     */
    public record Debug(boolean checkLogprobs, double logprobTolerance) {}

    /**
     * Where the node listens: the configuration section {@code cluster}.
     *
     * @param host the host name or address
     * @param port the port; 0 takes a free one
     */
    public record Address(String host, int port) {
        public Address {
            require(port >= 0 && port <= 65_535, "cluster.port must be in 0..65535, not " + port);
        }
    }

    private static boolean positive(Duration duration) {
        return !duration.isNegative() && !duration.isZero();
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
