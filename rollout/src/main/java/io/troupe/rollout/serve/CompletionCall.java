package io.troupe.rollout.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.policy.Policy;
import io.troupe.policy.PolicyTokenizer;
import io.troupe.rollout.SamplingParams;
import io.troupe.rollout.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /v1/completions}, as far as this server goes along with it. What it does not do is refused, never left out.
 *
 * @param model the model's name
 * @param prompt the tokens to go on from
 * @param sampling how
 * @param seed of the trajectory: a token is a function of it, of its place, and of what came before
 * @param wantsLogProbabilities whether they are asked for
 * @param wantsBest whether the likeliest first token is asked for too
 * @param wantsIds whether tokens are wanted as ids
 */
record CompletionCall(
        String model,
        int[] prompt,
        SamplingParams sampling,
        long seed,
        boolean wantsLogProbabilities,
        boolean wantsBest,
        boolean wantsIds) {

    private static final Set<String> NEUTRAL_IF_ABSENT_OR_DEFAULT = Set.of(
            "echo", "stream", "best_of", "suffix", "logit_bias", "frequency_penalty", "presence_penalty", "min_p");

    static CompletionCall read(JsonNode body, Policy policy, CompletionServer.Settings settings) {
        String model = body.path("model").asText(settings.model());
        if (!model.equals(settings.model())) {
            throw new RequestException(404, "no model '" + model + "' here, only '" + settings.model() + "'");
        }
        for (String field : NEUTRAL_IF_ABSENT_OR_DEFAULT) {
            requireDefault(body, field);
        }
        if (body.path("n").asInt(1) != 1) {
            throw new RequestException(400, "n = " + body.get("n") + " — this server gives one choice a request");
        }
        int[] prompt = prompt(body.path("prompt"), policy);
        int maxTokens = integer(body, "max_tokens", 16);
        int logprobs = body.hasNonNull("logprobs") ? integer(body, "logprobs", 0) : -1;
        if (logprobs > 1 || (logprobs == 1 && maxTokens != 1)) {
            throw new RequestException(
                    400, "logprobs = " + logprobs + " — this server gives 0, or 1 with max_tokens = 1");
        }
        requireEndOfTurn(body.path("stop_token_ids"), policy);
        try {
            var sampling = new SamplingParams(
                    number(body, "temperature", 1),
                    number(body, "top_p", 1),
                    Math.max(0, integer(body, "top_k", 0)),
                    maxTokens,
                    settings.maxLength(),
                    stop(body.path("stop")));
            JsonNode seed = body.path("seed");
            return new CompletionCall(
                    model,
                    prompt,
                    sampling,
                    seed.isIntegralNumber()
                            ? seed.asLong()
                            : ThreadLocalRandom.current().nextLong(),
                    logprobs >= 0,
                    logprobs == 1,
                    body.path("return_token_ids").asBoolean(false));
        } catch (IllegalArgumentException e) {
            throw new RequestException(400, String.valueOf(e.getMessage()));
        }
    }

    /** How the likeliest first token is found. */
    SamplingParams likeliest() {
        return new SamplingParams(sampling.temperature(), 1, 1, 1, sampling.maxTrajectoryTokens(), List.of());
    }

    ObjectNode answer(ObjectNode answer, SampledTurn turn, @Nullable SampledTurn best, PolicyTokenizer tokenizer) {
        answer.put("object", "text_completion").put("model", model).put("weight_version", turn.weightVersion());
        ObjectNode choice = answer.putArray("choices").addObject();
        int[] shown = turn.end() == Sequence.TurnEnd.END_OF_TURN
                ? java.util.Arrays.copyOf(turn.tokens(), turn.tokens().length - 1)
                : turn.tokens();
        choice.put("index", 0).put("text", tokenizer.decode(shown));
        choice.put("finish_reason", turn.end() == Sequence.TurnEnd.LENGTH ? "length" : "stop");
        if (wantsIds) {
            add(choice.putArray("token_ids"), turn.tokens());
            add(choice.putArray("prompt_token_ids"), prompt);
        }
        if (wantsLogProbabilities) {
            ObjectNode logprobs = choice.putObject("logprobs");
            ArrayNode pieces = logprobs.putArray("tokens");
            ArrayNode scores = logprobs.putArray("token_logprobs");
            for (int i = 0; i < turn.tokens().length; i++) {
                pieces.add(tokenizer.decode(turn.tokens()[i]));
                scores.add(turn.logProbabilities()[i]);
            }
            if (best != null) {
                logprobs.putArray("top_logprobs")
                        .addObject()
                        .put(tokenizer.decode(best.tokens()[0]), best.logProbabilities()[0]);
            }
        }
        answer.putObject("usage")
                .put("prompt_tokens", prompt.length)
                .put("completion_tokens", turn.tokens().length)
                .put("total_tokens", prompt.length + turn.tokens().length);
        return answer;
    }

    private static void add(ArrayNode array, int[] tokens) {
        for (int token : tokens) {
            array.add(token);
        }
    }

    private static void requireDefault(JsonNode body, String field) {
        JsonNode given = body.path(field);
        boolean neutral = given.isMissingNode()
                || given.isNull()
                || (given.isBoolean() && !given.asBoolean())
                || (given.isNumber() && given.asDouble() == (field.equals("best_of") ? 1 : 0))
                || (given.isContainerNode() && given.isEmpty());
        if (!neutral) {
            throw new RequestException(400, field + " = " + given + " is not offered by this server");
        }
    }

    private static int[] prompt(JsonNode prompt, Policy policy) {
        if (prompt.isTextual()) {
            return policy.tokenizer().encode(prompt.asText());
        }
        if (!prompt.isArray()) {
            throw new RequestException(400, "prompt — expected a text or a list of token ids");
        }
        int vocabulary = policy.config().vocabularySize();
        var tokens = new int[prompt.size()];
        for (int i = 0; i < tokens.length; i++) {
            JsonNode id = prompt.get(i);
            if (!id.isInt() || id.asInt() < 0 || id.asInt() >= vocabulary) {
                throw new RequestException(
                        400, "prompt[" + i + "] — expected a token id from 0 to " + (vocabulary - 1));
            }
            tokens[i] = id.asInt();
        }
        return tokens;
    }

    private static void requireEndOfTurn(JsonNode ids, Policy policy) {
        for (JsonNode id : ids) {
            if (!policy.config().endOfTurnTokens().contains(id.asInt())) {
                throw new RequestException(
                        400,
                        "stop_token_ids holds " + id + " — turns of this policy end with "
                                + policy.config().endOfTurnTokens());
            }
        }
    }

    private static List<String> stop(JsonNode stop) {
        if (stop.isTextual()) {
            return List.of(stop.asText());
        }
        List<String> strings = new ArrayList<>();
        stop.forEach(each -> strings.add(each.asText()));
        if (strings.contains("")) {
            throw new RequestException(400, "stop — an empty string would end every turn at once");
        }
        return strings;
    }

    private static int integer(JsonNode body, String field, int otherwise) {
        JsonNode given = body.path(field);
        if (given.isMissingNode() || given.isNull()) {
            return otherwise;
        }
        if (!given.isInt()) {
            throw new RequestException(400, field + " = " + given + " — expected a whole number");
        }
        return given.asInt();
    }

    private static double number(JsonNode body, String field, double otherwise) {
        JsonNode given = body.path(field);
        if (given.isMissingNode() || given.isNull()) {
            return otherwise;
        }
        if (!given.isNumber()) {
            throw new RequestException(400, field + " = " + given + " — expected a number");
        }
        return given.asDouble();
    }
}
