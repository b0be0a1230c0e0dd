package io.troupe.rollout.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.policy.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * Brings new weights to the servers: a directory a version in a place that they can read, and a request to each to load it. A version counts as delivered
 * when every server has acknowledged it. Not thread-safe: one rollout worker delivers.
 */
public final class WeightDelivery {

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final WeightRoute route;
    private final Findings findings;
    private final Policy policy;
    private final List<ServerConnection> servers;
    private final Path shared;
    private final String session;
    private final SortedMap<Long, Path> delivered = new TreeMap<>();

    private WeightDelivery(
            WeightRoute route,
            Findings findings,
            Policy policy,
            List<ServerConnection> servers,
            Path shared,
            String session) {
        this.route = route;
        this.findings = findings;
        this.policy = policy;
        this.servers = servers;
        this.shared = shared;
        this.session = session;
    }

    static WeightDelivery of(
            RemoteSettings settings, Findings findings, Policy policy, List<ServerConnection> servers, String session) {
        boolean adapters = settings.weights() == WeightRoute.LORA_ADAPTER;
        if (adapters != policy.lora().isPresent()) {
            throw new UnfitServerException(
                    adapters
                            ? "rollout.remote.weights = lora-adapter, but all weights are trained — set train.lora.rank, or reload"
                            : "rollout.remote.weights = reload, but only adapters are trained — set it to lora-adapter, or train.lora.rank = 0");
        }
        return new WeightDelivery(
                settings.weights(),
                findings,
                policy,
                servers,
                Objects.requireNonNull(settings.sharedDirectory(), "a route of weights needs a shared directory")
                        .toAbsolutePath()
                        .normalize(),
                session);
    }

    /** Whether a server holds one version at a time, so that no request may be in flight while it changes. */
    public boolean needsQuiet() {
        return route == WeightRoute.RELOAD;
    }

    /** Whether requests name a version as an adapter. */
    public boolean isAdapted() {
        return route == WeightRoute.LORA_ADAPTER;
    }

    /** What requests of a version name as their model. */
    public String model(long version) {
        return isAdapted() ? name(version) : findings.model();
    }

    /** What a server that tells its weights' version says of this one. */
    public String name(long version) {
        return String.format(Locale.ROOT, "troupe-%s-v%06d", session, version);
    }

    /**
     * Brings a version to every server, and takes away those that are no longer needed.
     *
     * @param weights a file that the learner wrote
     * @param inUse versions that requests in flight name
     * @throws IOException if a server does not acknowledge it, or the directory cannot be written
     */
    public void deliver(Path weights, long version, Set<Long> inUse) throws IOException {
        Path folder = shared.resolve(name(version));
        policy.assemble(weights, folder);
        List<CompletableFuture<JsonNode>> loads = new ArrayList<>();
        for (ServerConnection server : servers) {
            loads.add(server.post(loadPath(), loadBody(folder, version), PATIENCE));
        }
        for (int i = 0; i < loads.size(); i++) {
            try {
                requireSuccess(ServerConnection.await(loads.get(i)));
            } catch (RemoteException e) {
                throw new IOException(
                        servers.get(i).base() + " did not load version " + version + " from " + folder + ": "
                                + e.getMessage() + advice(),
                        e);
            }
        }
        delivered.put(version, folder);
        retire(version, inUse);
    }

    private String advice() {
        if (findings.kind() != ServerKind.VLLM) {
            return "";
        }
        return isAdapted()
                ? " — vLLM needs --enable-lora, --max-lora-rank and VLLM_ALLOW_RUNTIME_LORA_UPDATING=True"
                : " — vLLM needs VLLM_SERVER_DEV_MODE=1, and a version whose reload_weights takes a path";
    }

    private String loadPath() {
        if (isAdapted()) {
            return findings.kind() == ServerKind.VLLM ? "/v1/load_lora_adapter" : "/load_lora_adapter";
        }
        return findings.kind() == ServerKind.VLLM ? "/collective_rpc" : "/update_weights_from_disk";
    }

    private ObjectNode loadBody(Path folder, long version) {
        ObjectNode body = Dialect.object();
        if (isAdapted()) {
            return body.put("lora_name", name(version)).put("lora_path", folder.toString());
        }
        if (findings.kind() == ServerKind.VLLM) {
            body.put("method", "reload_weights");
            body.putObject("kwargs").put("weights_path", folder.toString());
            return body;
        }
        return body.put("model_path", folder.toString()).put("weight_version", name(version));
    }

    private static void requireSuccess(JsonNode answer) {
        JsonNode success = answer.path("success");
        if (success.isBoolean() && !success.asBoolean()) {
            throw new RemoteException(
                    RemoteException.Kind.REFUSED,
                    Dialect.cut(answer.path("message")
                            .asText(answer.path("error_message").asText("no reason given"))));
        }
    }

    /** Forgets all versions but the newest two and those in use. */
    private void retire(long newest, Set<Long> inUse) throws IOException {
        List<Long> old = delivered.headMap(newest).keySet().stream()
                .filter(version -> !inUse.contains(version))
                .toList();
        for (long version : old.subList(0, Math.max(0, old.size() - 1))) {
            if (isAdapted()) {
                unload(version);
            }
            delete(Objects.requireNonNull(delivered.remove(version), "listed above"));
        }
    }

    private void unload(long version) throws IOException {
        String path = findings.kind() == ServerKind.VLLM ? "/v1/unload_lora_adapter" : "/unload_lora_adapter";
        for (ServerConnection server : servers) {
            try {
                ServerConnection.await(server.post(path, Dialect.object().put("lora_name", name(version)), PATIENCE));
            } catch (RemoteException e) {
                throw new IOException(server.base() + " did not unload " + name(version) + ": " + e.getMessage(), e);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
