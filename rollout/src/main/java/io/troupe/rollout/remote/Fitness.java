package io.troupe.rollout.remote;

import io.troupe.rollout.SamplingParams;
import java.net.URI;

/** What a server must be able to do for a run: the learner compares its own log-probabilities, at the sampling temperature and before truncation, with the server's. */
final class Fitness {

    private Fitness() {}

    static void require(Findings found, RemoteSettings settings, SamplingParams sampling, URI server) {
        String name = server + " ("
                + found.kind().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-') + ")";
        if (!found.tokenIds() && !settings.allowReencoding()) {
            throw new UnfitServerException(name
                    + " gives the sampled tokens as text, not as ids, and text can be cut into tokens in more than one way"
                    + " — use a server that gives ids (vLLM 0.10.2 or newer, SGLang, llama.cpp, troupe serve), or set"
                    + " rollout.remote.allow-reencoding = true, which discards what does not come back the same");
        }
        if (sampling.temperature() != 1 && !found.atTemperature()) {
            throw new UnfitServerException(name
                    + " gives log-probabilities at temperature 1, and rollout.temperature is "
                    + sampling.temperature() + ": they would not be those of what was sampled — "
                    + (found.kind() == ServerKind.VLLM
                            ? "start vLLM with --logprobs-mode processed_logprobs, or set rollout.temperature = 1"
                            : "set rollout.temperature = 1"));
        }
        boolean truncates = sampling.topP() < 1 || sampling.topK() > 0;
        if (truncates && found.afterTruncation()) {
            throw new UnfitServerException(name
                    + " gives log-probabilities of what top-p and top-k leave, and the learner needs those of the whole"
                    + " distribution — set rollout.top-p = 1 and rollout.top-k = 0"
                    + (found.kind() == ServerKind.VLLM
                            ? ", or start vLLM with --logprobs-mode raw_logprobs and set rollout.temperature = 1"
                            : ""));
        }
        if (sampling.topK() > 0 && found.kind() == ServerKind.OPENAI) {
            throw new UnfitServerException(name + " knows no top_k — set rollout.top-k = 0");
        }
        requireRoute(found, settings, name);
    }

    private static void requireRoute(Findings found, RemoteSettings settings, String name) {
        boolean possible = switch (found.kind()) {
            case VLLM, SGLANG -> true;
            case TROUPE -> settings.weights() == WeightRoute.RELOAD;
            case LLAMA_CPP, OPENAI, AUTO -> false;
        };
        if (!possible) {
            throw new UnfitServerException(name + " cannot take new weights by rollout.remote.weights = "
                    + settings.weights()
                            .name()
                            .toLowerCase(java.util.Locale.ROOT)
                            .replace('_', '-')
                    + switch (found.kind()) {
                        case TROUPE -> " — set it to reload";
                        case LLAMA_CPP ->
                            ": llama.cpp's server can scale the adapters that it was started with, and load none"
                                    + " — train with vLLM, SGLang or troupe serve";
                        default -> " — train with vLLM, SGLang or troupe serve";
                    });
        }
    }
}
