package io.troupe.actors.node;

import io.troupe.actors.config.SettingsLoader;
import io.troupe.actors.config.SettingsText;
import io.troupe.actors.config.TroupeSettings;
import io.troupe.policy.BpeTrainer;
import io.troupe.policy.Diffusion;
import io.troupe.policy.NewPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Plans of runs that take seconds: a policy of a few thousand parameters that knows nothing, and a family of its measure. */
final class TinyRun {

    private TinyRun() {}

    /** Makes a policy and a folder of plug-ins that can be used by several runs. */
    static void prepare(Path home) throws IOException {
        createPolicy(policy(home), 3);
        PluginFolder.create(plugins(home));
    }

    static void createPolicy(Path folder, long seed) throws IOException {
        new NewPolicy(new BpeTrainer.Settings(300, 2, 1e-3), 16, 32, 2, 2, 96, seed)
                .create(folder, List.of("Say 1. Say 2. Say 3.", "one two three"));
    }

    /** Puts a policy of another seed in the place of the usual one. */
    static void replacePolicy(Path home, long seed) throws IOException {
        Files.move(policy(home), home.resolve("usual"));
        createPolicy(policy(home), seed);
    }

    /** Puts a masked diffusion policy in the place of the usual one. */
    static void prepareDiffusion(Path home) throws IOException {
        prepare(home);
        Path usual = policy(home);
        Files.move(usual, home.resolve("usual"));
        new NewPolicy(
                        new BpeTrainer.Settings(300, 2, 1e-3),
                        16,
                        32,
                        2,
                        2,
                        96,
                        3,
                        new NewPolicy.Denoising(6, 3, 2, Diffusion.Order.CONFIDENCE))
                .create(usual, List.of("Say 1. Say 2. Say 3.", "one two three"));
    }

    static RunPlan plan(Path home, Path directory, boolean resume, String... overrides) {
        SettingsLoader loader = new SettingsLoader()
                .set("tasks=[{family=\"" + ParityFamily.ID + "\"}]")
                .set("verifier.plugins=\"" + plugins(home) + "\"")
                .set("verifier.workers=2")
                .set("rollout.group-size=4")
                .set("rollout.slots=16")
                .set("rollout.max-turn-tokens=6")
                .set("rollout.max-trajectory-tokens=64")
                .set("train.steps=4")
                .set("train.batch-groups=3")
                .set("train.learning-rate=0.01")
                .set("train.checkpoint-every=2")
                .set("evaluation.tasks=8")
                .set("debug.check-logprobs=true");
        for (String override : overrides) {
            loader.set(override);
        }
        TroupeSettings settings = loader.load().settings();
        return new RunPlan(settings, directory, policy(home), resume, SettingsText.of(settings));
    }

    static Path policy(Path home) {
        return home.resolve("policy");
    }

    private static Path plugins(Path home) {
        return home.resolve("plugins");
    }
}
