package io.troupe.rollout.remote;

import io.troupe.policy.Policy;
import io.troupe.rollout.SamplingParams;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Inference servers that were tried out and found fit to sample for a run. Thread-safe.
 *
 * <p>Life: {@link #connect}, which refuses what cannot be trained with; {@link #complete} and the delivery of weights; {@link #close}.
 */
public final class RemoteServers implements AutoCloseable {

    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(10);
    private static final List<String> PROBES = List.of("The", "Once upon a time", "1 + 1 =", "I");

    private final RemoteSettings settings;
    private final Findings findings;
    private final ServerFleet fleet;
    private final WeightDelivery delivery;

    private RemoteServers(RemoteSettings settings, Findings findings, ServerFleet fleet, WeightDelivery delivery) {
        this.settings = settings;
        this.findings = findings;
        this.fleet = fleet;
        this.delivery = delivery;
    }

    /**
     * Tries the servers out.
     *
     * @param policy what they serve
     * @param sampling how a run samples from them
     * @param session sets the names of this run's adapters apart from those of others
     * @throws UnfitServerException naming the server, what it cannot do and what to do about it
     */
    public static RemoteServers connect(
            RemoteSettings settings, Policy policy, SamplingParams sampling, String session) {
        if (settings.weights() == WeightRoute.NONE) {
            throw new UnfitServerException(
                    "rollout.remote.weights = none: a policy that is trained changes, and the servers would go on with the old one"
                            + " — choose lora-adapter or reload");
        }
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_PATIENCE)
                .build();
        List<int[]> prompts = PROBES.stream()
                .map(text -> policy.tokenizer().encode(text))
                .filter(tokens -> tokens.length > 0)
                .toList();
        List<Findings> all = new ArrayList<>();
        for (var uri : settings.servers()) {
            var connection = new ServerConnection(client, uri, settings.apiKey());
            try {
                all.add(new ServerProbe(connection, settings, prompts).run());
            } catch (RemoteException e) {
                throw new UnfitServerException(uri + " cannot be used: " + e.getMessage(), e);
            }
            Fitness.require(all.get(all.size() - 1), settings, sampling, uri);
        }
        Findings first = all.get(0);
        if (!all.stream().allMatch(first::equals)) {
            throw new UnfitServerException("the servers are not alike: " + all);
        }
        var fleet = new ServerFleet(settings, first.kind(), client);
        return new RemoteServers(
                settings, first, fleet, WeightDelivery.of(settings, first, policy, fleet.connections(), session));
    }

    /** What trying them out has shown. */
    public Findings findings() {
        return findings;
    }

    /** How the servers are dealt with. */
    public RemoteSettings settings() {
        return settings;
    }

    /** How new weights reach them. */
    public WeightDelivery delivery() {
        return delivery;
    }

    /** The longest that a turn may take, all tries taken together. */
    public Duration patience() {
        return fleet.patience();
    }

    /** Has a turn sampled. The future fails with a {@link RemoteException}; cancelling it gives the request up. */
    public CompletableFuture<Completion> complete(CompletionRequest request) {
        return fleet.complete(request);
    }

    @Override
    public void close() {
        fleet.close();
    }
}
