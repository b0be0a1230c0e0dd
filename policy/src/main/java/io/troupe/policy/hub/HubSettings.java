package io.troupe.policy.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a hub is reached, in the environment variables that all of its clients know.
 *
 * @param endpoint {@code HF_ENDPOINT}: the hub's address
 * @param cache {@code HF_HUB_CACHE}, else {@code HF_HOME/hub}: where files are kept
 * @param token {@code HF_TOKEN}, else the file {@code HF_HOME/token}: who asks; null for nobody
 * @param offline {@code HF_HUB_OFFLINE}: use what is in the cache and ask nobody
 * @param patience how long a server may send nothing
 * @param attempts how often a request is tried before it fails
 */
public record HubSettings(
        URI endpoint, Path cache, @Nullable String token, boolean offline, Duration patience, int attempts) {

    private static final String ENDPOINT = "https://huggingface.co";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int ATTEMPTS = 5;

    /** What the environment says. */
    public static HubSettings of(Map<String, String> environment) {
        String home = given(environment, "HF_HOME");
        Path folder = home != null ? Path.of(home) : Path.of(System.getProperty("user.home"), ".cache", "huggingface");
        String cache = given(environment, "HF_HUB_CACHE");
        String endpoint = given(environment, "HF_ENDPOINT");
        String offline = given(environment, "HF_HUB_OFFLINE");
        String address = endpoint == null ? ENDPOINT : endpoint;
        try {
            return new HubSettings(
                    URI.create(address.endsWith("/") ? address.substring(0, address.length() - 1) : address),
                    cache == null ? folder.resolve("hub") : Path.of(cache),
                    token(environment, folder),
                    offline != null && !offline.equals("0") && !offline.equalsIgnoreCase("false"),
                    PATIENCE,
                    ATTEMPTS);
        } catch (IllegalArgumentException e) {
            throw new HubException("HF_ENDPOINT = " + address + " is no address: " + e.getMessage(), e);
        }
    }

    private static @Nullable String token(Map<String, String> environment, Path home) {
        String token = given(environment, "HF_TOKEN");
        Path file = home.resolve("token");
        if (token != null || !Files.isReadable(file)) {
            return token;
        }
        try {
            String kept = Files.readString(file).strip();
            return kept.isEmpty() ? null : kept;
        } catch (IOException e) {
            throw new HubException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static @Nullable String given(Map<String, String> environment, String name) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? null : value.strip();
    }
}
