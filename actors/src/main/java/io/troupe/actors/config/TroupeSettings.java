package io.troupe.actors.config;

import static io.troupe.actors.config.SettingsException.require;

import io.troupe.learner.LearnerSettings;
import io.troupe.learner.objective.ObjectiveSettings;
import io.troupe.policy.Precision;
import io.troupe.verifier.TaskFamilies;
import java.util.List;

/**
 * Everything that a configuration says: the root {@code troupe}. Immutable; what cannot be meant is refused when a record is made. Every component is
 * the key of the same name in kebab-case, and {@code docs/configuration.md} lists them.
 *
 * @param run folder, seed, determinism
 * @param policy which policy to start from
 * @param tasks what to train on
 * @param rollout how groups are sampled
 * @param verifier how environments are hosted
 * @param train when and how the policy is updated
 * @param objective what an update maximises
 * @param evaluation what is measured on held-out tasks
 * @param debug checks that cost time
 * @param weights how versions of the policy come to those who sample
 * @param cluster where this process listens
 */
public record TroupeSettings(
        RunSettings run,
        PolicySettings policy,
        List<TaskSettings> tasks,
        RolloutSettings rollout,
        VerifierSettings verifier,
        TrainSettings train,
        ObjectiveSettings objective,
        EvaluationSettings evaluation,
        DebugSettings debug,
        WeightSettings weights,
        ClusterSettings cluster) {
    public TroupeSettings {
        tasks = List.copyOf(tasks);
        require(!tasks.isEmpty(), "tasks", "[]", "expected at least one family; `troupe tasks` lists them");
        long names = tasks.stream().map(TaskSettings::called).distinct().count();
        require(
                names == tasks.size(),
                "tasks",
                tasks.stream().map(TaskSettings::called).toList(),
                "expected each family once; give it a higher weight instead, or a name of its own to each entry");
        if (objective.trustRegion().kind().comparesDistributions()) {
            require(
                    train.staleness() == 0,
                    "train.staleness",
                    train.staleness(),
                    "expected 0, for objective.trust-region.kind compares the whole distributions of tokens, and the learner has that of the policy that"
                            + " sampled only while nothing is stale");
        }
        if (weights.precision() != Precision.FLOAT32) {
            require(
                    !debug.checkLogprobs() && !run.deterministic(),
                    "weights.precision",
                    weights.precision().word(),
                    "expected float32 with debug.check-logprobs or run.deterministic = true: samplers would go by other numbers than the learner");
        }
        require(
                objective.drafts().count() <= rollout.groupSize(),
                "rollout.group-size",
                rollout.groupSize(),
                "expected at least objective.drafts.count = "
                        + objective.drafts().count()
                        + ", for a group's drafts are sampled in the slots of its trajectories");
        require(
                !objective.critic().isGiven() || !train.activationCheckpointing(),
                "train.activation-checkpointing",
                true,
                "expected false, for objective.critic.kind = token needs what each layer computed");
        require(
                !objective.likelihood().isBound() || !debug.checkLogprobs(),
                "debug.check-logprobs",
                true,
                "expected false, for with objective.likelihood.kind = evidence-bound the learner knows no token's probability that it could compare");
        if (run.deterministic()) {
            require(
                    train.staleness() == 0,
                    "train.staleness",
                    train.staleness(),
                    "expected 0, for run.deterministic = true trains each batch on the policy that sampled it");
            require(
                    rollout.workers() == 1,
                    "rollout.workers",
                    rollout.workers(),
                    "expected 1, for run.deterministic = true leaves no order to chance");
            require(
                    cluster.has(ClusterSettings.ROLLOUT),
                    "cluster.roles",
                    cluster.roles(),
                    "expected rollout among them, for run.deterministic = true leaves no order to chance: the run's own worker samples alone");
        }
    }

    /** What this configuration allows although it may not be meant, a sentence each. */
    public List<String> warnings() {
        return objective.likelihood().isBound() && train.staleness() > 0
                ? List.of("train.staleness = " + train.staleness() + " with objective " + objective.name()
                        + ": nothing corrects for what a policy sampled that is some updates old, for nobody can say how likely it was to that policy;"
                        + " set train.staleness = 0 to learn only from what the present one sampled")
                : List.of();
    }

    /** How the learner learns by this configuration. */
    public LearnerSettings learner() {
        return new LearnerSettings(
                objective,
                train.rates(objective.selection().passes()),
                train.beta1(),
                train.beta2(),
                train.epsilon(),
                train.weightDecay(),
                train.maxGradNorm(),
                train.miniBatches(),
                train.epochs(),
                train.microBatchTokens(),
                train.activationCheckpointing(),
                train.optimizerState(),
                rollout.maxTrajectoryTokens(),
                debug.checkLogprobs() ? debug.logprobTolerance() : Double.POSITIVE_INFINITY,
                run.seed());
    }

    /** The entries of {@code tasks} as the families of a run are made from them. */
    public List<TaskFamilies.Entry> families() {
        return tasks.stream()
                .map(task -> new TaskFamilies.Entry(
                        task.called(), task.family(), task.options().json()))
                .toList();
    }
}
