package io.troupe.learner.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Outcome;
import io.troupe.proto.v1.RewardComponent;
import io.troupe.proto.v1.Segment;
import io.troupe.proto.v1.Task;
import io.troupe.proto.v1.Trajectory;
import io.troupe.proto.v1.Verdict;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BatchStatisticsTest {

    @Test
    void meansAreOverTrajectoriesAndStalenessIsOfTheOldestToken() {
        Group logic = group("logic", trajectory(3, true, 5, 4), trajectory(-1, false, 5, 5));
        Group math = group("math", trajectory(1, true, 5, 5));

        BatchStatistics batch = BatchStatistics.of(List.of(logic, math), 5);

        assertThat(batch.reward()).isEqualTo(1);
        assertThat(batch.success()).isEqualTo(2.0 / 3);
        assertThat(batch.families())
                .containsEntry(
                        "logic",
                        new BatchStatistics.Family(
                                1, 0.5, 1, new TreeMap<>(Map.of("answer", 1.0)), new TreeMap<>(Map.of("calls", 2.0))))
                .containsEntry(
                        "math",
                        new BatchStatistics.Family(
                                1, 1, 1, new TreeMap<>(Map.of("answer", 1.0)), new TreeMap<>(Map.of("calls", 2.0))));
        assertThat(batch.stalenessMean()).isEqualTo(0.5);
        assertThat(batch.stalenessMax()).isEqualTo(1);
    }

    @Test
    void draftsAreAMetricAndNeitherRewardNorStaleness() {
        Group drafted = group("math", trajectory(1, true, 3)).toBuilder()
                .addDrafts(trajectory(5, true, 1))
                .addDrafts(trajectory(0, false, 1))
                .build();
        BatchStatistics batch = BatchStatistics.of(List.of(drafted), 3);

        assertThat(batch.reward()).isEqualTo(1);
        assertThat(batch.success()).isEqualTo(1);
        assertThat(batch.stalenessMax()).isZero();
        assertThat(batch.families().get("math").metrics()).containsEntry(BatchStatistics.DRAFT_SUCCESS, 0.5);
    }

    private static Group group(String family, Trajectory... trajectories) {
        return Group.newBuilder()
                .setTask(Task.newBuilder().setFamily(family))
                .addAllTrajectories(List.of(trajectories))
                .build();
    }

    private static Trajectory trajectory(double reward, boolean correct, long... versions) {
        var segment = Segment.newBuilder();
        for (long version : versions) {
            segment.addPolicyVersions(version);
        }
        return Trajectory.newBuilder()
                .setVerdict(Verdict.newBuilder()
                        .setReward(reward)
                        .addComponents(
                                RewardComponent.newBuilder().setName("answer").setValue(reward))
                        .addMetrics(
                                RewardComponent.newBuilder().setName("calls").setValue(2))
                        .setOutcome(correct ? Outcome.OUTCOME_CORRECT : Outcome.OUTCOME_WRONG))
                .addSegments(segment)
                .build();
    }
}
