package io.troupe.actors.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.learning.UpdateLog;
import io.troupe.actors.learning.UpdateLog.Update;
import io.troupe.actors.replay.RecordedRun;
import io.troupe.actors.replay.Replay;
import io.troupe.actors.replay.ReplayObserver;
import io.troupe.policy.EmbeddedPolicy;
import io.troupe.proto.v1.CheckpointManifest;
import io.troupe.proto.v1.DiscardCount;
import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.LedgerState;
import io.troupe.proto.v1.Outcome;
import io.troupe.proto.v1.Trajectory;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Whether a run that came to its end kept what it promises, by what it wrote down: the batches, the last checkpoint's ledger, and the weights. */
final class RunAudit {

    /**
     * What was found.
     *
     * @param trained groups that the weights have seen
     * @param twice groups among them that were trained more than once
     * @param lost groups below the ledger's cursor that are neither trained, nor discarded for a reason, nor still open
     * @param unjudged trajectories that were trained though they have no verdict
     */
    record Findings(long updates, long trained, long twice, long lost, long unjudged, Map<String, Long> discarded) {}

    private static final Set<Outcome> JUDGED = EnumSet.of(
            Outcome.OUTCOME_CORRECT,
            Outcome.OUTCOME_WRONG,
            Outcome.OUTCOME_NO_ANSWER,
            Outcome.OUTCOME_UNPARSABLE_ANSWER);

    private RunAudit() {}

    /** Reads everything, and asserts that log, ledger and weights tell the same. */
    static Findings of(Path run, int batchGroups, int groupSize) throws Exception {
        Path trajectories = run.resolve("trajectories");
        List<Update> updates = new UpdateLog(trajectories)
                .read().stream()
                        .filter(Update.class::isInstance)
                        .map(Update.class::cast)
                        .toList();
        CheckpointManifest manifest = lastManifest(run);
        assertThat(updates.stream().map(Update::update).toList())
                .as("the log has every update once, in order, up to the last checkpoint")
                .isEqualTo(java.util.stream.LongStream.rangeClosed(1, manifest.getVersion())
                        .boxed()
                        .toList());
        Set<Long> trained = new HashSet<>();
        long twice = 0;
        long unjudged = 0;
        for (Update update : updates) {
            assertThat(update.skipped()).as("update %d", update.update()).isNull();
            List<Group> batch = read(UpdateLog.batch(trajectories, update.update()));
            assertThat(batch).hasSize(batchGroups);
            for (Group group : batch) {
                twice += trained.add(group.getId()) ? 0 : 1;
                assertThat(group.getTrajectoriesCount()).isEqualTo(groupSize);
                for (Trajectory trajectory : group.getTrajectoriesList()) {
                    unjudged += JUDGED.contains(trajectory.getVerdict().getOutcome()) ? 0 : 1;
                }
            }
        }
        LedgerState ledger = manifest.getLedger();
        Map<String, Long> discarded = new TreeMap<>();
        ledger.getDiscardedList().forEach(count -> discarded.put(count.getReason(), count.getGroups()));
        assertThat(ledger.getTrained()).isEqualTo(trained.size());
        assertThat(trained).allMatch(id -> id < ledger.getCursor());
        assertThat(ledger.getOpenList()).noneMatch(trained::contains);
        long lost = ledger.getCursor()
                - trained.size()
                - ledger.getOpenCount()
                - ledger.getDiscardedList().stream()
                        .mapToLong(DiscardCount::getGroups)
                        .sum();
        return new Findings(updates.size(), trained.size(), twice, lost, unjudged, discarded);
    }

    /** Makes every update again from its batch; the weights must come out as they were written, bit for bit. */
    static void replay(Path run) throws Exception {
        Path policy = EmbeddedPolicy.directory();
        RecordedRun recorded = RecordedRun.open(run);
        Replay.Outcome outcome = new Replay(recorded, name -> policy, new Strict())
                .between(recorded.start("first"), recorded.lastUpdate());
        assertThat(outcome.differences()).isZero();
        assertThat(outcome.updates()).isEqualTo(recorded.lastUpdate());
        assertThat(outcome.summary()).isTrue();
    }

    private static CheckpointManifest lastManifest(Path run) throws Exception {
        try (var folders = Files.list(run.resolve("checkpoints"))) {
            Path last = folders.filter(folder -> folder.getFileName().toString().startsWith("step-"))
                    .max(java.util.Comparator.naturalOrder())
                    .orElseThrow();
            return io.troupe.learner.checkpoint.Checkpoints.open(run.resolve("checkpoints"), 100)
                    .latest()
                    .checkpoint()
                    .filter(found -> found.folder().equals(last))
                    .orElseThrow(() -> new AssertionError("the last checkpoint, " + last + ", is not whole"))
                    .manifest();
        }
    }

    private static List<Group> read(Path batch) throws Exception {
        List<Group> groups = new java.util.ArrayList<>();
        try (InputStream in = Files.newInputStream(batch)) {
            for (Group group = Group.parseDelimitedFrom(in); group != null; group = Group.parseDelimitedFrom(in)) {
                groups.add(group);
            }
        }
        return groups;
    }

    private static final class Strict implements ReplayObserver {
        @Override
        public void began(long version, String arithmetic, String recorded) {}

        @Override
        public void same(Update update) {}

        @Override
        public void sameCheckpoint(long version, int files) {}

        @Override
        public void differs(String what) {
            throw new AssertionError(what);
        }
    }
}
