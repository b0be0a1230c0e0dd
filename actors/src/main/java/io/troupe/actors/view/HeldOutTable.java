package io.troupe.actors.view;

import io.troupe.actors.node.RunSummary;
import io.troupe.actors.view.StyledLine.Style;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Held-out success before and after training, family by family. */
final class HeldOutTable {

    private static final int BAR = 20;

    private final int width;
    private final boolean colour;

    HeldOutTable(int width, boolean colour) {
        this.width = width;
        this.colour = colour;
    }

    /** The table's lines; none if nothing was measured. */
    List<String> lines(RunSummary summary) {
        var measured = summary.families().entrySet().stream()
                .filter(entry ->
                        entry.getValue().before() != null || entry.getValue().after() != null)
                .toList();
        if (measured.isEmpty()) {
            return List.of();
        }
        int names = measured.stream()
                .mapToInt(entry -> entry.getKey().length())
                .max()
                .orElse(0);
        var lines = new ArrayList<String>();
        lines.add(line().add("Success on held-out tasks", style(Style.BOLD)).toString());
        lines.add(line().add("  " + " ".repeat(names))
                .right(names + 11, "before", style(Style.DIM))
                .right(names + 20, "after", style(Style.DIM))
                .right(names + 30, "change", style(Style.DIM))
                .toString());
        measured.forEach(entry -> lines.add(row(names, entry.getKey(), entry.getValue())));
        return lines;
    }

    private String row(int names, String family, RunSummary.Family success) {
        Double before = success.before();
        Double after = success.after();
        double change = before == null || after == null ? Double.NaN : after - before;
        Style tone = !(Math.abs(change) >= 0.0005) ? Style.PLAIN : change > 0 ? Style.GREEN : Style.RED;
        return line().add("  " + family)
                .right(names + 11, shown(before), Style.PLAIN)
                .right(names + 20, shown(after), style(Style.BOLD))
                .right(names + 30, Figures.difference(change), style(tone))
                .add("  " + bar(before), style(Style.DIM))
                .add(gain(before, after), style(Style.GREEN))
                .toString();
    }

    private static String shown(@Nullable Double share) {
        return share == null ? "–" : Figures.three(share);
    }

    private static String bar(@Nullable Double share) {
        return share == null ? "" : "█".repeat(cells(share));
    }

    private static String gain(@Nullable Double before, @Nullable Double after) {
        return before == null || after == null ? "" : "▓".repeat(Math.max(0, cells(after) - cells(before)));
    }

    private static int cells(double share) {
        return (int) Math.round(share * BAR);
    }

    private StyledLine line() {
        return new StyledLine(width);
    }

    private Style style(Style wanted) {
        return colour ? wanted : Style.PLAIN;
    }
}
