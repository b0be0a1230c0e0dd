package io.troupe.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.troupe.learner.SupervisedExample.Piece;
import io.troupe.learner.SupervisedTrainer.Step;
import io.troupe.learner.schedule.Schedule;
import io.troupe.policy.Policy;
import io.troupe.policy.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisedTrainerTest {

    private static final String END = "<|im_end|>";

    @TempDir
    Path folder;

    private NDManager manager;
    private Policy policy;

    @BeforeEach
    void openPolicy() {
        manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        policy = Policy.open(TinyPolicy.create(folder.resolve("policy")));
    }

    @AfterEach
    void closePolicy() {
        policy.close();
        manager.close();
    }

    @Test
    void imitationLowersTheLossOfWhatIsLearned() {
        var steps = new ArrayList<Step>();
        try (Weights weights = policy.loadWeights(manager, true);
                var trainer = trainer(weights, 40, 1)) {
            double before = trainer.evaluate(examples());
            trainer.train(examples(), steps::add);
            assertThat(trainer.evaluate(examples())).isLessThan(before / 2);
            assertThat(steps).hasSize(40);
            assertThat(steps.get(0).loss()).isCloseTo(before, within(1.0));
        }
    }

    @Test
    void aMaskedDiffusionPolicyLearnsToFillInWhatIsMasked() {
        var steps = new ArrayList<Step>();
        try (Policy diffusing = Policy.open(TinyPolicy.createDiffusion(folder.resolve("diffusion")));
                Weights weights = diffusing.loadWeights(manager, true);
                var trainer = new SupervisedTrainer(diffusing, weights, settings(150, 1), manager)) {
            List<SupervisedExample> examples = List.of(
                    new SupervisedExample(List.of(new Piece("1+2", false), new Piece("=3" + END, true))),
                    new SupervisedExample(List.of(
                            new Piece("4+4", false),
                            new Piece("=8" + END, true),
                            new Piece("5+1", false),
                            new Piece("=6" + END, true))));
            double before = trainer.evaluate(examples);
            trainer.train(examples, steps::add);
            assertThat(trainer.evaluate(examples)).isLessThan(before / 3);
            // each of the turns has a window, whose places all count
            assertThat(steps.get(0).tokens()).isEqualTo(8L * TinyPolicy.WINDOW);
            var tooLong = new SupervisedExample(List.of(new Piece("1+2", false), new Piece("y".repeat(40), true)));
            assertThatThrownBy(() -> trainer.train(List.of(examples.get(0), tooLong), step -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(
                            "example 2: a turn of 40 tokens does not fit the policy's window of 8 places");
        }
    }

    @Test
    void theSameSeedGivesTheSameWeightsBitForBitWhicheverShardIsFirst() {
        assertThat(digestOf(2)).isEqualTo(digestOf(2));
    }

    @Test
    void shardsChangeNothingButTheOrderOfSums() {
        try (Weights one = policy.loadWeights(manager, true);
                Weights two = policy.loadWeights(manager, true);
                var alone = trainer(one, 1, 1);
                var shared = trainer(two, 1, 2)) {
            var steps = new ArrayList<Step>();
            alone.train(examples(), steps::add);
            shared.train(examples(), steps::add);
            assertThat(steps.get(1).loss()).isCloseTo(steps.get(0).loss(), within(1e-6));
            assertThat(steps.get(1).gradientNorm()).isCloseTo(steps.get(0).gradientNorm(), within(1e-5));
        }
    }

    @Test
    void anExampleThatDoesNotFitIsRefusedByNumber() {
        var tooLong = new SupervisedExample(List.of(new Piece("x ".repeat(200), false), new Piece("y", true)));
        try (Weights weights = policy.loadWeights(manager, true);
                var trainer = trainer(weights, 1, 1)) {
            assertThatThrownBy(() -> trainer.train(List.of(examples().get(0), tooLong), step -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("example 2")
                    .hasMessageContaining("96");
        }
    }

    @Test
    void aConversationIsCutIntoPiecesOfWhichAssistantsAreLearned() {
        var example = SupervisedExample.parse(
                "{\"messages\":[{\"role\":\"user\",\"content\":\"2+2?\"},"
                        + "{\"role\":\"assistant\",\"content\":\"<call>2+2</call>\"},"
                        + "{\"role\":\"tool\",\"content\":\"4\"},{\"role\":\"assistant\",\"content\":\"4!\"}]}",
                policy.chatTemplate(),
                END);
        assertThat(example.pieces())
                .containsExactly(
                        new Piece("<|im_start|>user\n2+2?<|im_end|>\n<|im_start|>assistant\n", false),
                        new Piece("<call>2+2</call><|im_end|>", true),
                        new Piece("\n<|im_start|>tool\n4<|im_end|>\n<|im_start|>assistant\n", false),
                        new Piece("4!<|im_end|>", true));
    }

    @Test
    void aPrefillIsGivenAndNotLearned() {
        var example = SupervisedExample.parse(
                "{\"messages\":[{\"role\":\"user\",\"content\":\"?\"},{\"role\":\"assistant\",\"content\":\"<think>hm\"}],"
                        + "\"prefill\":\"<think>\"}",
                policy.chatTemplate(),
                END);
        assertThat(example.pieces().get(0).text()).endsWith("assistant\n<think>");
        assertThat(example.pieces().get(1)).isEqualTo(new Piece("hm<|im_end|>", true));
    }

    @Test
    void aPromptAndACompletionAreTakenAsTheyAre() {
        assertThat(SupervisedExample.parse("{\"prompt\":\"a\",\"completion\":\"b\"}", policy.chatTemplate(), END)
                        .pieces())
                .containsExactly(new Piece("a", false), new Piece("b<|im_end|>", true));
    }

    @Test
    void aLineThatIsNoExampleSaysWhatIsMissing() {
        for (String line :
                List.of("{", "{}", "{\"prompt\":\"a\"}", "{\"messages\":[]}", "{\"messages\":[{\"role\":1}]}")) {
            assertThatThrownBy(() -> SupervisedExample.parse(line, policy.chatTemplate(), END))
                    .as(line)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private String digestOf(int shards) {
        try (Weights weights = policy.loadWeights(manager, true);
                var trainer = trainer(weights, 10, shards)) {
            trainer.train(examples(), step -> {});
            return weights.digest();
        }
    }

    private SupervisedTrainer trainer(Weights weights, int steps, int shards) {
        return new SupervisedTrainer(policy, weights, settings(steps, shards), manager);
    }

    private static SupervisedTrainer.Settings settings(int steps, int shards) {
        var schedule = new Schedule(Schedule.Shape.CONSTANT, 1e-2, 0, 100, 1);
        return new SupervisedTrainer.Settings(steps, 8, schedule, 0.01, 1, 512, shards, 3);
    }

    private static List<SupervisedExample> examples() {
        var examples = new ArrayList<SupervisedExample>();
        for (int i = 0; i < 8; i++) {
            examples.add(new SupervisedExample(
                    List.of(new Piece("What is " + i + "+1?", false), new Piece("" + (i + 1) + END, true))));
        }
        return examples;
    }
}
