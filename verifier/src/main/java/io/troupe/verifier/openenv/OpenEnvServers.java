package io.troupe.verifier.openenv;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The servers of a family, to which episodes are given in turn. Safe for any thread. */
final class OpenEnvServers {

    private final List<OpenEnvServer> servers;
    private final Duration patience;
    private final int sessions;
    private final AtomicInteger next = new AtomicInteger();

    OpenEnvServers(OpenEnvOptions options) {
        patience = Duration.ofNanos((long) (options.timeoutSeconds() * 1e9));
        sessions = options.sessions();
        HttpClient http = HttpClient.newBuilder().connectTimeout(patience).build();
        servers = options.urls().stream()
                .map(url -> new OpenEnvServer(url, http, options))
                .toList();
    }

    void greet() {
        servers.forEach(OpenEnvServer::greet);
    }

    /** A server with a free session, which is taken. */
    OpenEnvServer enter() {
        int first = Math.floorMod(next.getAndIncrement(), servers.size());
        for (int i = 0; i < servers.size(); i++) {
            OpenEnvServer server = servers.get((first + i) % servers.size());
            if (server.enter()) {
                return server;
            }
        }
        OpenEnvServer server = servers.get(first);
        if (server.enterWithin(patience)) {
            return server;
        }
        throw new OpenEnvException("no session became free at " + server.url() + " within " + patience.toMillis()
                + " ms: options.sessions is " + sessions
                + "; raise it if the server keeps episodes apart, or name more servers in options.urls");
    }
}
