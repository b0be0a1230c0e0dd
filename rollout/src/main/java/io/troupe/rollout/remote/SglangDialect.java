package io.troupe.rollout.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** SGLang's own {@code POST /generate}: token ids in, triples of log-probability, token id and text out. */
record SglangDialect() implements Dialect {

    @Override
    public String path() {
        return "/generate";
    }

    @Override
    public ObjectNode body(CompletionRequest request) {
        var sampling = request.sampling();
        ObjectNode body = Dialect.object();
        body.set("input_ids", Dialect.array(request.prompt()));
        body.put("return_logprob", true);
        body.put("top_logprobs_num", request.best() ? 1 : 0);
        body.put("stream", false);
        if (request.adapted()) {
            body.put("lora_path", request.model());
        }
        ObjectNode params = body.putObject("sampling_params");
        params.put("max_new_tokens", request.maxTokens());
        params.put("temperature", sampling.temperature());
        params.put("top_p", sampling.topP());
        params.put("top_k", sampling.topK() == 0 ? -1 : sampling.topK());
        params.put("min_p", 0.0);
        params.put("repetition_penalty", 1.0);
        params.put("presence_penalty", 0.0);
        params.put("frequency_penalty", 0.0);
        params.set("stop", Dialect.strings(sampling.stop()));
        params.set("stop_token_ids", Dialect.numbers(request.endOfTurn()));
        params.put("skip_special_tokens", false);
        params.put("no_stop_trim", true);
        params.put("sampling_seed", Dialect.turnSeed(request, 31));
        return body;
    }

    @Override
    public Completion read(JsonNode answer, CompletionRequest request) {
        JsonNode meta = Dialect.require(answer, "meta_info", false);
        JsonNode sampled = Dialect.require(meta, "output_token_logprobs", true);
        var tokens = new int[sampled.size()];
        var logProbabilities = new float[sampled.size()];
        for (int i = 0; i < tokens.length; i++) {
            logProbabilities[i] = Dialect.logProbability(sampled.get(i).path(0));
            tokens[i] = Dialect.token(sampled.get(i).path(1));
        }
        JsonNode best = meta.path("output_top_logprobs").path(0).path(0).path(0);
        JsonNode version = meta.get("weight_version");
        return new Completion(
                tokens,
                List.of(),
                "",
                logProbabilities,
                finish(meta.path("finish_reason")),
                request.best() ? Dialect.logProbability(best) : Float.NaN,
                version == null || version.isNull() ? null : version.asText());
    }

    private static Completion.Finish finish(JsonNode reason) {
        return switch (reason.path("type").asText()) {
            case "stop" -> Completion.Finish.STOP;
            case "length" -> Completion.Finish.LENGTH;
            case "abort" -> Completion.Finish.ABORTED;
            default ->
                throw new RemoteException(
                        RemoteException.Kind.MALFORMED, "unknown finish_reason " + Dialect.cut(reason.toString()));
        };
    }
}
