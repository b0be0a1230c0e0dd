package io.troupe.learner;

import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Outcome;
import io.troupe.proto.v1.Segment;
import io.troupe.proto.v1.Source;
import io.troupe.proto.v1.Trajectory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The trajectories of a batch as the learner computes with them: tokens, advantages, and for each sampled token its log-probability and
 * version at sampling. Immutable.
 */
final class TrainingBatch {

    /**
     * One trajectory.
     *
     * @param group the place of its group in the batch
     * @param id the group's number in the run, and the trajectory's in the group
     * @param correct whether its verdict says so
     * @param reward its reward, with the penalty for length
     * @param sequence its tokens
     * @param advantages {@code [scored]} of its sampled tokens
     * @param turns its turns if a masked diffusion policy sampled it: then the tokens that count are those of their windows, one after the other; otherwise empty
     * @param behaviour {@code [scored]} natural-log probabilities at sampling; 0 for the tokens of windows, which have none
     * @param version the policy version that sampled all its tokens, or −1 if several did
     */
    record Item(
            int group,
            Id id,
            boolean correct,
            double reward,
            ScoredSequence sequence,
            List<ScoredSequence> turns,
            double[] advantages,
            double[] behaviour,
            long version) {

        Item withAdvantages(double[] others) {
            return new Item(group, id, correct, reward, sequence, turns, others, behaviour, version);
        }

        /** The same with the turns' windows in place of the sampled tokens; a trajectory's advantage is that of each of them. */
        Item inWindows(List<ScoredSequence> windows) {
            int places = windows.stream().mapToInt(turn -> turn.rest().length).sum();
            var own = new double[places];
            Arrays.fill(own, advantages[0]);
            return new Item(group, id, correct, reward, sequence, windows, own, new double[places], version);
        }

        /** Whether one of the selected tokens has an advantage. */
        boolean teaches(boolean[] selected) {
            for (int t = 0; t < advantages.length; t++) {
                if (selected[t] && advantages[t] != 0) {
                    return true;
                }
            }
            return false;
        }
    }

    /** What a trajectory is called, whatever batch it is in. */
    record Id(long group, int trajectory) {}

    private record Sampled(ScoredSequence sequence, double[] behaviour, long version) {}

    private final List<Item> items;
    private final double temperature;

    private TrainingBatch(List<Item> items, double temperature) {
        this.items = items;
        this.temperature = temperature;
    }

    /**
     * Reads groups.
     *
     * @throws IllegalArgumentException if a group has no trajectories, a trajectory no verdict or no sampled token, or temperatures differ
     */
    static TrainingBatch of(List<Group> groups, Credit credit) {
        return of(groups, credit, null);
    }

    /**
     * The same.
     *
     * @param windows of the masked diffusion policy that sampled them; null if it was none
     */
    static TrainingBatch of(List<Group> groups, Credit credit, @Nullable Windows windows) {
        if (groups.isEmpty()) {
            throw new IllegalArgumentException("a batch needs at least one group");
        }
        double temperature = groups.get(0).getTemperature();
        double accuracy = Credit.accuracy(groups);
        var items = new ArrayList<Item>();
        for (int g = 0; g < groups.size(); g++) {
            Group group = groups.get(g);
            if (group.getTemperature() != temperature) {
                throw new IllegalArgumentException("group " + group.getId() + " was sampled at temperature "
                        + group.getTemperature() + ", others of the batch at " + temperature);
            }
            List<Sampled> sampled = group.getTrajectoriesList().stream()
                    .map(TrainingBatch::sampled)
                    .toList();
            List<double[]> advantages = credit.advantages(
                    group, sampled.stream().map(Sampled::sequence).toList(), accuracy);
            for (int t = 0; t < sampled.size(); t++) {
                Sampled one = sampled.get(t);
                var item = new Item(
                        g,
                        new Id(group.getId(), t),
                        group.getTrajectories(t).getVerdict().getOutcome() == Outcome.OUTCOME_CORRECT,
                        credit.reward(group.getTrajectories(t), one.sequence()),
                        one.sequence(),
                        List.of(),
                        advantages.get(t),
                        one.behaviour(),
                        one.version());
                items.add(windows == null ? item : item.inWindows(windows.turns(group.getTrajectories(t))));
            }
        }
        return new TrainingBatch(List.copyOf(items), temperature);
    }

    /** The same with other advantages, one array an item. */
    TrainingBatch withAdvantages(List<double[]> advantages) {
        var changed = new ArrayList<Item>();
        for (int i = 0; i < items.size(); i++) {
            changed.add(items.get(i).withAdvantages(advantages.get(i)));
        }
        return new TrainingBatch(List.copyOf(changed), temperature);
    }

    List<Item> items() {
        return items;
    }

    double temperature() {
        return temperature;
    }

    private static Sampled sampled(Trajectory trajectory) {
        List<Segment> segments = trajectory.getSegmentsList();
        int[] prefix = {};
        int first = 0;
        if (!segments.isEmpty() && segments.get(0).getSource() == Source.SOURCE_PROMPT) {
            prefix = tokens(segments.get(0));
            first = 1;
        }
        int length = 0;
        for (Segment segment : segments.subList(first, segments.size())) {
            length += segment.getTokenIdsCount();
        }
        var rest = new int[length];
        var scored = new boolean[length];
        var behaviour = new double[length];
        int cell = 0;
        int sampled = 0;
        long version = Long.MIN_VALUE;
        for (Segment segment : segments.subList(first, segments.size())) {
            boolean policy = segment.getSource() == Source.SOURCE_POLICY;
            requireRecorded(segment, policy);
            for (int i = 0; i < segment.getTokenIdsCount(); i++) {
                rest[cell] = segment.getTokenIds(i);
                scored[cell++] = policy;
                if (policy) {
                    behaviour[sampled++] = segment.getLogProbabilities(i);
                    long sampledBy = segment.getPolicyVersions(i);
                    version = version == Long.MIN_VALUE || version == sampledBy ? sampledBy : -1;
                }
            }
        }
        if (sampled == 0) {
            throw new IllegalArgumentException("trajectory " + trajectory.getIndex() + " holds no sampled token");
        }
        return new Sampled(new ScoredSequence(prefix, rest, scored), Arrays.copyOf(behaviour, sampled), version);
    }

    private static void requireRecorded(Segment segment, boolean policy) {
        int tokens = segment.getTokenIdsCount();
        if (policy && (segment.getLogProbabilitiesCount() != tokens || segment.getPolicyVersionsCount() != tokens)) {
            throw new IllegalArgumentException("a segment of " + tokens + " sampled tokens carries "
                    + segment.getLogProbabilitiesCount() + " log-probabilities and "
                    + segment.getPolicyVersionsCount() + " versions");
        }
    }

    private static int[] tokens(Segment segment) {
        return segment.getTokenIdsList().stream().mapToInt(Integer::intValue).toArray();
    }
}
