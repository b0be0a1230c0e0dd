package io.troupe.learner.report;

import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Outcome;
import io.troupe.proto.v1.RewardComponent;
import io.troupe.proto.v1.Segment;
import io.troupe.proto.v1.Trajectory;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Means over the trajectories of a batch.
 *
 * @param reward mean reward
 * @param success share of correct trajectories, in 0..1
 * @param families the same by family
 * @param stalenessMean mean over groups of the updates that the oldest token lies behind; groups without sampled tokens count 0
 * @param stalenessMax the largest of them
 */
public record BatchStatistics(
        double reward, double success, SortedMap<String, Family> families, double stalenessMean, long stalenessMax) {

    /**
     * One family's part.
     *
     * @param reward mean reward
     * @param success share of correct trajectories, in 0..1
     * @param groups how many groups
     * @param components means over all trajectories of the parts of the reward, by name; a trajectory without a part counts 0
     * @param metrics means of what was measured beside the reward, by name, over the trajectories that have it
     */
    public record Family(
            double reward,
            double success,
            int groups,
            SortedMap<String, Double> components,
            SortedMap<String, Double> metrics) {}

    /** The metric under which the share of correct drafts is found. */
    public static final String DRAFT_SUCCESS = "draft-success";

    private static final class Sum {
        private double reward;
        private int correct;
        private int trajectories;
        private int groups;
        private final SortedMap<String, Double> components = new TreeMap<>();
        private final SortedMap<String, double[]> metrics = new TreeMap<>();

        void add(Group group) {
            groups++;
            for (Trajectory draft : group.getDraftsList()) {
                add(DRAFT_SUCCESS, draft.getVerdict().getOutcome() == Outcome.OUTCOME_CORRECT ? 1 : 0);
            }
            for (Trajectory trajectory : group.getTrajectoriesList()) {
                trajectories++;
                reward += trajectory.getVerdict().getReward();
                correct += trajectory.getVerdict().getOutcome() == Outcome.OUTCOME_CORRECT ? 1 : 0;
                for (RewardComponent component : trajectory.getVerdict().getComponentsList()) {
                    components.merge(component.getName(), component.getValue(), Double::sum);
                }
                for (RewardComponent metric : trajectory.getVerdict().getMetricsList()) {
                    add(metric.getName(), metric.getValue());
                }
            }
        }

        private void add(String metric, double value) {
            double[] sumAndCount = metrics.computeIfAbsent(metric, name -> new double[2]);
            sumAndCount[0] += value;
            sumAndCount[1]++;
        }

        Family toFamily() {
            SortedMap<String, Double> meanComponents = new TreeMap<>();
            components.forEach((name, sum) -> meanComponents.put(name, sum / trajectories));
            SortedMap<String, Double> meanMetrics = new TreeMap<>();
            metrics.forEach((name, sumAndCount) -> meanMetrics.put(name, sumAndCount[0] / sumAndCount[1]));
            return new Family(meanReward(), success(), groups, meanComponents, meanMetrics);
        }

        double meanReward() {
            return trajectories == 0 ? 0 : reward / trajectories;
        }

        double success() {
            return trajectories == 0 ? 0 : (double) correct / trajectories;
        }
    }

    /**
     * Looks at a batch.
     *
     * @param groups judged groups
     * @param version the version that learns from them
     */
    public static BatchStatistics of(List<Group> groups, long version) {
        Sum whole = new Sum();
        SortedMap<String, Sum> sums = new TreeMap<>();
        long staleness = 0;
        long stalest = 0;
        for (Group group : groups) {
            whole.add(group);
            sums.computeIfAbsent(group.getTask().getFamily(), family -> new Sum())
                    .add(group);
            long behind = version - oldestVersion(group, version);
            staleness += behind;
            stalest = Math.max(stalest, behind);
        }
        SortedMap<String, Family> families = new TreeMap<>();
        sums.forEach((family, sum) -> families.put(family, sum.toFamily()));
        return new BatchStatistics(
                whole.meanReward(),
                whole.success(),
                families,
                groups.isEmpty() ? 0 : (double) staleness / groups.size(),
                stalest);
    }

    private static long oldestVersion(Group group, long version) {
        long oldest = version;
        for (Trajectory trajectory : group.getTrajectoriesList()) {
            for (Segment segment : trajectory.getSegmentsList()) {
                for (long sampledBy : segment.getPolicyVersionsList()) {
                    oldest = Math.min(oldest, sampledBy);
                }
            }
        }
        return oldest;
    }
}
