package io.troupe.verifier.dataset;

import io.troupe.verifier.Environment;
import io.troupe.verifier.Levels;
import io.troupe.verifier.OptionsException;
import io.troupe.verifier.Split;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamily;
import java.util.List;

/** {@code dataset/jsonl}: questions and answers from JSON Lines files, judged by a grader of one's choice. Without options it has no tasks. */
public final class JsonlDataset implements TaskFamily {

    private static final String ID = "dataset/jsonl";
    private static final List<String> SUFFIXES = List.of(".jsonl", ".ndjson");

    /** Found by the service loader. */
    public JsonlDataset() {}

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String summary() {
        return "questions and answers from JSON Lines files; needs the option path";
    }

    @Override
    public Levels levels() {
        return Dataset.LEVELS;
    }

    @Override
    public Class<? extends Record> optionsType() {
        return DatasetOptions.class;
    }

    @Override
    public TaskFamily configured(Record record) {
        var options = (DatasetOptions) record;
        int most = options.limit() == null ? Integer.MAX_VALUE : options.limit();
        DatasetRows rows = new JsonlRows(DatasetFiles.find("path", options.path(), SUFFIXES), most);
        String held = options.evaluationPath();
        DatasetRows heldOut =
                held == null ? rows : new JsonlRows(DatasetFiles.find("evaluation-path", held, SUFFIXES), most);
        return new Dataset(ID, options, rows, heldOut);
    }

    @Override
    public Task task(Split split, long seed, long index, int level) {
        throw new OptionsException(
                ID + " needs options: at least path, and question and answer where its columns are called otherwise");
    }

    @Override
    public Environment open() {
        throw new OptionsException(ID + " needs options: at least path");
    }
}
