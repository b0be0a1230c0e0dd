package io.troupe.actors.cli;

import io.troupe.actors.learning.UpdateLog.Update;
import io.troupe.actors.replay.RecordedRun;
import io.troupe.actors.replay.Replay;
import io.troupe.actors.replay.ReplayException;
import io.troupe.actors.replay.ReplayObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code troupe replay}: makes the updates of a run again from its log. */
@Command(
        name = "replay",
        header = "Makes a run's updates again from its trajectory log, and compares the weights bit for bit.",
        description = {
            "",
            "Also while the run goes on. Exits with 1 if anything differs, and names the first update that does. docs/replay.md has more."
        },
        footer = {
            "",
            "Examples:",
            "  troupe replay runs/first",
            "  troupe replay runs/first --from last-1",
            "  troupe replay runs/first --from 25 --to 50"
        })
final class ReplayVerb implements Callable<Integer> {

    private final Surroundings around;

    @Parameters(paramLabel = "RUN", description = "The run folder.")
    private Path run = Path.of(".");

    @Option(
            names = "--from",
            paramLabel = "VERSION",
            description =
                    "Where to begin: first for the policy that the run began with (the default), the version of a checkpoint, or last-1 for the last checkpoint but one.")
    private String from = "first";

    @Option(names = "--to", paramLabel = "VERSION", description = "The last update; by default the last in the log.")
    private @Nullable Long to;

    ReplayVerb(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws IOException {
        try {
            RecordedRun recorded = RecordedRun.open(run);
            long start = recorded.start(from);
            long end = to == null ? recorded.lastUpdate() : to;
            var lines = new Lines();
            Replay.Outcome outcome =
                    new Replay(recorded, name -> PolicyLocation.of(around, name), lines).between(start, end);
            return ended(outcome, start, lines.note);
        } catch (ReplayException e) {
            throw new VerbException(e.isMisuse() ? ExitCode.USAGE : ExitCode.FAILED, e.getMessage(), e);
        }
    }

    private int ended(Replay.Outcome outcome, long start, String note) {
        if (outcome.differences() > 0) {
            around.out()
                    .println("NOT the same: " + number(outcome.differences(), "difference") + " after "
                            + number(outcome.updates(), "update") + " the same." + note);
            return ExitCode.FAILED.code();
        }
        around.out()
                .println("The same, bit for bit: " + number(outcome.updates(), "update") + " from version " + start
                        + " on, "
                        + number(outcome.checkpoints(), "checkpoint")
                        + (outcome.summary() ? ", and the digest in summary.json." : "."));
        return ExitCode.DONE.code();
    }

    private static String number(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    /** A line for everything that is compared. */
    private final class Lines implements ReplayObserver {
        private String note = "";

        @Override
        public void began(long version, String arithmetic, String recorded) {
            around.out()
                    .println("from " + (version == 0 ? "the policy that the run began with" : "checkpoint " + version)
                            + ", on " + arithmetic);
            if (!arithmetic.equals(recorded)) {
                note = " The run computed on " + recorded + ": that alone can change the last bits.";
                around.out().println("the run computed on " + recorded);
            }
        }

        @Override
        public void same(Update update) {
            around.out()
                    .println("update " + update.update() + ": " + update.groups() + " groups, the same weights "
                            + update.weights().substring(0, 16)
                            + (update.skipped() == null ? "" : ", skipped as recorded"));
        }

        @Override
        public void sameCheckpoint(long version, int files) {
            around.out().println("checkpoint " + version + ": " + files + " files, all the same");
        }

        @Override
        public void differs(String what) {
            around.out().println("DIFFERS: " + what);
        }
    }
}
