package io.troupe.actors.config;

import static io.troupe.actors.config.SettingsException.require;

import io.troupe.rollout.remote.RemoteSettings;
import io.troupe.rollout.remote.ServerKind;
import io.troupe.rollout.remote.WeightRoute;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code rollout.remote}: the inference servers that sample, if {@code rollout.engine} is remote.
 *
 * @param urls their addresses
 * @param dialect which program they are
 * @param model the model's name in requests, or null for the first that a server offers
 * @param apiKeyEnv the environment variable that holds their key, or null
 * @param timeout the longest that a request may take
 * @param retries how often a request is sent again
 * @param maxConcurrent requests in flight at a server
 * @param weights how new weights reach them
 * @param sharedDirectory where new weights are written for them to read, or null
 * @param allowReencoding whether text may be turned into tokens again
 */
public record RemoteEngineSettings(
        List<String> urls,
        ServerKind dialect,
        @Nullable String model,
        @Nullable String apiKeyEnv,
        Duration timeout,
        int retries,
        int maxConcurrent,
        WeightRoute weights,
        @Nullable String sharedDirectory,
        boolean allowReencoding) {

    public RemoteEngineSettings {
        urls = List.copyOf(urls);
        for (String url : urls) {
            require(url.matches("https?://[^/?#\\s]+/?"), "urls", url, "expected http://HOST:PORT, without a path");
        }
        require(timeout.toMillis() > 0, "timeout", timeout.toMillis() + "ms", "expected more than 0");
        require(retries >= 0, "retries", retries, "expected 0 or more");
        require(maxConcurrent >= 1, "max-concurrent", maxConcurrent, "expected at least 1");
    }

    /**
     * The settings as the engine has them.
     *
     * @param environment of the process, for the key
     * @throws IllegalArgumentException if something is missing that a remote engine needs
     */
    public RemoteSettings servers(Map<String, String> environment) {
        String key = apiKeyEnv == null ? null : environment.get(apiKeyEnv);
        if (apiKeyEnv != null && key == null) {
            throw new IllegalArgumentException("rollout.remote.api-key-env names " + apiKeyEnv
                    + ", and the environment has no such variable — set it, or set the key to null");
        }
        if (weights != WeightRoute.NONE && sharedDirectory == null) {
            throw new IllegalArgumentException(
                    "rollout.remote.shared-directory is null — name a directory that the servers can read too");
        }
        return new RemoteSettings(
                urls.stream().map(URI::create).toList(),
                dialect,
                model,
                key,
                timeout,
                retries,
                maxConcurrent,
                weights,
                sharedDirectory == null ? null : Path.of(sharedDirectory),
                allowReencoding);
    }
}
