package io.troupe.actors.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.coordinator.GroupState.Admitted;
import io.troupe.actors.coordinator.GroupState.Collected;
import io.troupe.actors.coordinator.GroupState.Leased;
import io.troupe.proto.v1.Group;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class InFlightTest {

    private static final String[] WORKERS = {"a", "b", "c"};

    /** Whatever is put and removed, every index says what a walk over all groups says. */
    @Property(tries = 200, seed = "1")
    void theIndicesAgreeWithTheGroups(@ForAll long seed) {
        Random random = new Random(seed);
        InFlight inFlight = new InFlight();
        Map<Long, GroupState> expected = new TreeMap<>();
        for (int i = 0; i < 100; i++) {
            long id = random.nextInt(12);
            if (random.nextInt(4) == 0) {
                assertThat(inFlight.remove(id)).isEqualTo(expected.remove(id));
            } else {
                GroupState state = state(random, id);
                inFlight.put(id, state);
                expected.put(id, state);
            }
            check(inFlight, expected);
        }
    }

    private static GroupState state(Random random, long id) {
        return switch (random.nextInt(3)) {
            case 0 -> new Admitted(random.nextInt(3));
            case 1 -> new Leased(1 + random.nextInt(3), WORKERS[random.nextInt(3)], 0, random.nextInt(5));
            default ->
                new Collected(1, Group.newBuilder().setId(id).build(), random.nextInt(4), random.nextInt(3) == 0);
        };
    }

    private static void check(InFlight inFlight, Map<Long, GroupState> expected) {
        assertThat(inFlight.view()).isEqualTo(expected);
        assertThat(inFlight.size()).isEqualTo(expected.size());
        assertThat(inFlight.waiting()).isEqualTo(ids(expected, state -> state instanceof Admitted));
        for (String worker : WORKERS) {
            assertThat(inFlight.leases(worker).keySet())
                    .isEqualTo(ids(
                            expected,
                            state -> state instanceof Leased lease
                                    && lease.worker().equals(worker)));
        }
        Set<Long> ready = ids(expected, InFlightTest::isReady);
        assertThat(inFlight.next(false).keySet()).isEqualTo(ready);
        Map<Long, TreeSet<Long>> byVersion = new TreeMap<>();
        for (long id : ready) {
            if (expected.get(id) instanceof Collected group) {
                byVersion
                        .computeIfAbsent(group.oldestVersion(), fresh -> new TreeSet<>())
                        .add(id);
            }
        }
        assertThat(inFlight.readyByVersion()).isEqualTo(byVersion);
        TreeSet<Long> consecutive = expected.entrySet().stream()
                .takeWhile(entry -> isReady(entry.getValue()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(inFlight.next(true).keySet()).isEqualTo(consecutive);
    }

    private static boolean isReady(GroupState state) {
        return state instanceof Collected group && !group.handed();
    }

    private static Set<Long> ids(Map<Long, GroupState> groups, java.util.function.Predicate<GroupState> wanted) {
        return groups.entrySet().stream()
                .filter(entry -> wanted.test(entry.getValue()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
