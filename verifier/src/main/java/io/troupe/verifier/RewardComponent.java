package io.troupe.verifier;

/**
 * A named part of a reward.
 *
 * @param name what was measured, such as {@code format}
 * @param value its contribution, already weighted; finite
 */
public record RewardComponent(String name, double value) {
    public RewardComponent {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("reward component " + name + " must be finite, not " + value);
        }
    }
}
