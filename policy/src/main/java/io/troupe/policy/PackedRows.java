package io.troupe.policy;

import java.util.Objects;

/**
 * Token sequences packed into rows of one width for {@link Decoder#score}.
 *
 * <p>A row is a tree of depth one: a shared prefix (branch 0), then any number of branches (1, 2, …) that see the prefix and themselves but
 * not each other. A group's prompt is therefore computed once. Cells that hold nothing have branch −1.
 *
 * @param rows how many rows
 * @param width cells a row
 * @param tokens {@code [rows * width]} token ids, 0 where empty
 * @param positions {@code [rows * width]} the token's place in its own sequence (prefix, then branch), from 0
 * @param branches {@code [rows * width]} 0 the prefix, 1… the branches, −1 empty
 * @param sources {@code [scored]} the flat cell whose hidden state predicts the token
 * @param targets {@code [scored]} the token that is predicted
 */
public record PackedRows(
        int rows, int width, long[] tokens, long[] positions, long[] branches, long[] sources, long[] targets) {

    /** Checks that the arrays fit each other. */
    public PackedRows {
        Objects.requireNonNull(tokens);
        if (tokens.length != rows * width || positions.length != tokens.length || branches.length != tokens.length) {
            throw new IllegalArgumentException("tokens, positions and branches must have rows * width = " + rows * width
                    + " cells, have " + tokens.length + ", " + positions.length + ", " + branches.length);
        }
        if (sources.length != targets.length) {
            throw new IllegalArgumentException(
                    "as many sources as targets expected: " + sources.length + " and " + targets.length);
        }
    }

    /**
     * One row that scores every token of one sequence but the first.
     *
     * @param tokens at least two token ids
     */
    public static PackedRows sequence(int... tokens) {
        if (tokens.length < 2) {
            throw new IllegalArgumentException("a sequence to score needs at least 2 tokens, has " + tokens.length);
        }
        int n = tokens.length;
        var ids = new long[n];
        var positions = new long[n];
        var sources = new long[n - 1];
        var targets = new long[n - 1];
        for (int i = 0; i < n; i++) {
            ids[i] = tokens[i];
            positions[i] = i;
            if (i > 0) {
                sources[i - 1] = positions[i - 1];
                targets[i - 1] = tokens[i];
            }
        }
        return new PackedRows(1, n, ids, positions, new long[n], sources, targets);
    }

    /** How many tokens are scored. */
    public int scored() {
        return targets.length;
    }
}
