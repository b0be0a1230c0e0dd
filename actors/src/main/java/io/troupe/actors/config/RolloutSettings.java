package io.troupe.actors.config;

import static io.troupe.actors.config.SettingsException.require;

import io.troupe.policy.ComputeDevice;
import java.time.Duration;
import java.util.List;

/**
 * The section {@code rollout}: how groups are sampled.
 *
 * @param groupSize trajectories a group
 * @param temperature softmax temperature
 * @param topP the smallest set of tokens whose probability reaches this; 1 keeps all
 * @param topK the k most likely tokens; 0 keeps all
 * @param maxTurnTokens the most tokens the policy samples in a turn
 * @param maxTrajectoryTokens the most tokens of a trajectory, prompt and observations included
 * @param maxTurns the most turns of an episode
 * @param workers rollout workers in this process
 * @param slots trajectories that a worker samples at once
 * @param device where a worker samples: auto, cpu or cuda:N
 * @param leaseTimeout after this a group that was not delivered is leased again
 * @param maxAttempts leases of a group before it is discarded
 * @param stop strings that end a turn, besides the policy's own end-of-turn tokens
 * @param engine who samples
 * @param remote the servers, if they do
 */
public record RolloutSettings(
        int groupSize,
        double temperature,
        double topP,
        int topK,
        int maxTurnTokens,
        int maxTrajectoryTokens,
        int maxTurns,
        int workers,
        int slots,
        String device,
        Duration leaseTimeout,
        int maxAttempts,
        List<String> stop,
        RolloutEngine engine,
        RemoteEngineSettings remote) {
    public RolloutSettings {
        stop = List.copyOf(stop);
        require(groupSize >= 2, "group-size", groupSize, "expected at least 2: an advantage compares trajectories");
        require(temperature > 0 && temperature <= 10, "temperature", temperature, "expected a number in (0, 10]");
        require(topP > 0 && topP <= 1, "top-p", topP, "expected a number in (0, 1]");
        require(topK >= 0, "top-k", topK, "expected a number of tokens, or 0 for all");
        require(maxTurnTokens >= 1, "max-turn-tokens", maxTurnTokens, "expected at least 1");
        require(
                maxTrajectoryTokens >= maxTurnTokens,
                "max-trajectory-tokens",
                maxTrajectoryTokens,
                "expected at least rollout.max-turn-tokens = " + maxTurnTokens);
        require(maxTurns >= 1, "max-turns", maxTurns, "expected at least 1");
        require(workers >= 1, "workers", workers, "expected at least 1");
        require(slots >= groupSize, "slots", slots, "expected at least rollout.group-size = " + groupSize);
        requireDevice(device);
        require(leaseTimeout.toMillis() > 0, "lease-timeout", leaseTimeout.toMillis() + "ms", "expected more than 0");
        require(maxAttempts >= 1, "max-attempts", maxAttempts, "expected at least 1");
        require(stop.stream().noneMatch(String::isEmpty), "stop", stop, "an empty string would end every turn at once");
        boolean remotely = engine == RolloutEngine.REMOTE;
        require(
                !remotely || !remote.urls().isEmpty(),
                "remote.urls",
                "[]",
                "expected the addresses of inference servers");
        require(
                !remotely || workers == 1,
                "workers",
                workers,
                "expected 1 with engine = remote; raise slots and remote.max-concurrent instead");
    }

    /** Where a worker samples. */
    public ComputeDevice computeDevice() {
        return new ComputeDevice(device);
    }

    /** Checks what a section says of its device. */
    static void requireDevice(String device) {
        require(ComputeDevice.isName(device), "device", "\"" + device + "\"", "expected auto, cpu or cuda:N");
    }
}
