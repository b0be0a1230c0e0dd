package io.troupe.actors.bench;

import ai.djl.ndarray.NDManager;
import io.troupe.learner.Learner;
import io.troupe.learner.LearnerSettings;
import io.troupe.learner.OptimizerState;
import io.troupe.learner.objective.ObjectivePresets;
import io.troupe.learner.schedule.Schedule;
import io.troupe.policy.Arithmetic;
import io.troupe.policy.Attention;
import io.troupe.policy.Computation;
import io.troupe.policy.ComputeDevice;
import io.troupe.policy.Decoder;
import io.troupe.policy.LoraSettings;
import io.troupe.policy.PackedRows;
import io.troupe.policy.Policy;
import io.troupe.policy.Weights;
import io.troupe.proto.v1.ChatMessage;
import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Outcome;
import io.troupe.proto.v1.Segment;
import io.troupe.proto.v1.Source;
import io.troupe.proto.v1.Trajectory;
import io.troupe.proto.v1.Verdict;
import io.troupe.rollout.LocalEngine;
import io.troupe.rollout.SamplingParams;
import io.troupe.rollout.Sequence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Samples from a policy and trains it, as a run does, in one precision after another: how fast, in how much memory, and how far the log-probabilities of the
 * same tokens lie apart.
 *
 * <p>The tokens that are trained on and compared are those that the first precision sampled. Not thread-safe; what it needs lives while {@link #measure} runs.
 */
public final class PrecisionBenchmark {

    /**
     * What is measured.
     *
     * @param policy the policy's directory or file
     * @param device where
     * @param lora the adapters to train, or null for all weights
     * @param prompt one user's message
     * @param sequences how many are sampled at once, and trained on as one group; at least 2
     * @param tokens the most that are sampled of each
     * @param microBatchTokens the cells of one training pass
     * @param checkpointing whether layers are computed twice
     * @param repeats how often everything is timed; medians are reported
     */
    public record Settings(
            Path policy,
            ComputeDevice device,
            @Nullable LoraSettings lora,
            String prompt,
            int sequences,
            int tokens,
            int microBatchTokens,
            boolean checkpointing,
            int repeats) {}

    /**
     * What came of it in one precision.
     *
     * @param numbers the precision
     * @param sampled how fast tokens are sampled, the prompt's pass included
     * @param trained how fast tokens of the trajectories, prompts once, are trained on
     * @param samplingMemory bytes of memory that sampling added at its height; empty after the first precision, where the system does not tell, or an
     *     accelerator computes
     * @param samplingEstimate what was reckoned before
     * @param trainingMemory the same for training
     * @param trainingEstimate what was reckoned before
     * @param toFirst log-probabilities under this precision's learner against those under the first's; of the same tokens
     * @param toSampler this precision's learner against its own sampler, of the tokens that it sampled
     */
    public record Measurement(
            Computation numbers,
            Speed sampled,
            Speed trained,
            OptionalLong samplingMemory,
            long samplingEstimate,
            OptionalLong trainingMemory,
            long trainingEstimate,
            Drift toFirst,
            Drift toSampler) {}

    private record Sampled(int[] prompt, List<int[]> turns, List<float[]> logProbabilities, Speed speed) {}

    private static final double LEARNING_RATE = 1e-6;

    private final Settings settings;
    private final Watch.Clock clock;
    private @Nullable Sampled first;
    private double @Nullable [] firstScores;
    private OptionalLong before = OptionalLong.empty();

    /** A benchmark that is timed by a clock. */
    public PrecisionBenchmark(Settings settings, Watch.Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /** Measures one precision. The first call's is the one that later ones are compared with. */
    public Measurement measure(Computation numbers) {
        var arithmetic = new Arithmetic(numbers, Attention.FUSED);
        begin();
        try (Policy policy = Policy.openForTraining(settings.policy(), arithmetic, settings.lora(), 1)) {
            policy.requireAutoregressive("`troupe bench precision`");
            int[] prompt = policy.tokenizer()
                    .encode(policy.chatTemplate()
                            .open(List.of(ChatMessage.newBuilder()
                                    .setRole("user")
                                    .setContent(settings.prompt())
                                    .build())));
            int longest = prompt.length + settings.tokens();
            Sampled own = sample(policy, prompt);
            OptionalLong samplingMemory = added();
            Sampled trainedOn = first == null ? own : first;
            first = trainedOn;
            double[] ofFirst = scores(policy, trainedOn);
            double[] reference = firstScores == null ? ofFirst : firstScores;
            firstScores = reference;
            LearnerSettings learning = learning(longest);
            ResidentMemory.forgetPeak();
            Speed trained = train(policy, learning, trainedOn);
            return new Measurement(
                    numbers,
                    own.speed(),
                    trained,
                    samplingMemory,
                    LocalEngine.memory(policy, settings.sequences(), longest).total(),
                    added(),
                    Learner.memory(policy, learning, (long) longest * settings.sequences())
                            .device()
                            .total(),
                    Drift.between(ofFirst, reference),
                    Drift.between(scores(policy, own), recorded(own)));
        }
    }

    private void begin() {
        System.gc();
        ResidentMemory.forgetPeak();
        boolean alone = first == null; // memory that an earlier precision gave back may still be this process's
        before = alone && !settings.device().isAccelerator() ? ResidentMemory.now() : OptionalLong.empty();
    }

    private OptionalLong added() {
        OptionalLong peak = ResidentMemory.peak();
        return before.isPresent() && peak.isPresent()
                ? OptionalLong.of(peak.getAsLong() - before.getAsLong())
                : OptionalLong.empty();
    }

    private Sampled sample(Policy policy, int[] prompt) {
        int longest = prompt.length + settings.tokens();
        var sampling = new SamplingParams(1, 1, 0, settings.tokens(), longest, List.of());
        var turns = new ArrayList<int[]>();
        var logProbabilities = new ArrayList<float[]>();
        var speeds = new ArrayList<Speed>();
        try (NDManager manager = settings.device().newManager();
                var engine = new LocalEngine(policy, manager, settings.sequences(), longest, 0)) {
            for (int repeat = 0; repeat < settings.repeats(); repeat++) {
                var watch = new Watch(clock);
                long tokens = engine.tokensSampled();
                long[] seeds = LongStream.range(0, settings.sequences()).toArray();
                List<Sequence> sequences = engine.start(prompt, sampling, seeds);
                while (engine.hasWork()) {
                    engine.step();
                }
                speeds.add(watch.speed(engine.tokensSampled() - tokens));
                for (Sequence sequence : sequences) {
                    if (repeat == 0) {
                        turns.add(sequence.turnTokens());
                        logProbabilities.add(sequence.turnLogProbabilities());
                    }
                    engine.release(sequence);
                }
            }
        }
        return new Sampled(prompt, turns, logProbabilities, Speed.median(speeds));
    }

    private Speed train(Policy policy, LearnerSettings learning, Sampled sampled) {
        Group group = group(sampled);
        int tokens = sampled.prompt().length
                + sampled.turns().stream().mapToInt(turn -> turn.length).sum();
        var speeds = new ArrayList<Speed>();
        try (NDManager manager = settings.device().newManager();
                var learner = new Learner(policy, learning, manager)) {
            for (int repeat = 0; repeat < settings.repeats(); repeat++) {
                var watch = new Watch(clock);
                learner.update(List.of(group));
                speeds.add(watch.speed(tokens));
            }
        }
        return Speed.median(speeds);
    }

    private LearnerSettings learning(int longest) {
        return new LearnerSettings(
                ObjectivePresets.named("grpo"),
                new Schedule(Schedule.Shape.CONSTANT, LEARNING_RATE, 0, settings.repeats(), 1),
                0.9,
                0.95,
                1e-8,
                0,
                1,
                1,
                1,
                settings.microBatchTokens(),
                settings.checkpointing(),
                OptimizerState.DEVICE,
                longest,
                Double.POSITIVE_INFINITY,
                1);
    }

    /** Every second trajectory counts as right, so that all of them have an advantage. */
    private static Group group(Sampled sampled) {
        var group = Group.newBuilder().setTemperature(1);
        for (int i = 0; i < sampled.turns().size(); i++) {
            int[] turn = sampled.turns().get(i);
            var prompt = Segment.newBuilder().setSource(Source.SOURCE_PROMPT);
            Arrays.stream(sampled.prompt()).forEach(prompt::addTokenIds);
            var spoken = Segment.newBuilder().setSource(Source.SOURCE_POLICY);
            for (int t = 0; t < turn.length; t++) {
                spoken.addTokenIds(turn[t])
                        .addLogProbabilities(sampled.logProbabilities().get(i)[t])
                        .addPolicyVersions(0);
            }
            group.addTrajectories(Trajectory.newBuilder()
                    .setIndex(i)
                    .addSegments(prompt)
                    .addSegments(spoken)
                    .setVerdict(Verdict.newBuilder()
                            .setReward(i % 2)
                            .setOutcome(i % 2 == 1 ? Outcome.OUTCOME_CORRECT : Outcome.OUTCOME_WRONG)));
        }
        return group.build();
    }

    /** The log-probabilities of all sampled tokens, as a learner computes them from weights that train. */
    private double[] scores(Policy policy, Sampled sampled) {
        var scores = new ArrayList<Float>();
        try (NDManager manager = settings.device().newManager();
                Weights weights = policy.loadWeights(manager, true);
                Decoder decoder = policy.newDecoder(manager, sampled.prompt().length + settings.tokens())) {
            for (int[] turn : sampled.turns()) {
                int[] prompt = sampled.prompt();
                int[] all = IntStream.concat(Arrays.stream(prompt), Arrays.stream(turn))
                        .toArray();
                try (NDManager scope = manager.newSubManager()) {
                    float[] both = decoder.score(scope, weights, PackedRows.sequence(all), 1, false)
                            .toFloatArray();
                    for (int t = 0; t < turn.length; t++) {
                        scores.add(both[prompt.length - 1 + t]);
                    }
                }
            }
        }
        return scores.stream().mapToDouble(Float::doubleValue).toArray();
    }

    private static double[] recorded(Sampled sampled) {
        return sampled.logProbabilities().stream()
                .flatMapToDouble(turn -> IntStream.range(0, turn.length).mapToDouble(t -> turn[t]))
                .toArray();
    }
}
