package io.troupe.rollout;

import io.troupe.proto.v1.Sampling;
import java.util.List;

/**
 * How a turn is sampled.
 *
 * @param temperature divides the logits, positive
 * @param topP nucleus bound in (0, 1]; 1 keeps all tokens
 * @param topK how many of the likeliest tokens to keep; 0 keeps all
 * @param maxTurnTokens the most tokens of one turn
 * @param maxTrajectoryTokens the most tokens of a whole trajectory, given ones included
 * @param stop strings that end a turn
 */
public record SamplingParams(
        double temperature, double topP, int topK, int maxTurnTokens, int maxTrajectoryTokens, List<String> stop) {

    /** Checks the ranges. */
    public SamplingParams {
        require(temperature > 0, "temperature must be positive: " + temperature);
        require(topP > 0 && topP <= 1, "top-p must be in (0, 1]: " + topP);
        require(topK >= 0, "top-k must not be negative: " + topK);
        require(maxTurnTokens > 0, "the tokens of a turn must be at least 1: " + maxTurnTokens);
        require(maxTrajectoryTokens > 1, "the tokens of a trajectory must be at least 2: " + maxTrajectoryTokens);
        stop = List.copyOf(stop);
    }

    /** From the message of the protocol. */
    public static SamplingParams of(Sampling message) {
        return new SamplingParams(
                message.getTemperature(),
                message.getTopP(),
                message.getTopK(),
                message.getMaxTurnTokens(),
                message.getMaxTrajectoryTokens(),
                message.getStopList());
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
