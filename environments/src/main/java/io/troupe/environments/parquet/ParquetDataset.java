package io.troupe.environments.parquet;

import io.troupe.verifier.Environment;
import io.troupe.verifier.Levels;
import io.troupe.verifier.OptionsException;
import io.troupe.verifier.Split;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.dataset.Dataset;
import io.troupe.verifier.dataset.DatasetFiles;
import io.troupe.verifier.dataset.DatasetOptions;
import io.troupe.verifier.dataset.DatasetRows;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** {@code dataset/parquet}: questions and answers from Parquet files, with the options of {@code dataset/jsonl}. Without options it has no tasks. */
public final class ParquetDataset implements TaskFamily {

    private static final String ID = "dataset/parquet";
    private static final Levels LEVELS = new Levels(1, 1, 1, "a data set has one level");
    private static final List<String> SUFFIXES = List.of(".parquet");

    /** Found by the service loader. */
    public ParquetDataset() {}

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String summary() {
        return "questions and answers from Parquet files; needs the option path";
    }

    @Override
    public Levels levels() {
        return LEVELS;
    }

    @Override
    public Class<? extends Record> optionsType() {
        return DatasetOptions.class;
    }

    @Override
    public TaskFamily configured(Record record) {
        var options = (DatasetOptions) record;
        Set<String> columns = new TreeSet<>();
        for (String column :
                new String[] {options.chat() == null ? options.question() : options.chat(), options.answer()}) {
            columns.add(String.valueOf(column).split("\\.", 2)[0]);
        }
        int most = options.limit() == null ? Integer.MAX_VALUE : options.limit();
        DatasetRows rows = new ParquetRows(DatasetFiles.find("path", options.path(), SUFFIXES), columns, most);
        String held = options.evaluationPath();
        DatasetRows heldOut = held == null
                ? rows
                : new ParquetRows(DatasetFiles.find("evaluation-path", held, SUFFIXES), columns, most);
        return new Dataset(ID, options, rows, heldOut);
    }

    @Override
    public Task task(Split split, long seed, long index, int level) {
        throw new OptionsException(ID + " needs options: at least path");
    }

    @Override
    public Environment open() {
        throw new OptionsException(ID + " needs options: at least path");
    }
}
