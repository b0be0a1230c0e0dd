package io.troupe.rollout.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/completions}: as OpenAI defined it, with what vLLM and Troupe's own server add. */
record CompletionsDialect(ServerKind kind) implements Dialect {

    private static final String TOKEN_ID = "token_id:";

    @Override
    public String path() {
        return "/v1/completions";
    }

    @Override
    public ObjectNode body(CompletionRequest request) {
        var sampling = request.sampling();
        ObjectNode body = Dialect.object();
        body.put("model", request.model());
        body.set("prompt", Dialect.array(request.prompt()));
        body.put("max_tokens", request.maxTokens());
        body.put("temperature", sampling.temperature());
        body.put("top_p", sampling.topP());
        body.put("stream", false);
        body.put("logprobs", request.best() || kind == ServerKind.OPENAI ? 1 : 0);
        if (!sampling.stop().isEmpty()) {
            body.set("stop", Dialect.strings(sampling.stop()));
        }
        // Troupe's server draws by the place of a token in its trajectory, as the local engine does
        body.put("seed", kind == ServerKind.TROUPE ? request.seed() : Dialect.turnSeed(request, 62));
        if (kind != ServerKind.OPENAI) {
            body.put("top_k", sampling.topK() == 0 && kind == ServerKind.VLLM ? -1 : sampling.topK());
            body.set("stop_token_ids", Dialect.numbers(request.endOfTurn()));
            body.put("return_token_ids", true);
        }
        if (kind == ServerKind.VLLM) {
            // the model's generation_config.json would decide what is not said here
            body.put("min_p", 0.0);
            body.put("repetition_penalty", 1.0);
            body.put("presence_penalty", 0.0);
            body.put("frequency_penalty", 0.0);
            body.put("include_stop_str_in_output", true);
            body.put("skip_special_tokens", false);
            body.put("add_special_tokens", false);
            body.put("return_tokens_as_token_ids", true);
        }
        return body;
    }

    @Override
    public Completion read(JsonNode answer, CompletionRequest request) {
        JsonNode choices = Dialect.require(answer, "choices", true);
        if (choices.size() != 1) {
            throw new RemoteException(RemoteException.Kind.WRONG_COUNTS, choices.size() + " choices instead of 1");
        }
        JsonNode choice = choices.get(0);
        requirePrompt(choice.get("prompt_token_ids"), request);
        JsonNode logprobs = Dialect.require(choice, "logprobs", false);
        JsonNode scores = Dialect.require(logprobs, "token_logprobs", true);
        var logProbabilities = new float[scores.size()];
        for (int i = 0; i < logProbabilities.length; i++) {
            logProbabilities[i] = Dialect.logProbability(scores.get(i));
        }
        List<String> pieces = new ArrayList<>();
        logprobs.path("tokens").forEach(piece -> pieces.add(piece.asText()));
        int[] tokens = tokens(choice.get("token_ids"), pieces);
        JsonNode version = answer.get("weight_version");
        return new Completion(
                tokens,
                tokens == null ? List.copyOf(pieces) : List.of(),
                tokens == null ? Dialect.require(choice, "text", false).asText() : "",
                logProbabilities,
                finish(choice.path("finish_reason").asText()),
                request.best() ? best(logprobs.path("top_logprobs").path(0)) : Float.NaN,
                version == null || version.isNull() ? null : version.asText());
    }

    private static void requirePrompt(@Nullable JsonNode prompt, CompletionRequest request) {
        if (prompt == null || !prompt.isArray()) {
            return;
        }
        var seen = new int[prompt.size()];
        for (int i = 0; i < seen.length; i++) {
            seen[i] = Dialect.token(prompt.get(i));
        }
        if (!Arrays.equals(seen, request.prompt())) {
            throw new RemoteException(
                    RemoteException.Kind.WRONG_COUNTS,
                    "the server changed the prompt: " + seen.length + " tokens instead of " + request.prompt().length);
        }
    }

    private static int @Nullable [] tokens(@Nullable JsonNode ids, List<String> pieces) {
        if (ids != null && ids.isArray()) {
            var tokens = new int[ids.size()];
            for (int i = 0; i < tokens.length; i++) {
                tokens[i] = Dialect.token(ids.get(i));
            }
            return tokens;
        }
        if (pieces.isEmpty() || !pieces.stream().allMatch(piece -> piece.matches(TOKEN_ID + "[0-9]{1,9}"))) {
            return null;
        }
        return pieces.stream()
                .mapToInt(piece -> Integer.parseInt(piece.substring(TOKEN_ID.length())))
                .toArray();
    }

    private static float best(JsonNode alternatives) {
        float best = Float.NaN;
        for (JsonNode score : alternatives) {
            best = Float.isNaN(best) ? score.floatValue() : Math.max(best, score.floatValue());
        }
        return best;
    }

    private static Completion.Finish finish(String reason) {
        return switch (reason) {
            case "stop" -> Completion.Finish.STOP;
            case "length" -> Completion.Finish.LENGTH;
            case "abort" -> Completion.Finish.ABORTED;
            default ->
                throw new RemoteException(
                        RemoteException.Kind.MALFORMED, "unknown finish_reason '" + Dialect.cut(reason) + "'");
        };
    }
}
