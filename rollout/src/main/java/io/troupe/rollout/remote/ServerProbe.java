package io.troupe.rollout.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.rollout.SamplingParams;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Tries a server out before anything depends on it: which program it is, whether it gives token ids, and what its log-probabilities are of. The last is
 * measured, for a server does not tell: the likeliest first token is asked for at temperatures 1 and ½, and with a nucleus that only it is in.
 */
final class ServerProbe {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** A log-probability that rises by more was scaled, one that rises by less was not. */
    private static final float RISES = 0.1f;

    private static final float STAYS = 0.03f;

    private final ServerConnection server;
    private final RemoteSettings settings;
    private final List<int[]> prompts;

    /** @param prompts with which to try, one after the other until one decides */
    ServerProbe(ServerConnection server, RemoteSettings settings, List<int[]> prompts) {
        this.server = server;
        this.settings = settings;
        this.prompts = prompts;
    }

    /**
     * Tries.
     *
     * @throws RemoteException if the server does not answer as one of its kind
     */
    Findings run() {
        JsonNode models = ServerConnection.await(server.get("/v1/models", PATIENCE));
        JsonNode first = models.path("data").path(0);
        ServerKind kind = settings.kind() == ServerKind.AUTO
                ? kindOf(first.path("owned_by").asText())
                : settings.kind();
        String model = settings.model() == null ? first.path("id").asText() : settings.model();
        if (model.isEmpty()) {
            throw new RemoteException(
                    RemoteException.Kind.MALFORMED,
                    server.base() + "/v1/models names no model — give rollout.remote.model");
        }
        for (int[] prompt : prompts) {
            Completion plain = ask(kind, model, prompt, 1, 1);
            float best = best(plain);
            if (best > -2 * RISES) {
                continue; // so sure that nothing would show
            }
            float cold = best(ask(kind, model, prompt, 0.5, 1));
            float nucleus = best(ask(kind, model, prompt, 1, 0.01));
            boolean decided =
                    (cold - best > RISES || cold - best < STAYS) && (nucleus - best > RISES || nucleus - best < STAYS);
            if (decided) {
                return new Findings(kind, model, plain.tokens() != null, cold - best > RISES, nucleus - best > RISES);
            }
        }
        throw new RemoteException(
                RemoteException.Kind.MALFORMED,
                server.base() + " gives log-probabilities that do not say at which temperature they are — "
                        + "is it the policy that is trained?");
    }

    private Completion ask(ServerKind kind, String model, int[] prompt, double temperature, double topP) {
        Dialect dialect = Dialect.of(kind);
        var sampling = new SamplingParams(temperature, topP, 0, 1, prompt.length + 1, List.of());
        var request = new CompletionRequest(model, false, prompt, 1, sampling, List.of(), 1, true);
        JsonNode answer = ServerConnection.await(server.post(dialect.path(), dialect.body(request), PATIENCE));
        return dialect.read(answer, request);
    }

    private float best(Completion completion) {
        if (!Float.isFinite(completion.best())) {
            throw new RemoteException(
                    RemoteException.Kind.MALFORMED,
                    String.format(
                            Locale.ROOT,
                            "%s gives no log-probabilities of the likeliest tokens — they are needed to find out at which temperature they are",
                            server.base()));
        }
        return completion.best();
    }

    private static ServerKind kindOf(String owner) {
        return switch (owner) {
            case "vllm" -> ServerKind.VLLM;
            case "sglang" -> ServerKind.SGLANG;
            case "llamacpp" -> ServerKind.LLAMA_CPP;
            case "troupe" -> ServerKind.TROUPE;
            default -> ServerKind.OPENAI;
        };
    }
}
