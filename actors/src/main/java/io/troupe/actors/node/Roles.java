package io.troupe.actors.node;

import io.troupe.actors.config.EvaluationSettings;
import io.troupe.actors.config.LatencySettings;
import io.troupe.actors.config.RolloutSettings;
import io.troupe.actors.config.TaskSettings;
import io.troupe.actors.config.TrainSettings;
import io.troupe.actors.config.TroupeSettings;
import io.troupe.actors.coordinator.CoordinatorSettings;
import io.troupe.actors.coordinator.StalenessGate;
import io.troupe.actors.coordinator.TaskMix;
import io.troupe.actors.learning.LearnerActorSettings;
import io.troupe.actors.worker.EnvironmentLatency;
import io.troupe.actors.worker.WorkerSettings;
import io.troupe.proto.v1.Drafting;
import io.troupe.proto.v1.RunStamp;
import io.troupe.proto.v1.Sampling;
import io.troupe.rollout.RolloutLoop;
import io.troupe.verifier.TaskFamilies;
import java.time.Duration;
import java.util.List;

/** From a run's configuration to what each role goes by. Pure. */
record Roles(TroupeSettings settings, RunStamp stamp) {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PULSE = Duration.ofSeconds(1);
    private static final Duration RESEND = Duration.ofSeconds(2);

    /** Below the frame size of node.conf, with room for what is around a delivery. */
    private static final int MAX_DELIVERY_BYTES = (4 << 20) - (64 << 10);

    CoordinatorSettings coordinator() {
        TrainSettings train = settings.train();
        RolloutSettings rollout = settings.rollout();
        return new CoordinatorSettings(
                stamp,
                new StalenessGate(train.batchGroups(), train.staleness()),
                settings.run().deterministic(),
                settings.objective().dynamicSampling().rounds(),
                train.steps(),
                rollout.groupSize(),
                sampling(rollout.temperature()),
                Drafting.newBuilder()
                        .setCount(settings.objective().drafts().count())
                        .setPrompt(settings.objective().drafts().prompt())
                        .build(),
                rollout.leaseTimeout(),
                rollout.maxAttempts(),
                PATIENCE);
    }

    WorkerSettings worker(String name) {
        return new WorkerSettings(name, stamp, settings.verifier().stepTimeout(), PULSE, RESEND, MAX_DELIVERY_BYTES);
    }

    EnvironmentLatency latency() {
        LatencySettings latency = settings.debug().environmentLatency();
        return new EnvironmentLatency(latency.median(), latency.sigma(), latency.seed());
    }

    RolloutLoop.Settings loop() {
        return new RolloutLoop.Settings(
                settings.rollout().maxTurns(),
                settings.verifier().retries(),
                settings.run().deterministic());
    }

    LearnerActorSettings learnerActor(RunFolder folder) {
        TrainSettings train = settings.train();
        return new LearnerActorSettings(
                stamp,
                settings.run().seed(),
                train.steps(),
                train.checkpointEvery(),
                train.timeLimit(),
                train.computeDevice(),
                settings.weights().precision(),
                folder.policies(),
                folder.trajectories());
    }

    Sampling evaluationSampling() {
        EvaluationSettings evaluation = settings.evaluation();
        return sampling(evaluation.temperature());
    }

    TaskMix trainingTasks(TaskFamilies families) {
        return TaskMix.training(shares(families), settings.run().seed());
    }

    TaskMix evaluationTasks(TaskFamilies families) {
        return TaskMix.evaluation(shares(families), settings.run().seed());
    }

    private List<TaskMix.Share> shares(TaskFamilies families) {
        return settings.tasks().stream().map(task -> share(families, task)).toList();
    }

    private static TaskMix.Share share(TaskFamilies families, TaskSettings task) {
        return TaskMix.share(families, task.called(), task.level(), task.weight());
    }

    private Sampling sampling(double temperature) {
        RolloutSettings rollout = settings.rollout();
        return Sampling.newBuilder()
                .setTemperature(temperature)
                .setTopP(rollout.topP())
                .setTopK(rollout.topK())
                .setMaxTurnTokens(rollout.maxTurnTokens())
                .setMaxTrajectoryTokens(rollout.maxTrajectoryTokens())
                .addAllStop(rollout.stop())
                .build();
    }
}
