package io.troupe.verifier.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.verifier.ContentSplit;
import io.troupe.verifier.Environment;
import io.troupe.verifier.Grader;
import io.troupe.verifier.GraderProvider;
import io.troupe.verifier.Graders;
import io.troupe.verifier.Levels;
import io.troupe.verifier.Message;
import io.troupe.verifier.OptionsException;
import io.troupe.verifier.SingleTurnEnvironment;
import io.troupe.verifier.Split;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.TaskFamilyException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A task family over a data set: rows on two sides, training and evaluation. A question is on one side only, however often it occurs; a question that is
 * held out is never trained on. Task {@code i} is the row at place {@code i} of a shuffle, a new one for each time through the data; the shuffles of the
 * evaluation do not depend on the run's seed, so that runs are measured on the same questions. Safe for any thread.
 */
public final class Dataset implements TaskFamily {

    static final Levels LEVELS = new Levels(1, 1, 1, "a data set has one level");

    private final String id;
    private final DatasetOptions options;
    private final DatasetRows trainRows;
    private final DatasetRows heldOutRows;
    private final int[] train;
    private final int[] heldOut;
    private final int repeated;
    private final Grader grader;
    private final long budget;

    /**
     * A data set.
     *
     * @param id the family's id
     * @param options how rows become tasks
     * @param rows those of {@code options.path()}
     * @param evaluationRows those of {@code options.evaluationPath()}; the same as {@code rows} where there is none
     * @throws OptionsException if a side is empty, or there is no such grader or profile
     * @throws TaskFamilyException if a row lacks a column; the message names file, line and column
     */
    public Dataset(String id, DatasetOptions options, DatasetRows rows, DatasetRows evaluationRows) {
        this.id = id;
        this.options = options;
        trainRows = rows;
        heldOutRows = evaluationRows;
        GraderProvider provider = provider(options);
        String profile = options.profile() == null ? provider.profiles().get(0) : options.profile();
        if (!provider.profiles().contains(profile)) {
            throw new OptionsException("profile = " + profile + ": " + provider.id() + " has the profiles "
                    + String.join(", ", provider.profiles()));
        }
        grader = provider.grader(profile);
        budget = provider.budget();
        Set<Long> seen = new HashSet<>();
        int rowsInAll = rows.size() + (rows == evaluationRows ? 0 : evaluationRows.size());
        heldOut = indices(evaluationRows, seen, key -> rows != evaluationRows || isHeldOut(key));
        train = indices(rows, seen, key -> rows != evaluationRows || !isHeldOut(key));
        repeated = rowsInAll - train.length - heldOut.length;
        requireBothSides();
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String summary() {
        return train.length + " questions to train on and " + heldOut.length + " held out, from " + options.path()
                + (repeated == 0 ? "" : "; " + repeated + " rows repeat a question and are left out");
    }

    @Override
    public Levels levels() {
        return LEVELS;
    }

    @Override
    public Task task(Split split, long seed, long index, int level) {
        LEVELS.require(level);
        if (index < 0) {
            throw new IllegalArgumentException("a task's index must be >= 0, not " + index + " (" + id + ")");
        }
        boolean training = split == Split.TRAIN;
        int[] side = training ? train : heldOut;
        long round = index / side.length;
        long key = ContentSplit.randomOf(id, split, training ? seed : 0, round, level)
                .nextLong();
        int row = side[new Permutation(side.length, key).at((int) (index % side.length))];
        DatasetRows rows = training ? trainRows : heldOutRows;
        JsonNode columns = rows.row(row);
        String name = Task.idOf(split, seed, index, level) + "-r" + row;
        return new Task(id, name, split, seed, index, level, prompt(rows, row, columns), gold(rows, row, columns));
    }

    @Override
    public Environment open() {
        return new SingleTurnEnvironment(id, budget, grader);
    }

    private interface Wanted {
        boolean test(String key);
    }

    /** The first row of every question that is wanted and not seen before. */
    private int[] indices(DatasetRows rows, Set<Long> seen, Wanted wanted) {
        var found = new int[rows.size()];
        int count = 0;
        for (int row = 0; row < rows.size(); row++) {
            JsonNode columns = rows.row(row);
            String key = prompt(rows, row, columns).toString();
            gold(rows, row, columns); // a row without an answer is found now, and not in the middle of a run
            if (wanted.test(key) && seen.add(hash(key))) {
                found[count++] = row;
            }
        }
        return Arrays.copyOf(found, count);
    }

    private boolean isHeldOut(String key) {
        long point = hash(key) >>> 11;
        return point * 0x1p-53 < options.evaluationShare();
    }

    private static long hash(String key) {
        return ContentSplit.hashOf(key);
    }

    private List<Message> prompt(DatasetRows rows, int row, JsonNode columns) {
        var messages = new ArrayList<Message>();
        String chat = options.chat();
        if (chat != null) {
            JsonNode conversation = column(rows, row, columns, chat);
            for (JsonNode message : conversation) {
                messages.add(message(rows, row, message));
            }
            if (messages.isEmpty()) {
                throw new TaskFamilyException(
                        rows.place(row) + ": '" + chat + "' holds no messages {\"role\", \"content\"}", null);
            }
        } else {
            String system = Objects.requireNonNull(options.system());
            if (!system.isEmpty()) {
                messages.add(Message.system(system));
            }
            String question = text(column(rows, row, columns, Objects.requireNonNull(options.question())));
            messages.add(Message.user(options.template().replace("{question}", question)));
        }
        if (!options.prefill().isEmpty()) {
            messages.add(Message.assistant(options.prefill()));
        }
        return messages;
    }

    private static Message message(DatasetRows rows, int row, JsonNode message) {
        try {
            return new Message(message.path("role").asText(), text(message.path("content")));
        } catch (IllegalArgumentException e) {
            throw new TaskFamilyException(rows.place(row) + ": " + e.getMessage(), e);
        }
    }

    private String gold(DatasetRows rows, int row, JsonNode columns) {
        String answer = text(column(rows, row, columns, Objects.requireNonNull(options.answer())));
        String mark = Objects.requireNonNull(options.answerAfter());
        if (mark.isEmpty()) {
            return answer;
        }
        int at = answer.lastIndexOf(mark);
        if (at < 0) {
            throw new TaskFamilyException(
                    rows.place(row) + ": '" + options.answer() + "' does not hold " + mark + " before its answer",
                    null);
        }
        return answer.substring(at + mark.length()).strip();
    }

    private static JsonNode column(DatasetRows rows, int row, JsonNode columns, String path) {
        JsonNode value = columns;
        for (String step : path.split("\\.", -1)) {
            value = value.path(step);
        }
        if (value.isMissingNode() || value.isNull()) {
            var known = new ArrayList<String>();
            columns.fieldNames().forEachRemaining(known::add);
            throw new TaskFamilyException(
                    rows.place(row) + ": there is no column '" + path + "'; there are " + String.join(", ", known),
                    null);
        }
        return value;
    }

    private static String text(JsonNode value) {
        return value.isValueNode() ? value.asText() : value.toString();
    }

    private static GraderProvider provider(DatasetOptions options) {
        try {
            return Graders.load().get(Objects.requireNonNull(options.grader()));
        } catch (TaskFamilyException e) {
            throw new OptionsException("grader = " + options.grader() + ": " + e.getMessage(), e);
        }
    }

    private void requireBothSides() {
        if (train.length > 0 && heldOut.length > 0) {
            return;
        }
        String side = train.length == 0 ? "to train on" : "to hold out";
        if (options.evaluationPath() == null) {
            throw new OptionsException("path = " + options.path() + ": of its " + (train.length + heldOut.length)
                    + " questions the evaluation-share " + options.evaluationShare() + " leaves none " + side
                    + "; give more rows, another share, or an evaluation-path");
        }
        throw new OptionsException("path = " + options.path() + ", evaluation-path = " + options.evaluationPath()
                + ": there is no question " + side + (train.length == 0 ? " that is not held out" : ""));
    }
}
