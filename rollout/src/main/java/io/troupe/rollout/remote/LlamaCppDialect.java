package io.troupe.rollout.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * llama.cpp's own {@code POST /completion}: its {@code /v1/completions} gives no token ids. The chain of samplers is said in full, since the server's
 * own begins with a repetition penalty, the 40 likeliest tokens and more.
 */
record LlamaCppDialect() implements Dialect {

    @Override
    public String path() {
        return "/completion";
    }

    @Override
    public ObjectNode body(CompletionRequest request) {
        var sampling = request.sampling();
        ObjectNode body = Dialect.object();
        body.set("prompt", Dialect.array(request.prompt()));
        body.put("n_predict", request.maxTokens());
        body.put("temperature", sampling.temperature());
        body.put("top_p", sampling.topP());
        body.put("top_k", sampling.topK());
        body.put("min_p", 0.0);
        // the temperature first: the local engine cuts the distribution that it samples from
        body.set("samplers", Dialect.strings(List.of("temperature", "top_k", "top_p")));
        body.put("repeat_penalty", 1.0);
        body.put("seed", Dialect.turnSeed(request, 31));
        body.set("stop", Dialect.strings(sampling.stop()));
        body.put("n_probs", 1);
        body.put("post_sampling_probs", false);
        body.put("return_tokens", true);
        body.put("cache_prompt", true);
        body.put("stream", false);
        return body;
    }

    @Override
    public Completion read(JsonNode answer, CompletionRequest request) {
        if (answer.path("truncated").asBoolean()) {
            throw new RemoteException(
                    RemoteException.Kind.STOPPED_EARLY,
                    "the server cut the prompt to fit its context — start it with a larger --ctx-size");
        }
        JsonNode sampled = Dialect.require(answer, "completion_probabilities", true);
        var tokens = new int[sampled.size()];
        var logProbabilities = new float[sampled.size()];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = Dialect.token(sampled.get(i).path("id"));
            logProbabilities[i] = Dialect.logProbability(sampled.get(i).path("logprob"));
        }
        JsonNode best = sampled.path(0).path("top_logprobs").path(0).path("logprob");
        return new Completion(
                tokens,
                List.of(),
                "",
                logProbabilities,
                finish(answer.path("stop_type").asText()),
                request.best() ? Dialect.logProbability(best) : Float.NaN,
                null);
    }

    private static Completion.Finish finish(String type) {
        return switch (type) {
            case "eos", "word" -> Completion.Finish.STOP;
            case "limit" -> Completion.Finish.LENGTH;
            default ->
                throw new RemoteException(
                        RemoteException.Kind.MALFORMED, "unknown stop_type '" + Dialect.cut(type) + "'");
        };
    }
}
