package io.troupe.learner;

import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Outcome;
import io.troupe.proto.v1.Segment;
import io.troupe.proto.v1.Source;
import io.troupe.proto.v1.Trajectory;
import io.troupe.proto.v1.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Groups of random tokens as a masked diffusion policy samples them, every third trajectory in two turns. */
final class WindowedGroups {

    private WindowedGroups() {}

    /**
     * Groups, of which every second trajectory is right.
     *
     * @param groups how many; also the seed
     * @param size trajectories a group
     * @param window places of a turn
     */
    static List<Group> draw(int groups, int size, int window) {
        var random = new Random(groups);
        var batch = new ArrayList<Group>();
        for (int g = 0; g < groups; g++) {
            Segment prompt = given(Source.SOURCE_PROMPT, random);
            var group = Group.newBuilder().setId(g).setTemperature(SampledGroups.TEMPERATURE);
            for (int t = 0; t < size; t++) {
                var trajectory =
                        Trajectory.newBuilder().setIndex(t).addSegments(prompt).addSegments(turn(window, random));
                if (t % 3 == 1) {
                    trajectory
                            .addSegments(given(Source.SOURCE_ENVIRONMENT, random))
                            .addSegments(turn(window, random));
                }
                boolean right = t % 2 == 0;
                group.addTrajectories(trajectory.setVerdict(Verdict.newBuilder()
                        .setReward(right ? 1 : 0)
                        .setOutcome(right ? Outcome.OUTCOME_CORRECT : Outcome.OUTCOME_WRONG)));
            }
            batch.add(group.build());
        }
        return batch;
    }

    private static Segment given(Source source, Random random) {
        var segment = Segment.newBuilder().setSource(source);
        random.ints(4 + random.nextInt(3), 3, 250).forEach(segment::addTokenIds);
        return segment.build();
    }

    private static Segment turn(int window, Random random) {
        var segment = Segment.newBuilder().setSource(Source.SOURCE_POLICY).setWindow(window);
        random.ints(1 + random.nextInt(window), 3, 250)
                .forEach(token ->
                        segment.addTokenIds(token).addLogProbabilities(-1).addPolicyVersions(0));
        return segment.build();
    }
}
