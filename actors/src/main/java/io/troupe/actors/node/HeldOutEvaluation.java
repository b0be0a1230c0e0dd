package io.troupe.actors.node;

import ai.djl.ndarray.NDManager;
import io.troupe.actors.config.TroupeSettings;
import io.troupe.actors.coordinator.TaskMix;
import io.troupe.policy.Policy;
import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Lease;
import io.troupe.proto.v1.Outcome;
import io.troupe.proto.v1.RunStamp;
import io.troupe.proto.v1.Task;
import io.troupe.proto.v1.Work;
import io.troupe.proto.v1.WorkResult;
import io.troupe.rollout.Engine;
import io.troupe.rollout.InlineEnvironments;
import io.troupe.rollout.RolloutLoop;
import io.troupe.verifier.TaskFamilies;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Measures a policy on held-out tasks in the caller's thread, without a node. The tasks, their seeds and the sampling are those of a run with the same
 * settings, so that its numbers can be compared with a run's. Used once, by one thread.
 */
public final class HeldOutEvaluation {

    /**
     * What came of one family.
     *
     * @param solved tasks with a correct answer
     * @param judged tasks that were judged
     * @param failed tasks that could not be judged, because something of ours failed
     */
    public record Score(int solved, int judged, int failed) {
        /** The share of the judged tasks that were solved; NaN if none was judged. */
        public double success() {
            return judged == 0 ? Double.NaN : (double) solved / judged;
        }
    }

    /** Hears how far it is. */
    @FunctionalInterface
    public interface Progress {
        /** {@code done} of {@code total} tasks have come back. */
        void on(int done, int total);
    }

    private final TroupeSettings settings;
    private final TaskMix tasks;
    private final Queue<Work> waiting = new ArrayDeque<>();
    private final SortedMap<String, Score> scores = new TreeMap<>();
    private int total;
    private int done;

    /**
     * Prepares the tasks.
     *
     * @param settings how many tasks, of which families, and how they are sampled
     * @param families where the families are found
     * @param wanted which of the settings' families are measured
     */
    public HeldOutEvaluation(TroupeSettings settings, TaskFamilies families, Predicate<String> wanted) {
        this.settings = settings;
        var roles = new Roles(settings, RunStamp.getDefaultInstance());
        tasks = roles.evaluationTasks(families);
        long count = (long) settings.evaluation().tasks() * settings.tasks().size();
        for (long index = 0; index < count; index++) {
            Task task = tasks.task(index);
            if (wanted.test(task.getFamily())) {
                scores.putIfAbsent(task.getFamily(), new Score(0, 0, 0));
                waiting.add(Work.newBuilder()
                        .setLease(Lease.newBuilder().setGroupId(index).setAttempt(1))
                        .setTask(task)
                        .setGroupSize(1)
                        .setSampling(roles.evaluationSampling())
                        .setSeed(tasks.samplingSeed(index))
                        .build());
            }
        }
        total = waiting.size();
    }

    /**
     * Samples and judges everything.
     *
     * @param policy what is measured
     * @param families where the environments come from
     * @param progress hears of every task
     * @param stopped asked between tokens; when it says yes, what was judged so far is the result
     * @return the scores by family
     */
    public SortedMap<String, Score> run(
            Policy policy, TaskFamilies families, Progress progress, BooleanSupplier stopped) {
        var environments = new InlineEnvironments(families);
        var rollout = settings.rollout();
        var loopSettings =
                new RolloutLoop.Settings(rollout.maxTurns(), settings.verifier().retries(), false);
        try (NDManager manager = rollout.computeDevice().newManager();
                var loop = new RolloutLoop(
                        Engine.local(policy, manager, rollout.slots(), rollout.maxTrajectoryTokens(), 0),
                        policy,
                        environments,
                        loopSettings,
                        System::nanoTime)) {
            environments.answerTo(loop);
            while (done < total && !stopped.getAsBoolean()) {
                while (!waiting.isEmpty() && loop.freeSlots() > 0) {
                    loop.accept(waiting.remove());
                }
                boolean progressed = loop.step();
                for (WorkResult result : loop.takeResults()) {
                    book(result);
                    progress.on(done, total);
                    progressed = true;
                }
                if (!progressed) {
                    throw new IllegalStateException("the evaluation stands still: " + loop.waiting());
                }
            }
        }
        return scores;
    }

    private void book(WorkResult result) {
        done++;
        String family = tasks.task(result.getLease().getGroupId()).getFamily();
        scores.compute(family, (name, score) -> {
            Score before = score == null ? new Score(0, 0, 0) : score;
            return result.hasGroup() ? judged(before, result.getGroup()) : failed(before);
        });
    }

    private static Score judged(Score score, Group group) {
        Outcome outcome = group.getTrajectories(0).getVerdict().getOutcome();
        return switch (outcome) {
            case OUTCOME_CORRECT -> new Score(score.solved() + 1, score.judged() + 1, score.failed());
            case OUTCOME_WRONG, OUTCOME_NO_ANSWER, OUTCOME_UNPARSABLE_ANSWER ->
                new Score(score.solved(), score.judged() + 1, score.failed());
            default -> failed(score);
        };
    }

    private static Score failed(Score score) {
        return new Score(score.solved(), score.judged(), score.failed() + 1);
    }
}
