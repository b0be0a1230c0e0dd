package io.troupe.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.troupe.policy.Diffusion.Order;
import io.troupe.policy.Policy;
import io.troupe.rollout.Sequence.TurnEnd;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DiffusionEngineTest {

    private static final SamplingParams PARAMS = new SamplingParams(0.7, 1, 0, 100, 200, List.of());

    @TempDir
    Path folder;

    private NDManager manager;

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    @ParameterizedTest
    @EnumSource(Order.class)
    void aSequenceIsTheSameWhateverElseIsInTheBatch(Order order) {
        try (Policy policy = policy(order, 5)) {
            int[] prompt = policy.tokenizer().encode("What is 1+2?");
            int[] alone;
            try (Engine engine = engine(policy, 1)) {
                Sequence sequence = engine.start(prompt, PARAMS, 7).get(0);
                finish(engine, List.of(sequence));
                alone = sequence.turnTokens();
            }
            try (Engine engine = engine(policy, 6)) {
                List<Sequence> others =
                        engine.start(policy.tokenizer().encode("Something else, and longer."), PARAMS, 3, 4);
                engine.step();
                engine.step();
                List<Sequence> same = engine.start(prompt, PARAMS, 7, 8);
                engine.release(others.get(0));
                finish(engine, same);
                assertThat(same.get(0).turnTokens()).isEqualTo(alone);
                assertThat(same.get(1).turnTokens()).isNotEqualTo(alone);
                assertThat(engine.freeSlots()).isEqualTo(3);
            }
        }
    }

    @Test
    void aTurnEndsWithAnEndOfTurnAStopStringOrItsWindow() {
        Set<TurnEnd> ends = EnumSet.noneOf(TurnEnd.class);
        try (Policy policy = policy(Order.RANDOM, 5);
                Engine engine = engine(policy, 200)) {
            int end = policy.config().endOfTurnTokens().get(0);
            int mask = policy.config().diffusion().maskToken();
            var params = new SamplingParams(1, 1, 0, 100, 200, List.of("e"));
            List<Sequence> started = engine.start(
                    policy.tokenizer().encode("What?"),
                    params,
                    LongStream.range(0, 200).toArray());
            finish(engine, started);
            for (Sequence sequence : started) {
                ends.add(sequence.turnEnd());
                int[] tokens = sequence.turnTokens();
                assertThat(sequence.window()).isEqualTo(12);
                assertThat(tokens).doesNotContain(mask).hasSizeBetween(1, 12);
                assertThat(sequence.turnLogProbabilities()).hasSize(tokens.length);
                switch (sequence.turnEnd()) {
                    case END_OF_TURN ->
                        assertThat(Arrays.stream(tokens).filter(token -> token == end))
                                .hasSize(1)
                                .first()
                                .isEqualTo(tokens[tokens.length - 1]);
                    case STOP_STRING ->
                        assertThat(policy.tokenizer().decode(tokens)).contains("e");
                    case LENGTH -> assertThat(tokens).hasSize(12);
                }
            }
        }
        assertThat(ends).isEqualTo(EnumSet.allOf(TurnEnd.class));
    }

    @Test
    void aWindowIsNoLongerThanTheTrajectoryMayBe() {
        try (Policy policy = policy(Order.RANDOM, 5);
                Engine engine = engine(policy, 1)) {
            int[] prompt = policy.tokenizer().encode("What is 1+2?");
            var params = new SamplingParams(1, 1, 0, 100, prompt.length + 5, List.of());
            Sequence sequence = engine.start(prompt, params, 3).get(0);
            finish(engine, List.of(sequence));
            assertThat(sequence.window()).isEqualTo(5);
            assertThat(sequence.length()).isLessThanOrEqualTo(prompt.length + 5);
            engine.release(sequence);
            var none = new SamplingParams(1, 1, 0, 100, prompt.length, List.of());
            assertThatThrownBy(() -> engine.start(prompt, none, 3))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("leaves no room");
        }
    }

    @Test
    void aNextTurnHasAWindowBehindAllThatWasSaid() {
        try (Policy policy = policy(Order.CONFIDENCE, 5);
                Engine engine = engine(policy, 2)) {
            int[] prompt = policy.tokenizer().encode("What is 1+2?");
            List<Sequence> both = engine.start(prompt, PARAMS, 1, 2);
            finish(engine, both);
            int before = both.get(0).length();
            int[] observation = policy.tokenizer().encode("tool 7");
            engine.append(both.get(0), observation);
            finish(engine, List.of(both.get(0)));
            assertThat(both.get(0).length())
                    .isEqualTo(before + observation.length + both.get(0).turnTokens().length);
            assertThat(both.get(0).window()).isEqualTo(12);
        }
    }

    @Test
    void newWeightsTakeEffectBetweenPassesAndWhatIsUncoveredLaterCarriesTheNewVersion() throws Exception {
        Path other = TinyPolicy.createDiffusion(folder.resolve("other"), Order.RANDOM, 6);
        try (Policy policy = policy(Order.RANDOM, 5);
                Engine engine = engine(policy, 1)) {
            Sequence sequence =
                    engine.start(policy.tokenizer().encode("What?"), PARAMS, 1).get(0);
            engine.step();
            engine.load(other.resolve("model.safetensors"), 1);
            finish(engine, List.of(sequence));
            var versions = new HashSet<Long>();
            Arrays.stream(sequence.turnVersions()).limit(4).forEach(versions::add);
            assertThat(versions).containsExactlyInAnyOrder(0L, 1L);
            assertThat(engine.version()).isEqualTo(1);
        }
    }

    @Test
    void everyKindOfPolicyGetsTheEngineThatSamplesIt() {
        try (Policy diffusing = policy(Order.RANDOM, 5);
                Policy usual = Policy.open(TinyPolicy.create(folder.resolve("usual"), 5));
                Engine one = engine(diffusing, 1);
                Engine other = engine(usual, 1)) {
            assertThat(one).isInstanceOf(DiffusionEngine.class);
            assertThat(other).isInstanceOf(LocalEngine.class);
            assertThat(Engine.localMemory(diffusing, 4, 100).total()).isPositive();
            assertThatThrownBy(() -> new DiffusionEngine(usual, manager, 1, 100, 0))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private Policy policy(Order order, long seed) {
        return Policy.open(TinyPolicy.createDiffusion(folder.resolve("policy-" + seed), order, seed));
    }

    private Engine engine(Policy policy, int slots) {
        return Engine.local(policy, manager, slots, 200, 0);
    }

    private static void finish(Engine engine, List<Sequence> sequences) {
        var running = new HashSet<>(sequences);
        for (int pass = 0; !running.isEmpty(); pass++) {
            assertThat(pass).isLessThan(100);
            running.removeAll(Set.copyOf(engine.step()));
        }
    }
}
