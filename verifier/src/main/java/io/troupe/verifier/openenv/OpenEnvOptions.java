package io.troupe.verifier.openenv;

import io.troupe.verifier.OptionDefault;
import io.troupe.verifier.OptionsException;
import java.net.URI;
import java.util.List;

/**
 * How a server is spoken to.
 *
 * @param urls the servers' addresses, such as {@code http://localhost:8000}; episodes are spread over them
 * @param sessions how many episodes a server keeps apart by {@code episode_id}; 1 for one that has a single state
 * @param action the field of the action that takes the policy's words, as a path such as {@code message}
 * @param observation the field of the observation that the policy sees, as a path; empty for the whole observation as JSON
 * @param system instructions that go before the first observation; none if empty
 * @param successThreshold the sum of an episode's rewards from which on it counts as correct
 * @param timeoutSeconds how long a server may take for a request
 * @param maxResponseBytes what a server may answer at most
 */
public record OpenEnvOptions(
        List<String> urls,
        @OptionDefault("1") int sessions,
        @OptionDefault("message") String action,
        @OptionDefault("\"\"") String observation,
        @OptionDefault("\"\"") String system,
        @OptionDefault("1.0") double successThreshold,
        @OptionDefault("10") double timeoutSeconds,
        @OptionDefault("1048576") int maxResponseBytes) {

    /** Refuses what cannot be meant. */
    public OpenEnvOptions {
        urls = List.copyOf(urls);
        if (urls.isEmpty()) {
            throw new OptionsException("urls = []: expected at least one address");
        }
        for (String url : urls) {
            requireAddress(url);
        }
        if (sessions < 1) {
            throw new OptionsException("sessions = " + sessions + ": expected at least 1");
        }
        if (action.isBlank()) {
            throw new OptionsException("action = \"\": expected the field that takes the policy's words");
        }
        if (!(timeoutSeconds > 0)) {
            throw new OptionsException("timeout-seconds = " + timeoutSeconds + ": expected a number > 0");
        }
        if (maxResponseBytes < 1) {
            throw new OptionsException("max-response-bytes = " + maxResponseBytes + ": expected at least 1");
        }
    }

    private static void requireAddress(String url) {
        try {
            URI address = URI.create(url);
            if (address.getHost() != null && List.of("http", "https").contains(address.getScheme())) {
                return;
            }
        } catch (IllegalArgumentException e) {
            throw new OptionsException("urls: " + url + " is no address: " + e.getMessage(), e);
        }
        throw new OptionsException("urls: " + url + " is no address such as http://localhost:8000");
    }
}
