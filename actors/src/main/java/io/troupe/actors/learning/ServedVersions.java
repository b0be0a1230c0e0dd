package io.troupe.actors.learning;

import io.troupe.actors.weights.Endpoint;
import io.troupe.actors.weights.WeightServer;
import io.troupe.proto.v1.PolicyVersion;
import io.troupe.proto.v1.WeightManifest;
import java.io.IOException;
import java.nio.file.Files;

/**
 * Serves versions to other nodes. An announcement names this server and those that have fetched the version from it. Not thread-safe.
 */
public final class ServedVersions implements PolicyOutlet {

    private final WeightServer server;

    /** @param server stays the caller's */
    public ServedVersions(WeightServer server) {
        this.server = server;
    }

    @Override
    public PolicyVersion offer(VersionFile version) {
        server.serve(version.manifest(), version.file());
        WeightManifest.Builder weights =
                version.policy().getWeights().toBuilder().clearSources();
        weights.setOrigin(server.address().toString())
                .addSources(server.address().toString());
        for (Endpoint holder : server.holders(version.version())) {
            weights.addSources(holder.toString());
        }
        return version.policy().toBuilder().setWeights(weights).build();
    }

    @Override
    public void retire(VersionFile version) throws IOException {
        server.withdraw(version.version());
        Files.deleteIfExists(version.file());
    }
}
