package io.troupe.learner.objective;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Objectives that are put together at random, part by part. */
final class RandomObjectives {

    private static final @Nullable Object[][] CHOICES = {
        {
            "weight.form",
            "none",
            "none",
            "literal",
            "centred-slope",
            "outer-slope",
            "centred-divisor",
            "log-probability",
            "linear"
        },
        {"weight.alpha", 2.0, 0.3, 0.9},
        {"weight.tau", 9.0, 5.0},
        {"weight.mu", 0.25, 0.4},
        {"weight.lower", 0.0, 0.4, 1.0},
        {"weight.upper", 1.4, 2.0},
        {"weight.reversed", false, false, true},
        {"weight.placement", "outside", "outside", "inside"},
        {"weight.probability", "current", "behaviour"},
        {"weight.side", "all", "all", "positive", "negative"},
        {
            "trust-region.kind",
            "clip",
            "none",
            "clipped-weight",
            "flipped-clip",
            "divergence-tv",
            "divergence-kl",
            "divergence-top-k-tv",
            "divergence-top-k-kl",
            "likelihood"
        },
        {"trust-region.level", "token", "token", "sequence"},
        {"trust-region.clip-low", 0.2, 0.02, 1.0},
        {"trust-region.clip-high", 0.2, 0.03, 0.8},
        {"trust-region.dual-clip", null, null, 1.3, 3.0},
        {"trust-region.divergence-low", 0.15, 0.01},
        {"trust-region.divergence-high", 0.15, 0.02},
        {"trust-region.ratio-cap", null, null, 1.1, 20.0},
        {"off-policy.kind", "decoupled", "none"},
        {"off-policy.level", "token", "sequence"},
        {"off-policy.cap", null, 1.2, 2.0},
        {"off-policy.beyond", "truncate", "mask"},
        {"off-policy.floor", null, 0.5, 0.9},
        {"regulariser.kl-coefficient", 0.0, 0.1},
        {"regulariser.kl-form", "k3", "weighted-k3", "k2", "sequence-k2"},
        {"regulariser.reference", "initial"},
        {"regulariser.entropy-coefficient", 0.0, 0.02},
        {"aggregation.kind", "token-mean", "sequence-mean-token-sum", "sequence-mean-token-mean", "constant-length"},
        {"aggregation.constant-length", null, 7},
        {"selection.kind", "all", "with-advantage"},
    };

    private RandomObjectives() {}

    /** A random choice of every part, unless that combination is refused. */
    static Optional<ObjectiveSettings> draw(SplittableRandom random) {
        Map<String, @Nullable Object> changes = new LinkedHashMap<>();
        for (var choice : CHOICES) {
            changes.put(String.valueOf(choice[0]), choice[1 + random.nextInt(choice.length - 1)]);
        }
        try {
            return Optional.of(ObjectivePresets.named("grpo").with(changes));
        } catch (ObjectiveSettingsException refused) {
            return Optional.empty();
        }
    }

    /** The next random choice that is not refused. */
    static ObjectiveSettings next(SplittableRandom random) {
        while (true) {
            var settings = draw(random);
            if (settings.isPresent()) {
                return settings.get();
            }
        }
    }
}
