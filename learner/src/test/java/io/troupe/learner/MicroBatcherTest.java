package io.troupe.learner;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.learner.MicroBatcher.MicroBatch;
import io.troupe.policy.PackedRows;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MicroBatcherTest {

    @Test
    void aGroupsPromptIsPackedOnce() {
        var group = List.of(sequence(5, 3, 1), sequence(5, 4, 1), sequence(5, 2, 1));
        List<MicroBatch> batches = new MicroBatcher(100, 1000).pack(group);
        assertThat(batches).hasSize(1);
        assertThat(batches.get(0).rows().rows()).isEqualTo(1);
        assertThat(batches.get(0).rows().width()).isEqualTo(5 + 3 + 4 + 2);
    }

    @Test
    void aRowThatWouldGrowTooWideIsSplitAndThePromptRepeated() {
        var group = List.of(sequence(5, 3, 1), sequence(5, 4, 1), sequence(5, 2, 1));
        List<MicroBatch> batches = new MicroBatcher(12, 1000).pack(group);
        assertThat(batches.stream().mapToInt(batch -> batch.rows().rows()).sum())
                .isEqualTo(2);
    }

    @Test
    void differentPromptsNeverShareARow() {
        var mixed = List.of(sequence(5, 3, 1), sequence(5, 3, 2));
        List<MicroBatch> batches = new MicroBatcher(100, 1000).pack(mixed);
        assertThat(batches.get(0).rows().rows()).isEqualTo(2);
    }

    @Property(tries = 200, seed = "1")
    void everyScoredTokenIsScoredOnceFromTheTokenBeforeItInItsOwnSequence(
            @ForAll @IntRange(min = 1, max = 12) int count,
            @ForAll @IntRange(min = 0, max = 60) int rowCells,
            @ForAll @IntRange(min = 1, max = 200) int batchCells,
            @ForAll int seed) {
        var random = new java.util.Random(seed);
        var sequences = new ArrayList<ScoredSequence>();
        for (int i = 0; i < count; i++) {
            sequences.add(sequence(random.nextInt(6), 1 + random.nextInt(9), random.nextInt(3)));
        }
        var seen = new boolean[count];
        for (MicroBatch batch : new MicroBatcher(rowCells, batchCells).pack(sequences)) {
            int scored = 0;
            for (int index : batch.sequences()) {
                assertThat(seen[index]).isFalse();
                seen[index] = true;
                scored = checkSequence(batch.rows(), sequences.get(index), scored);
            }
            assertThat(scored).isEqualTo(batch.rows().scored());
        }
        assertThat(seen).doesNotContain(false);
    }

    /** Walks a sequence's scored tokens and checks what lies in their cells; returns where the next sequence's begin. */
    private static int checkSequence(PackedRows rows, ScoredSequence sequence, int from) {
        int scored = from;
        int[] all = new int[sequence.length()];
        System.arraycopy(sequence.prefix(), 0, all, 0, sequence.prefix().length);
        System.arraycopy(sequence.rest(), 0, all, sequence.prefix().length, sequence.rest().length);
        for (int i = 0; i < sequence.rest().length; i++) {
            if (sequence.scored()[i]) {
                int position = sequence.prefix().length + i;
                int cell = (int) rows.sources()[scored];
                assertThat(rows.targets()[scored]).isEqualTo(all[position]);
                assertThat(rows.tokens()[cell]).isEqualTo(all[position - 1]);
                assertThat(rows.positions()[cell]).isEqualTo(position - 1);
                scored++;
            }
        }
        return scored;
    }

    private static ScoredSequence sequence(int prefix, int rest, int seed) {
        int[] prompt = new java.util.Random(seed).ints(prefix, 0, 50).toArray();
        var random = new java.util.Random(31L * prefix + rest);
        int[] tokens = random.ints(rest, 0, 50).toArray();
        var scored = new boolean[rest];
        for (int i = prefix == 0 ? 1 : 0; i < rest; i++) {
            scored[i] = random.nextBoolean();
        }
        return new ScoredSequence(prompt, tokens, scored);
    }
}
