package io.troupe.rollout.remote;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which servers sample, and how they are dealt with.
 *
 * @param servers their addresses, without a path; all serve the same model
 * @param kind which program they are
 * @param model the model's name in requests; null takes the first that a server offers
 * @param apiKey sent as a bearer token, or null
 * @param timeout the longest that a request may take
 * @param retries how often a request is sent again after a failure that may pass
 * @param maxConcurrent requests in flight at a server
 * @param weights how new weights reach them
 * @param sharedDirectory where new weights are written for them to read; null without a route
 * @param allowReencoding whether text may be turned into tokens again where the server gives no token ids
 */
public record RemoteSettings(
        List<URI> servers,
        ServerKind kind,
        @Nullable String model,
        @Nullable String apiKey,
        Duration timeout,
        int retries,
        int maxConcurrent,
        WeightRoute weights,
        @Nullable Path sharedDirectory,
        boolean allowReencoding) {

    /** Copies the list. */
    public RemoteSettings {
        servers = List.copyOf(servers);
    }

    @Override
    public String toString() {
        return "RemoteSettings" + servers + " " + kind; // the key stays out of logs
    }
}
