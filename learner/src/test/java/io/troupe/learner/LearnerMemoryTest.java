package io.troupe.learner;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.learner.critic.CriticSettings;
import io.troupe.learner.critic.TokenCritic;
import io.troupe.learner.objective.ObjectivePresets;
import io.troupe.learner.objective.ObjectiveSettings;
import io.troupe.learner.schedule.Schedule;
import io.troupe.policy.Arithmetic;
import io.troupe.policy.LoraSettings;
import io.troupe.policy.MemoryEstimate;
import io.troupe.policy.MemoryEstimate.Part;
import io.troupe.policy.ModelConfig;
import io.troupe.policy.Policy;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LearnerMemoryTest {

    private static final int BATCH_TOKENS = 5000;

    @TempDir
    Path folder;

    @Test
    void aCriticIsCountedWhereItsArraysAre() {
        Path policy = TinyPolicy.create(folder.resolve("policy"));
        var etpo = ObjectivePresets.named("etpo");
        // GRPO with the same reference policy has everything but the critic
        var pulled = ObjectivePresets.named("grpo").with(Map.of("regulariser.reference", "initial"));

        LearnerMemory with = memory(policy, etpo, null);
        LearnerMemory without = memory(policy, pulled, null);

        ModelConfig config = config(policy);
        int hidden = config.hiddenSize();
        var critic = new TokenCritic(CriticSettings.NONE, config.vocabularySize(), hidden);
        long table = (long) critic.rows().length * Float.BYTES;
        assertThat(without.heap().parts()).isEmpty();
        assertThat(with.heap().parts())
                .extracting(Part::bytes)
                .containsExactly(4 * table + 2 * table, 2L * BATCH_TOKENS * hidden * Float.BYTES);
        long onDevice = with.device().total() - without.device().total();
        assertThat(onDevice).isGreaterThan(table);
        assertThat(part(with.device(), "the initial policy"))
                .isEqualTo(part(without.device(), "the initial policy"))
                .isPositive();
    }

    @Test
    void adaptersAreTheirOwnReferenceBesideACriticToo() {
        Path policy = TinyPolicy.create(folder.resolve("policy"));
        var adapters = new LoraSettings(2, 4, LoraSettings.LAYERS, false);

        LearnerMemory memory = memory(policy, ObjectivePresets.named("etpo"), adapters);

        assertThat(part(memory.device(), "the initial policy")).isZero();
        assertThat(memory.heap().total()).isPositive();
    }

    private static ModelConfig config(Path directory) {
        try (Policy policy = Policy.open(directory)) {
            return policy.config();
        }
    }

    private static long part(MemoryEstimate estimate, String beginning) {
        return estimate.parts().stream()
                .filter(part -> part.what().startsWith(beginning))
                .mapToLong(Part::bytes)
                .sum();
    }

    private static LearnerMemory memory(Path directory, ObjectiveSettings objective, @Nullable LoraSettings lora) {
        var settings = new LearnerSettings(
                objective,
                new Schedule(Schedule.Shape.CONSTANT, 1e-3, 0, 10, 1),
                0.9,
                0.95,
                1e-8,
                0,
                1,
                1,
                1,
                200,
                false,
                OptimizerState.DEVICE,
                96,
                Double.POSITIVE_INFINITY,
                1);
        try (Policy policy = Policy.openForTraining(directory, Arithmetic.SINGLE, lora, 5)) {
            return Learner.memory(policy, settings, BATCH_TOKENS);
        }
    }
}
