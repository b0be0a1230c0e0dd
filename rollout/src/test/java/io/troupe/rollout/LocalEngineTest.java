package io.troupe.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.troupe.policy.Decoder;
import io.troupe.policy.PackedRows;
import io.troupe.policy.Policy;
import io.troupe.policy.WeightFiles;
import io.troupe.policy.Weights;
import io.troupe.rollout.Sequence.TurnEnd;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalEngineTest {

    private static final SamplingParams PARAMS = new SamplingParams(0.7, 1, 0, 12, 200, List.of());

    @TempDir
    Path folder;

    private NDManager manager;
    private Policy policy;

    @BeforeEach
    void openPolicy() {
        manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        policy = Policy.open(TinyPolicy.create(folder.resolve("policy"), 5));
    }

    @AfterEach
    void closePolicy() {
        policy.close();
        manager.close();
    }

    @Test
    void sequencesOfOnePromptDifferByTheirSeedsAndEqualSeedsGiveEqualSequences() {
        try (LocalEngine engine = engine(4)) {
            List<Sequence> started = engine.start(prompt(), PARAMS, 1, 2, 1);
            finish(engine, started);
            assertThat(started.get(0).turnTokens()).isEqualTo(started.get(2).turnTokens());
            assertThat(started.get(0).turnTokens()).isNotEqualTo(started.get(1).turnTokens());
        }
    }

    @Test
    void aSequenceIsTheSameWhateverElseIsInTheBatch() {
        int[] alone;
        try (LocalEngine engine = engine(1)) {
            List<Sequence> started = engine.start(prompt(), PARAMS, 7);
            finish(engine, started);
            alone = started.get(0).turnTokens();
        }
        try (LocalEngine engine = engine(6)) {
            List<Sequence> others = engine.start(encode("Something else, and longer."), PARAMS, 3, 4);
            engine.step();
            engine.step();
            Sequence same = engine.start(prompt(), PARAMS, 7).get(0);
            engine.release(others.get(0));
            finish(engine, List.of(same));
            assertThat(same.turnTokens()).isEqualTo(alone);
        }
    }

    @Test
    void recordedLogProbabilitiesEqualTheLearnersScoreOverSeveralTurnsAndMovedSlots() {
        try (LocalEngine engine = engine(4);
                var decoder = new Decoder(policy.config(), manager, 256);
                Weights weights = policy.loadWeights(manager, false)) {
            List<Sequence> started = engine.start(prompt(), PARAMS, 1, 2, 3);
            finish(engine, started);
            engine.release(started.get(0)); // the last one moves into its slot
            Sequence moved = started.get(2);
            int[] first = moved.turnTokens();
            int[] observation = encode("<|im_end|>\n<|im_start|>tool\n7<|im_end|>\n");
            engine.append(moved, observation);
            finish(engine, List.of(moved));
            int[] all = concat(prompt(), first, observation, moved.turnTokens());
            try (NDManager scope = manager.newSubManager()) {
                float[] scored = decoder.score(scope, weights, PackedRows.sequence(all), 0.7, false)
                        .toFloatArray();
                float[] recorded = moved.turnLogProbabilities();
                for (int t = 0; t < recorded.length; t++) {
                    assertThat(scored[all.length - 1 - recorded.length + t]).isCloseTo(recorded[t], within(1e-5f));
                }
            }
        }
    }

    @Test
    void newWeightsTakeEffectBetweenTokensAndLaterTokensCarryTheNewVersion() {
        Path other = TinyPolicy.create(folder.resolve("other"), 6);
        try (LocalEngine engine = engine(1);
                WeightFiles files = WeightFiles.open(other)) {
            Sequence sequence = engine.start(prompt(), PARAMS, 1).get(0);
            engine.step();
            engine.step();
            engine.load(files, 1);
            finish(engine, List.of(sequence));
            long[] versions = sequence.turnVersions();
            assertThat(versions[0]).isZero();
            assertThat(versions[1]).isZero();
            assertThat(Arrays.stream(versions).skip(2).allMatch(version -> version == 1))
                    .isTrue();
        }
    }

    @Test
    void aTurnEndsAtAnEndOfTurnTokenAStopStringOrItsLimitAndSaysWhich() {
        Set<TurnEnd> ends = new HashSet<>();
        try (LocalEngine engine = engine(64)) {
            var stopping = new SamplingParams(1, 1, 0, 200, 256, List.of("e"));
            long[] seeds = new long[60];
            Arrays.setAll(seeds, i -> i);
            List<Sequence> started = engine.start(prompt(), stopping, seeds);
            finish(engine, started);
            for (Sequence sequence : started) {
                ends.add(sequence.turnEnd());
                String text = policy.tokenizer().decode(sequence.turnTokens());
                int end = policy.config().endOfTurnTokens().get(0);
                switch (sequence.turnEnd()) {
                    case END_OF_TURN -> assertThat(sequence.turnTokens()).endsWith(end);
                    case STOP_STRING -> assertThat(text).contains("e");
                    case LENGTH -> assertThat(sequence.length()).isEqualTo(200);
                }
            }
        }
        assertThat(ends).contains(TurnEnd.STOP_STRING, TurnEnd.END_OF_TURN);
        try (LocalEngine engine = engine(1)) {
            Sequence cut = engine.start(prompt(), new SamplingParams(1, 1, 0, 3, 256, List.of()), 2)
                    .get(0);
            finish(engine, List.of(cut));
            assertThat(cut.turnTokens()).hasSize(3);
            assertThat(cut.turnEnd()).isEqualTo(TurnEnd.LENGTH);
        }
    }

    @Test
    void aPromptThatLeavesNoRoomIsRefusedWithBothNumbers() {
        try (LocalEngine engine = engine(1)) {
            assertThatThrownBy(() -> engine.start(new int[200], PARAMS, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("200");
        }
    }

    @Test
    void moreSequencesThanSlotsAreRefusedAndReleasedSlotsComeBack() {
        try (LocalEngine engine = engine(2)) {
            List<Sequence> two = engine.start(prompt(), PARAMS, 1, 2);
            assertThatThrownBy(() -> engine.start(prompt(), PARAMS, 3)).isInstanceOf(IllegalStateException.class);
            two.forEach(engine::release);
            assertThat(engine.freeSlots()).isEqualTo(2);
            assertThat(engine.start(prompt(), PARAMS, 3)).hasSize(1);
        }
    }

    private LocalEngine engine(int slots) {
        return new LocalEngine(policy, manager, slots, 256, 0);
    }

    private static void finish(LocalEngine engine, List<Sequence> sequences) {
        Set<Sequence> ended = new HashSet<>();
        for (int step = 0; step < 300 && !ended.containsAll(sequences); step++) {
            ended.addAll(engine.step());
        }
        assertThat(ended).containsAll(sequences);
    }

    private int[] prompt() {
        return encode("<|im_start|>user\nWhat is 1+2?<|im_end|>\n<|im_start|>assistant\n");
    }

    private int[] encode(String text) {
        return policy.tokenizer().encode(text);
    }

    private static int[] concat(int[]... parts) {
        return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
    }
}
