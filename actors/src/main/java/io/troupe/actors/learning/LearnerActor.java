package io.troupe.actors.learning;

import ai.djl.ndarray.NDManager;
import io.troupe.actors.coordinator.Coordinator;
import io.troupe.actors.coordinator.Coordinator.Accounts;
import io.troupe.actors.coordinator.Coordinator.Batch;
import io.troupe.actors.coordinator.Coordinator.BatchDone;
import io.troupe.actors.coordinator.Coordinator.BatchWanted;
import io.troupe.actors.journal.Journal;
import io.troupe.actors.wire.CoordinatorProtocol;
import io.troupe.actors.wire.PolicyProtocol;
import io.troupe.learner.Learner;
import io.troupe.learner.UpdateReport;
import io.troupe.learner.checkpoint.Checkpoint;
import io.troupe.learner.checkpoint.Checkpoints;
import io.troupe.learner.report.BatchStatistics;
import io.troupe.proto.v1.CheckpointManifest;
import io.troupe.proto.v1.LedgerState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * Learns, on a pinned dispatcher: native compute belongs to one thread, and heartbeats never wait for it.
 *
 * <p>Life: it opens the learner, goes back to the checkpoint if there is one, publishes the version it holds, and then asks the
 * coordinator for a batch, updates, publishes, reports, again and again, until the last step, the time limit, or {@link Drain}.
 * Then it writes a checkpoint and says {@link Ended}; it stays, to hold the weights, until it is stopped. A checkpoint holds the
 * ledger as the coordinator gave it for exactly the weights that are saved with it.
 *
 * <p>An update that is not finite is skipped and its batch discarded; {@value #SKIPS_ALLOWED} in a row stop the actor with a
 * {@link DivergedException}. Any other failure stops it too: only a new incarnation of the run, from a checkpoint, may go on.
 */
public final class LearnerActor extends AbstractBehavior<LearnerActor.Command> {

    /** What it understands. */
    public interface Command extends NoSerializationVerificationNeeded {}

    /** Finish the update that goes on, save, and end. */
    public enum Drain implements Command {
        INSTANCE
    }

    /** Why training ended. */
    public enum Reason {
        STEPS,
        TIME_LIMIT,
        STOPPED
    }

    /**
     * Training came to its end.
     *
     * @param initial version 0, whose weights are still there
     * @param last the last version
     * @param digest SHA-256 over the last version's weights
     * @param seconds wall time of training, earlier incarnations included
     */
    public record Ended(
            Reason reason,
            VersionFile initial,
            VersionFile last,
            String digest,
            double seconds,
            long tokensSampled,
            long tokensTrained,
            SortedMap<String, Long> discarded)
            implements NoSerializationVerificationNeeded {}

    /** Whom the learner talks to. */
    public record Peers(
            ActorRef<CoordinatorProtocol.Command> coordinator,
            ActorRef<PolicyProtocol.Command> policies,
            ActorRef<Ended> node) {}

    /**
     * What the learner learns with.
     *
     * @param open opens the learner at version 0, on the actor's own thread; the actor closes it
     * @param checkpoints where to save
     * @param resume the checkpoint to go on from
     * @param fence throws if this process may not go on with the run; called before anything of it is written
     */
    public record Material(
            Function<NDManager, Learner> open, Checkpoints checkpoints, Optional<Checkpoint> resume, Runnable fence) {}

    private record BatchCame(Batch batch) implements Command {}

    private record AccountsCame(Accounts accounts) implements Command {}

    private record PublishedCame(long version) implements Command {}

    private static final int SKIPS_ALLOWED = 3;

    private final LearnerActorSettings settings;
    private final Peers peers;
    private final Checkpoints checkpoints;
    private final Runnable fence;
    private final Journal journal;
    private final LongSupplier nanoTime;
    private final ActorRef<Batch> batchReply;
    private final ActorRef<Accounts> accountsReply;
    private final ActorRef<PolicyServer.Published> publishedReply;
    private final long startNanos;
    private final Totals totals;
    private final TrajectoryLog trajectories;
    private final PolicyFiles files;
    private final NDManager manager;
    private final Learner learner;
    private final VersionFile initial;
    private final StepMeter meter;
    private VersionFile policy;
    private LedgerState ledger = LedgerState.getDefaultInstance();
    private SortedMap<String, Long> discarded = new TreeMap<>();
    private long savedVersion;
    private boolean draining;
    private boolean waiting;
    private boolean ended;
    private @Nullable UpdateReport report;

    private LearnerActor(
            ActorContext<Command> context,
            LearnerActorSettings settings,
            Peers peers,
            Material material,
            Journal journal,
            Clock clock,
            LongSupplier nanoTime)
            throws IOException {
        super(context);
        this.settings = settings;
        this.peers = peers;
        this.checkpoints = material.checkpoints();
        this.fence = material.fence();
        this.journal = journal;
        this.nanoTime = nanoTime;
        batchReply = context.messageAdapter(Batch.class, BatchCame::new);
        accountsReply = context.messageAdapter(Accounts.class, AccountsCame::new);
        publishedReply = context.messageAdapter(
                PolicyServer.Published.class, published -> new PublishedCame(published.version()));
        startNanos = nanoTime.getAsLong();
        CheckpointManifest earlier =
                material.resume().map(Checkpoint::manifest).orElse(CheckpointManifest.getDefaultInstance());
        totals = new Totals(earlier);
        trajectories = new TrajectoryLog(settings.trajectories(), journal);
        files = new PolicyFiles(settings.policies(), settings.precision());
        meter = new StepMeter(clock, nanoTime);
        manager = settings.device().newManager();
        learner = material.open().apply(manager);
        initial = files.write(learner);
        policy = initial;
        if (material.resume().isPresent()) {
            ledger = earlier.getLedger();
            ledger.getDiscardedList().forEach(count -> discarded.put(count.getReason(), count.getGroups()));
            savedVersion = earlier.getVersion();
            learner.restore(material.resume().get().folder(), earlier.getVersion(), earlier.getOptimizerSteps());
            policy = files.write(learner);
        }
        trajectories.begin(new UpdateLog.Start(
                settings.stamp().getEpoch(),
                learner.version(),
                learner.optimizerSteps(),
                initial.policy().getWeights().getSha256(),
                policy.policy().getWeights().getSha256(),
                learner.arithmetic()));
        publish();
    }

    /**
     * A learner.
     *
     * @param clock for time stamps
     * @param nanoTime a monotonic clock, for durations
     */
    public static Behavior<Command> create(
            LearnerActorSettings settings,
            Peers peers,
            Material material,
            Journal journal,
            Clock clock,
            LongSupplier nanoTime) {
        return Behaviors.setup(context -> {
            try {
                return new LearnerActor(context, settings, peers, material, journal, clock, nanoTime);
            } catch (IOException e) {
                throw cannotPublish(settings, e);
            }
        });
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(BatchCame.class, this::onBatch)
                .onMessage(PublishedCame.class, this::onPublished)
                .onMessage(AccountsCame.class, this::onAccounts)
                .onMessage(Drain.class, this::onDrain)
                .onSignal(PostStop.class, this::onPostStop)
                .build();
    }

    private Behavior<Command> onBatch(BatchCame message) {
        if (ended) {
            return this; // it was on its way when the run was asked to end; it is sampled again when the run goes on
        }
        waiting = false;
        fence.run();
        meter.batchCame(BatchStatistics.of(message.batch().groups(), learner.version()));
        UpdateReport update = learner.update(message.batch().groups());
        report = update;
        meter.updated();
        fence.run(); // an update may take long, and the process may have been stopped meanwhile
        totals.trained(update.tokensTrained());
        trajectories.write(update.version(), message.batch().groups());
        int skips = totals.update(update.skipped() != null);
        if (update.skipped() != null) {
            journal.event("update-skipped", "update " + update.version() + " was skipped: " + update.skipped());
        }
        if (skips >= SKIPS_ALLOWED) {
            throw new DivergedException(skips + " updates in a row were not finite, the last one because "
                    + update.skipped() + "; go on from an earlier checkpoint with a lower train.learning-rate");
        }
        try {
            policy = files.write(learner);
        } catch (IOException e) {
            throw cannotPublish(settings, e);
        }
        trajectories.updated(
                update.version(),
                settings.stamp().getEpoch(),
                learner.optimizerSteps(),
                update.skipped(),
                policy.policy().getWeights().getSha256());
        publish();
        return this;
    }

    /** The workers have been told of the version: now they may be given work for it. */
    private Behavior<Command> onPublished(PublishedCame message) {
        UpdateReport update = report;
        if (update == null) {
            next(); // the version that this incarnation began with
        } else {
            peers.coordinator().tell(new BatchDone(message.version(), update.skipped(), accountsReply));
        }
        return this;
    }

    private Behavior<Command> onAccounts(AccountsCame message) {
        Accounts accounts = message.accounts();
        ledger = accounts.ledger();
        discarded = accounts.discarded();
        totals.sampled(accounts.tokensCollected());
        UpdateReport update = report;
        if (update != null) {
            journal.step(meter.metrics(update, accounts, totals, seconds()));
        }
        if (learner.version() % settings.checkpointEvery() == 0) {
            save();
        }
        next();
        return this;
    }

    private Behavior<Command> onDrain(Drain message) {
        draining = true;
        if (waiting) {
            next();
        }
        return this;
    }

    private Behavior<Command> onPostStop(PostStop signal) {
        learner.close();
        manager.close();
        return this;
    }

    private void next() {
        if (ended) {
            return;
        }
        if (learner.version() >= settings.steps()) {
            end(Reason.STEPS);
        } else if (draining) {
            end(Reason.STOPPED);
        } else if (settings.timeLimit() != null
                && nanoTime.getAsLong() - startNanos >= settings.timeLimit().toNanos()) {
            end(Reason.TIME_LIMIT);
        } else {
            waiting = true;
            meter.batchWanted();
            peers.coordinator().tell(new BatchWanted(batchReply));
        }
    }

    private void end(Reason reason) {
        ended = true;
        waiting = false;
        if (learner.version() > savedVersion) {
            save();
        }
        peers.coordinator().tell(Coordinator.EndTraining.INSTANCE);
        peers.node()
                .tell(new Ended(
                        reason,
                        initial,
                        policy,
                        learner.digest(),
                        seconds(),
                        totals.tokensSampled(),
                        totals.tokensTrained(),
                        discarded));
    }

    private void publish() {
        peers.policies().tell(new PolicyServer.Publish(policy, publishedReply));
    }

    private void save() {
        fence.run();
        CheckpointManifest manifest = CheckpointManifest.newBuilder()
                .setRunId(settings.stamp().getRunId())
                .setEpoch(settings.stamp().getEpoch())
                .setVersion(learner.version())
                .setSeed(settings.seed())
                .setLedger(ledger)
                .setTokensSampled(totals.tokensSampled())
                .setTokensTrained(totals.tokensTrained())
                .setSeconds(seconds())
                .setOptimizerSteps(learner.optimizerSteps())
                .setSkippedInARow(totals.skippedInARow())
                .build();
        Checkpoint saved = checkpoints.save(manifest, learner::save);
        savedVersion = learner.version();
        journal.event("checkpoint", "saved " + saved.folder());
    }

    private double seconds() {
        return totals.seconds((nanoTime.getAsLong() - startNanos) / 1e9);
    }

    private static UncheckedIOException cannotPublish(LearnerActorSettings settings, IOException e) {
        return new UncheckedIOException(
                "cannot write the policy's weights into " + settings.policies() + ": " + e.getMessage()
                        + "; what was saved is untouched: free some space if the disk is full, and go on with --resume",
                e);
    }
}
