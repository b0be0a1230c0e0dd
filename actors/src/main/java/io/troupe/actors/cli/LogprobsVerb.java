package io.troupe.actors.cli;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.policy.Attention;
import io.troupe.policy.Decoder;
import io.troupe.policy.PackedRows;
import io.troupe.policy.Policy;
import io.troupe.policy.Weights;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code troupe logprobs}: what a policy thinks of given tokens. */
@Command(
        name = "logprobs",
        header = "Scores tokens with a policy: JSON Lines in, one answer a line out, in the same order.",
        description = {
            "",
            "A line is {\"tokens\": [1, 2, 3]} or {\"text\": \"…\"}; special tokens in a text are recognised, none are added.",
            "An answer is {\"tokens\": […], \"logprobs\": […]}: the natural logarithms of the probabilities of all tokens but the first,",
            "each given those before it."
        },
        footer = {"", "Example:", "  echo '{\"text\": \"2 + 2 = 4\"}' | troupe logprobs --policy embedded"})
final class LogprobsVerb implements Callable<Integer> {

    private final Surroundings around;

    @Option(
            names = "--policy",
            required = true,
            paramLabel = "DIR",
            description = "A policy directory in Hugging Face's layout, or embedded.")
    private String policy = "";

    @Mixin
    private ArithmeticOptions computing = new ArithmeticOptions();

    @Option(
            names = "--temperature",
            defaultValue = "1.0",
            description = "Softmax temperature (default: ${DEFAULT-VALUE}).")
    private double temperature;

    LogprobsVerb(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws IOException {
        if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
            throw new VerbException(ExitCode.USAGE, "--temperature " + temperature + " — expected a number > 0");
        }
        try (Policy opened = Policy.open(PolicyLocation.of(around, policy), computing.arithmetic(Attention.FUSED));
                NDManager manager = computing.device().newManager();
                Weights weights = opened.loadWeights(manager, false);
                Decoder decoder = opened.newDecoder(manager, opened.config().maxPositions())) {
            opened.requireAutoregressive("`troupe logprobs`");
            JsonLines.answer(around, line -> score(line, opened, manager, weights, decoder));
        }
        return ExitCode.DONE.code();
    }

    private ObjectNode score(ObjectNode line, Policy opened, NDManager manager, Weights weights, Decoder decoder) {
        int[] tokens = tokens(line, opened);
        if (tokens.length > decoder.maxLength()) {
            throw new IllegalArgumentException(tokens.length + " tokens are more than the policy's "
                    + decoder.maxLength() + " positions — shorten the line");
        }
        ObjectNode json = JsonLines.JSON.createObjectNode();
        var ids = json.putArray("tokens");
        for (int token : tokens) {
            ids.add(token);
        }
        var scores = json.putArray("logprobs");
        if (tokens.length > 1) {
            try (NDManager scope = manager.newSubManager()) {
                NDArray scored = decoder.score(scope, weights, PackedRows.sequence(tokens), temperature, false);
                Number[] both = scored.toArray();
                for (int i = 0; i < tokens.length - 1; i++) {
                    scores.add(both[i].floatValue());
                }
            }
        }
        return json;
    }

    private static int[] tokens(ObjectNode line, Policy opened) {
        if (line.has("text") == line.has("tokens")) {
            throw new IllegalArgumentException("expected either \"text\" or \"tokens\"");
        }
        if (line.has("text")) {
            return opened.tokenizer().encode(line.get("text").asText());
        }
        JsonNode given = line.get("tokens");
        if (!given.isArray()) {
            throw new IllegalArgumentException("\"tokens\" is " + given + " — expected a list of token ids");
        }
        var tokens = new int[given.size()];
        for (int i = 0; i < tokens.length; i++) {
            JsonNode id = given.get(i);
            int vocabulary = opened.config().vocabularySize();
            if (!id.isInt() || id.asInt() < 0 || id.asInt() >= vocabulary) {
                throw new IllegalArgumentException(
                        "\"tokens\" holds " + id + " — expected ids from 0 to " + (vocabulary - 1));
            }
            tokens[i] = id.asInt();
        }
        return tokens;
    }
}
