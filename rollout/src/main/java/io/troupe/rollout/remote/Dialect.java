package io.troupe.rollout.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.rollout.Seeds;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a kind of server is asked for a turn, and how its answer is read. Stateless. */
interface Dialect {

    /** The path of requests. */
    String path();

    /** The body of a request. */
    ObjectNode body(CompletionRequest request);

    /**
     * Reads an answer.
     *
     * @throws RemoteException if it is none
     */
    Completion read(JsonNode answer, CompletionRequest request);

    /** The dialect of a kind that is not {@link ServerKind#AUTO}. */
    static Dialect of(ServerKind kind) {
        return switch (kind) {
            case SGLANG -> new SglangDialect();
            case LLAMA_CPP -> new LlamaCppDialect();
            case VLLM, TROUPE, OPENAI -> new CompletionsDialect(kind);
            case AUTO -> throw new IllegalArgumentException("the kind of the server is not known yet");
        };
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode array(int... numbers) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode(numbers.length);
        for (int number : numbers) {
            array.add(number);
        }
        return array;
    }

    static ArrayNode numbers(List<Integer> numbers) {
        return array(numbers.stream().mapToInt(Integer::intValue).toArray());
    }

    static ArrayNode strings(List<String> strings) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode(strings.size());
        strings.forEach(array::add);
        return array;
    }

    /** A seed of this turn: servers begin a random stream anew with every request, and two turns must not draw the same numbers. */
    static long turnSeed(CompletionRequest request, int bits) {
        return Seeds.derive(request.seed(), request.prompt().length) >>> (Long.SIZE - bits);
    }

    static JsonNode require(@Nullable JsonNode parent, String field, boolean array) {
        JsonNode node = parent == null ? null : parent.get(field);
        if (node == null || node.isNull() || (array && !node.isArray())) {
            throw new RemoteException(
                    RemoteException.Kind.MALFORMED,
                    "the answer has no " + (array ? "list " : "") + "'" + field + "'"
                            + (field.contains("logprob") || field.contains("probabilities")
                                    ? " — does the server give log-probabilities?"
                                    : ""));
        }
        return node;
    }

    static int token(JsonNode node) {
        if (!node.isInt() || node.asInt() < 0) {
            throw new RemoteException(RemoteException.Kind.MALFORMED, "not a token id: " + cut(node.toString()));
        }
        return node.asInt();
    }

    /** NaN for anything but a number: the reader of the turn refuses it by name. */
    static float logProbability(JsonNode node) {
        return node.isNumber() ? node.floatValue() : Float.NaN;
    }

    static String cut(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }
}
