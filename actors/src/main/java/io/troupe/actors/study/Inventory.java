package io.troupe.actors.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What there is of a study already, cell by cell. */
public final class Inventory {

    private static final int NAMED = 3;

    private Inventory() {}

    /** How far a cell is. */
    public enum State {
        NEW("to be run"),
        CUT_OFF("cut off, goes on"),
        CHANGED("run with another configuration"),
        DONE("done"),
        FAILED("failed");

        private final String words;

        State(String words) {
            this.words = words;
        }

        /** For people. */
        public String words() {
            return words;
        }
    }

    /**
     * A cell and how far it is.
     *
     * @param detail the difference of the configurations, or the reason of the failure; otherwise empty
     */
    public record Entry(Cell cell, State state, String detail) {
        boolean isToBeRun() {
            return state == State.NEW || state == State.CUT_OFF;
        }
    }

    /** Looks only; changes nothing. */
    public static List<Entry> look(StudyPlan plan) throws IOException {
        return look(plan, ResultsFile.read(plan.results()).all());
    }

    /**
     * The results that there are, those of other studies in the same file included.
     *
     * @throws IOException if the file cannot be read
     */
    public static List<CellResult> results(StudyPlan plan) throws IOException {
        return List.copyOf(ResultsFile.read(plan.results()).all());
    }

    private static List<Entry> look(StudyPlan plan, Collection<CellResult> results) throws IOException {
        Map<String, CellResult> byName = new HashMap<>();
        results.forEach(result -> byName.put(result.name(), result));
        var entries = new ArrayList<Entry>();
        for (Cell cell : plan.cells()) {
            CellResult result = byName.get(cell.name());
            entries.add(result == null ? unfinished(cell) : finished(cell, result));
        }
        return entries;
    }

    /**
     * The cells as they will be run, once what may be thrown away is.
     *
     * @throws StudyException if cells were run with another configuration and may not be run again
     */
    static List<Entry> of(StudyPlan plan, Collection<CellResult> results, StudyRun.Options options)
            throws IOException, StudyException {
        List<Entry> found = look(plan, results);
        List<Entry> changed =
                found.stream().filter(entry -> entry.state() == State.CHANGED).toList();
        if (!changed.isEmpty() && !options.restartChanged()) {
            throw new StudyException(refusal(changed));
        }
        var entries = new ArrayList<Entry>();
        for (Entry entry : found) {
            boolean again = entry.state() == State.CHANGED || (entry.state() == State.FAILED && options.retryFailed());
            if (again) {
                StudyRun.delete(entry.cell().folder());
            }
            entries.add(again ? new Entry(entry.cell(), State.NEW, "") : entry);
        }
        return entries;
    }

    static boolean holdsRun(Path folder) {
        return Files.exists(folder.resolve("run.id"));
    }

    private static Entry finished(Cell cell, CellResult result) throws IOException {
        String difference = cell.difference(result.config());
        if (!difference.isEmpty()) {
            return new Entry(cell, State.CHANGED, difference);
        }
        String reason = result.reason();
        return result.isDone()
                ? new Entry(cell, State.DONE, "")
                : new Entry(cell, State.FAILED, reason == null ? "" : reason);
    }

    private static Entry unfinished(Cell cell) throws IOException {
        if (!holdsRun(cell.folder()) || !Files.exists(cell.configurationFile())) {
            return new Entry(cell, State.NEW, "");
        }
        String difference = cell.difference(Files.readString(cell.configurationFile()));
        return difference.isEmpty() ? new Entry(cell, State.CUT_OFF, "") : new Entry(cell, State.CHANGED, difference);
    }

    private static String refusal(List<Entry> changed) {
        var text = new StringBuilder();
        for (Entry entry : changed.subList(0, Math.min(NAMED, changed.size()))) {
            text.append(text.length() == 0 ? "" : "; ")
                    .append(entry.cell().name())
                    .append(": ")
                    .append(entry.detail());
        }
        if (changed.size() > NAMED) {
            text.append("; and ").append(changed.size() - NAMED).append(" more");
        }
        return changed.size() + " of the study's runs were made with another configuration — " + text
                + " — --restart-changed runs them again; or choose another study.dir";
    }
}
