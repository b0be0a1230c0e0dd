package io.troupe.actors.view;

import io.troupe.actors.journal.StepMetrics;
import io.troupe.actors.node.RunSummary;
import io.troupe.actors.view.StyledLine.Style;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run in a terminal: a few lines at the bottom that are redrawn in place, and above them, scrolling away, what happened. Thread-safe, for log lines of
 * any thread go through it.
 */
public final class TerminalView implements RunView {

    private static final String NO_WRAP = "\u001b[?7l";
    private static final String WRAP = "\u001b[?7h";
    private static final String HIDE_CURSOR = "\u001b[?25l";
    private static final String SHOW_CURSOR = "\u001b[?25h";
    private static final int NARROWEST = 40;
    private static final int WIDEST = 120;
    private static final int SPARK_CELLS = 24;

    private final PrintStream out;
    private final int width;
    private final TrainingProgress progress;
    private List<String> waiting = List.of();
    private @Nullable String phase;
    private int phaseDone;
    private int phaseTotal;
    private int drawn;
    private boolean closed;

    /**
     * A view; nothing is drawn before the first event.
     *
     * @param out the terminal
     * @param columns its width in characters
     * @param clock the time
     * @param steps updates to make in all
     * @param timeLimit training ends after this, or null
     */
    public TerminalView(PrintStream out, int columns, Clock clock, long steps, @Nullable Duration timeLimit) {
        this.out = out;
        width = Math.max(NARROWEST, Math.min(WIDEST, columns)) - 1;
        progress = new TrainingProgress(new TrainingProgress.Outline(steps, timeLimit), clock);
    }

    @Override
    public synchronized void onStep(StepMetrics step) {
        progress.add(step);
        phase = null;
        draw("");
    }

    @Override
    public synchronized void onEvaluation(EvaluationMetrics evaluation) {
        progress.add(evaluation);
        phase = null;
        draw("");
    }

    @Override
    public synchronized void onEvaluationProgress(String when, int done, int total) {
        phase = "measuring success " + when + " training";
        phaseDone = done;
        phaseTotal = total;
        draw("");
    }

    @Override
    public synchronized void onEvent(RunEvent event) {
        draw(new StyledLine(width).add("· " + event.message(), Style.DIM) + "\n");
    }

    @Override
    public synchronized void onWaiting(List<String> lines) {
        waiting = List.copyOf(lines);
        draw("");
    }

