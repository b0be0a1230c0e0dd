package io.troupe.actors.cli;

import io.troupe.actors.study.Cell;
import io.troupe.actors.study.CellResult;
import io.troupe.actors.study.StudyObserver;
import io.troupe.actors.study.StudyPlan;
import io.troupe.actors.view.StudyReport;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells how a study goes on, and keeps its report up to date: a line that changes in a terminal, elsewhere a line a run and now and then one between. */
final class StudyProgress implements StudyObserver, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StudyProgress.class);
    private static final Duration QUIET = Duration.ofSeconds(30);

    /** Erases the line. */
    private static final String AGAIN = "\r\033[2K";

    private final Surroundings around;
    private final StudyPlan plan;
    private final boolean live;
    private final Map<String, Running> running = new LinkedHashMap<>();
    private final TreeSet<String> names = new TreeSet<>();
    private int ended;
    private double secondsOfEnded;
    private int endedHere;
    private int failed;
    private Instant lastLine;

    StudyProgress(Surroundings around, StudyPlan plan, boolean live) {
        this.around = around;
        this.plan = plan;
        this.live = live;
        plan.cells().forEach(cell -> names.add(cell.name()));
        lastLine = around.clock().instant();
    }

    private static final class Running {
        private final Cell cell;
        private final Instant since;
        private long step;

        Running(Cell cell, Instant since) {
            this.cell = cell;
            this.since = since;
        }
    }

    @Override
    public synchronized void onStart(Collection<CellResult> results) {
        count(results);
        print("study " + counts());
    }

    @Override
    public synchronized void onBegin(Cell cell, int attempt, boolean resume) {
        running.put(cell.name(), new Running(cell, around.clock().instant()));
        if (attempt > 1) {
            print(cell.name() + " failed; attempt " + attempt);
        }
        show();
    }

    @Override
    public synchronized void onUpdate(Cell cell, long step) {
        Objects.requireNonNull(running.get(cell.name())).step = step;
        show();
    }

    @Override
    public synchronized void onEnd(CellResult result, Collection<CellResult> all) {
        Running was = running.remove(result.name());
        count(all);
        if (was != null) {
            endedHere++;
            secondsOfEnded +=
                    Duration.between(was.since, around.clock().instant()).toMillis() / 1e3;
        }
        print(outcome(result));
        try {
            StudyReport.write(plan, all);
        } catch (IOException e) {
            LOG.warn("no report: {}; `troupe study CONFIG --report-only` tries again", ErrorText.of(e));
        }
        show();
    }

    @Override
    public synchronized void close() {
        if (live) {
            around.out().print(AGAIN);
        }
        around.out().flush();
    }

    private void count(Collection<CellResult> results) {
        ended = plan.recorded(results);
        failed = (int) results.stream()
                .filter(each -> names.contains(each.name()) && !each.isDone())
                .count();
    }

    private String outcome(CellResult result) {
        if (!result.isDone()) {
            return result.name() + " failed: " + result.reason();
        }
        var line = new StringBuilder(result.name() + " done in " + Math.round(result.seconds()) + " s");
        result.families()
                .forEach((family, success) ->
                        line.append("  ").append(family).append(' ').append(success.after()));
        return line + "  (" + counts() + left() + ")";
    }

    private String counts() {
        return ended + "/" + plan.cells().size() + " done" + (failed == 0 ? "" : ", " + failed + " of them failed");
    }

    /** From the mean time of the runs that ended since the start of this process. */
    private String left() {
        int waiting = plan.cells().size() - ended;
        if (endedHere == 0 || waiting == 0) {
            return "";
        }
        double gone = running.values().stream()
                .mapToDouble(each ->
                        Duration.between(each.since, around.clock().instant()).toMillis() / 1e3)
                .sum();
        double mean = secondsOfEnded / endedHere;
        double seconds = Math.max(0, waiting * mean - gone) / plan.settings().parallel();
        return ", " + clock(Duration.ofSeconds((long) seconds)) + " left";
    }

    private static String clock(Duration left) {
        return left.toHours() > 0
                ? left.toHours() + " h " + left.toMinutesPart() + " min"
                : left.toMinutes() + " min " + left.toSecondsPart() + " s";
    }

    private void show() {
        var line = new StringBuilder("study " + counts());
        for (Running each : running.values()) {
            line.append("  ").append(each.cell.name()).append(" update ").append(each.step);
            line.append('/').append(each.cell.settings().train().steps());
        }
        line.append(left());
        if (live) {
            int width = Math.max(1, around.columns() - 1);
            around.out().print(AGAIN + (line.length() > width ? line.substring(0, width) : line));
            around.out().flush();
        } else if (Duration.between(lastLine, around.clock().instant()).compareTo(QUIET) >= 0) {
            print(line.toString());
        }
    }

    private void print(String line) {
        lastLine = around.clock().instant();
        around.out().println(live ? AGAIN + line : line);
    }
}
