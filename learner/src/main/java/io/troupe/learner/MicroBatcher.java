package io.troupe.learner;

import io.troupe.policy.PackedRows;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Packs sequences into rows and rows into micro-batches of a bounded number of cells, padding included.
 *
 * <p>Neighbours with the same prefix share a row and compute the prefix once, as long as the row stays within its bound. Deterministic.
 * Immutable, safe for any thread.
 *
 * @param maxRowCells the widest row that is made of more than one sequence
 * @param maxBatchCells the most cells of a micro-batch; a single row may exceed it
 */
record MicroBatcher(int maxRowCells, int maxBatchCells) {

    /**
     * Rows to score together.
     *
     * @param rows the rows
     * @param sequences which sequences they hold: the scored tokens come in this order
     * @param fold from the scores to the sequences' tokens; null if they are the same
     */
    record MicroBatch(
            PackedRows rows, int[] sequences, @Nullable Fold fold) {

        /** How many tokens the sequences have that are scored. */
        int tokens() {
            return fold == null ? rows.scored() : fold.tokens();
        }
    }

    private record Row(List<Integer> sequences, int width) {}

    List<MicroBatch> pack(List<ScoredSequence> sequences) {
        var rows = new ArrayList<Row>();
        int next = 0;
        while (next < sequences.size()) {
            Row row = rowFrom(sequences, next);
            rows.add(row);
            next += row.sequences().size();
        }
        rows.sort(Comparator.comparingInt(Row::width)); // stable: neighbours of like width pad little
        var batches = new ArrayList<MicroBatch>();
        int from = 0;
        while (from < rows.size()) {
            int to = from + 1;
            while (to < rows.size() && (to + 1 - from) * rows.get(to).width() <= maxBatchCells) {
                to++;
            }
            batches.add(fill(sequences, rows.subList(from, to)));
            from = to;
        }
        return batches;
    }

    private Row rowFrom(List<ScoredSequence> sequences, int first) {
        ScoredSequence head = sequences.get(first);
        var members = new ArrayList<Integer>();
        members.add(first);
        int width = head.length();
        for (int i = first + 1; i < sequences.size() && head.prefix().length > 0; i++) {
            ScoredSequence candidate = sequences.get(i);
            if (!candidate.sharesPrefixWith(head) || width + candidate.rest().length > maxRowCells) {
                break;
            }
            members.add(i);
            width += candidate.rest().length;
        }
        return new Row(members, width);
    }

    private static MicroBatch fill(List<ScoredSequence> sequences, List<Row> rows) {
        int width = rows.stream().mapToInt(Row::width).max().orElseThrow();
        int cells = rows.size() * width;
        int[] order = rows.stream()
                .flatMap(row -> row.sequences().stream())
                .mapToInt(Integer::intValue)
                .toArray();
        int scored = 0;
        for (int sequence : order) {
            scored += sequences.get(sequence).scoredTokens();
        }
        var packed = new PackedRows(
                rows.size(),
                width,
                new long[cells],
                new long[cells],
                new long[cells],
                new long[scored],
                new long[scored]);
        java.util.Arrays.fill(packed.branches(), -1);
        var filler = new Filler(packed);
        for (int r = 0; r < rows.size(); r++) {
            filler.beginRow(r * width, sequences.get(rows.get(r).sequences().get(0)));
            for (int sequence : rows.get(r).sequences()) {
                filler.branch(sequences.get(sequence));
            }
        }
        return new MicroBatch(packed, order, null);
    }

    /** Writes cells from left to right. */
    private static final class Filler {
        private final PackedRows packed;
        private int cell;
        private int prefixEnd;
        private int prefixLength;
        private int branch;
        private int scored;

        Filler(PackedRows packed) {
            this.packed = packed;
        }

        void beginRow(int firstCell, ScoredSequence first) {
            int[] prefix = first.prefix();
            cell = firstCell;
            branch = 0;
            prefixLength = prefix.length;
            for (int i = 0; i < prefix.length; i++) {
                put(prefix[i], i);
            }
            prefixEnd = cell - 1;
        }

        void branch(ScoredSequence sequence) {
            boolean inPlace = sequence.seen() != null;
            branch = inPlace ? 0 : branch + 1; // what sees its whole row is all of one branch
            for (int i = 0; i < sequence.rest().length; i++) {
                if (sequence.scored()[i]) {
                    int before = i == 0 ? prefixEnd : cell - 1;
                    packed.sources()[scored] = inPlace ? cell : before;
                    packed.targets()[scored++] = sequence.rest()[i];
                }
                put(sequence.seenAt(i), prefixLength + i);
            }
        }

        private void put(int token, int position) {
            packed.tokens()[cell] = token;
            packed.positions()[cell] = position;
            packed.branches()[cell++] = branch;
        }
    }
}
