package io.troupe.verifier.dataset;

import com.fasterxml.jackson.databind.JsonNode;

/** Rows of a data set, read where they are. Safe for any thread. */
public interface DatasetRows {

    /** How many rows there are. */
    int size();

    /**
     * Reads a row.
     *
     * @param index from 0
     * @return an object of columns
     * @throws io.troupe.verifier.TaskFamilyException naming file and place if it can't be read or is no row
     */
    JsonNode row(int index);

    /** Where a row is, for messages: file and line or number. */
    String place(int index);
}