    @Override
    public synchronized void finish(RunSummary summary) {
        var table = new StringBuilder("\n");
        new HeldOutTable(width, true)
                .lines(summary)
                .forEach(line -> table.append(line).append('\n'));
        waiting = List.of();
        phase = null;
        draw("");
        drawn = 0;
        out.print(table);
        close();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            out.print(WRAP + SHOW_CURSOR);
            out.flush();
        }
    }

    /** A stream for log lines: they appear above what is redrawn. */
    public OutputStream lines() {
        return new ByteArrayOutputStream() {
            @Override
            public synchronized void flush() {
                if (size() > 0) {
                    above(toString(StandardCharsets.UTF_8));
                    reset();
                }
            }
        };
    }

    private synchronized void above(String text) {
        draw(text.endsWith("\n") ? text : text + "\n");
    }

    /** Replaces what was drawn last, with further lines above it, in one write so that nothing flickers. */
    private void draw(String above) {
        var screen = new StringBuilder();
        if (drawn > 0) {
            screen.append("\u001b[").append(drawn).append("F\u001b[J");
        }
        screen.append(above);
        if (closed) {
            drawn = 0;
        } else {
            List<String> lines = lines(progress);
            screen.append(HIDE_CURSOR).append(NO_WRAP);
            lines.forEach(line -> screen.append(line).append('\n'));
            screen.append(WRAP);
            drawn = lines.size();
        }
        out.print(screen);
        out.flush();
    }

    private List<String> lines(TrainingProgress seen) {
        var lines = new ArrayList<String>();
        lines.add("");
        lines.add(head(seen));
        seen.last().ifPresent(step -> {
            lines.addAll(families(seen, step));
            lines.addAll(figures(step));
        });
        if (!waiting.isEmpty()) {
            lines.add(new StyledLine(width)
                    .add("waiting for  ", Style.DIM)
                    .add(waiting.get(0), alarming(seen) ? Style.YELLOW : Style.PLAIN)
                    .toString());
            int more = alarming(seen) ? 4 : 0;
            waiting.stream()
                    .skip(1)
                    .limit(more)
                    .forEach(line -> lines.add(
                            new StyledLine(width).to(13).add(line, Style.DIM).toString()));
        }
        return lines;
    }

    /** No update for long: then the reader wants every line of what is being waited for. */
    private static boolean alarming(TrainingProgress seen) {
        return seen.sinceLastStep().compareTo(Duration.ofSeconds(30)) > 0;
    }

    private String head(TrainingProgress seen) {
        var line = new StyledLine(width);
        if (phase != null) {
            bar(line, phaseTotal == 0 ? 0 : (double) phaseDone / phaseTotal);
            return line.add("  " + phase, Style.BOLD)
                    .add("  " + phaseDone + "/" + phaseTotal, Style.DIM)
                    .toString();
        }
        long step = seen.last().map(StepMetrics::step).orElse(0L);
        long total = seen.outline().steps();
        bar(line, (double) step / total);
        line.add("  " + step + "/" + total + " updates", Style.BOLD);
        line.add("  " + Figures.clock(seen.elapsed()) + " gone", Style.DIM);
        seen.left().ifPresent(left -> line.add(", " + Figures.clock(left) + " left", Style.DIM));
        return line.toString();
    }

    private void bar(StyledLine line, double share) {
        int cells = Math.max(10, Math.min(40, width - 50));
        int full = (int) Math.round(Math.max(0, Math.min(1, share)) * cells);
        line.add("━".repeat(full), Style.GREEN).add("─".repeat(cells - full), Style.DIM);
    }

    private List<String> families(TrainingProgress seen, StepMetrics step) {
        int names =
                step.families().keySet().stream().mapToInt(String::length).max().orElse(0);
        int reward = names + 11;
        int success = reward + 10;
        var lines = new ArrayList<String>();
        lines.add("");
        lines.add(new StyledLine(width)
                .right(reward, "reward", Style.DIM)
                .right(success, "success", Style.DIM)
                .toString());
        for (Map.Entry<String, StepMetrics.Family> entry : step.families().entrySet()) {
            double[] history = seen.success(entry.getKey());
            double recent = recent(history);
            var line = new StyledLine(width)
                    .add(entry.getKey())
                    .right(reward, Figures.two(entry.getValue().reward()), Style.PLAIN)
                    .right(success, Figures.two(recent), Style.BOLD)
                    .add("  ")
                    .add(Figures.sparkline(history, 0, 1, SPARK_CELLS), Style.CYAN)
                    .to(success + 2 + SPARK_CELLS);
            seen.before(entry.getKey())
                    .ifPresent(before -> line.add("  held-out before " + Figures.two(before), Style.DIM));
            lines.add(line.toString());
        }
        return lines;
    }

    /** One batch is noisy: the mean of the last few. */
    private static double recent(double[] history) {
        int count = Math.min(5, history.length);
        double sum = 0;
        for (int i = history.length - count; i < history.length; i++) {
            sum += history[i];
        }
        return sum / count;
    }

    private List<String> figures(StepMetrics step) {
        String speed = Figures.whole(step.tokensPerSecond()) + " tokens/s";
        String stale = "staleness " + Figures.two(step.stalenessMean()) + ", at most " + step.stalenessMax();
        String waits = "learner waited " + Figures.seconds(step.trainerWaitSeconds()) + ", sampling paused "
                + Figures.seconds(step.samplerPauseSeconds());
        String learning = "entropy " + Figures.two(step.entropy()) + " · gradient " + Figures.two(step.gradNorm())
                + " · learning rate " + Figures.scientific(step.learningRate());
        long discarded = step.groupsDiscarded().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        var second = new StyledLine(width).add(learning, Style.DIM);
        if (discarded > 0) {
            second.add(" · " + discarded + " groups discarded", Style.YELLOW);
        }
        return List.of(
                "",
                new StyledLine(width)
                        .add(speed, Style.BLUE)
                        .add(" · " + stale + " · " + waits, Style.DIM)
                        .toString(),
                second.toString());
    }
}
