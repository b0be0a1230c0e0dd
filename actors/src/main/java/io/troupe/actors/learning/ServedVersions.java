package io.troupe.actors.learning;

import io.troupe.actors.weights.Endpoint;
import io.troupe.actors.weights.WeightServer;
import io.troupe.proto.v1.PolicyVersion;
import io.troupe.proto.v1.WeightManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Serves versions to other nodes too, and keeps some for a while after no worker needs them, so that what a node has can be the base of a delta. An announcement
 * names this server and those that have fetched the version from it. Not thread-safe.
 */
public final class ServedVersions implements PolicyOutlet {

    private final WeightServer server;
    private final int kept;
    private final Deque<VersionFile> retired = new ArrayDeque<>();

    /**
     * An outlet.
     *
     * @param server stays the caller's
     * @param kept how many versions stay after they have been retired
     */
    public ServedVersions(WeightServer server, int kept) {
        this.server = server;
        this.kept = kept;
    }

    @Override
    public PolicyVersion offer(VersionFile version) {
        retired.removeIf(earlier -> earlier.version() == version.version());
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
        retired.add(version);
        while (retired.size() > kept) {
            VersionFile oldest = retired.remove();
            server.withdraw(oldest.version());
            Files.deleteIfExists(oldest.file());
        }
    }
}
