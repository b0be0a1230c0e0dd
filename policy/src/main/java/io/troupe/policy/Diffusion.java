package io.troupe.policy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * That a policy is a masked diffusion model, and how it is sampled: a turn is a window of places that are all masked at first and are uncovered over several
 * passes, each of which sees the whole window. LLaDA, arXiv 2502.09992. Immutable.
 *
 * <p>A turn that is shorter than its window ends with a token that ends turns, and what follows that token in the window is read as more of it.
 *
 * @param maskToken stands in a place that is still covered; the tokenizer never makes it of a text, and it is never sampled
 * @param window how many places a turn has
 * @param block how many neighbouring places are uncovered before those to their right, at most {@code window}
 * @param steps over how many passes a block is uncovered, at most {@code block}
 * @param order which places of a block are uncovered first
 */
public record Diffusion(int maskToken, int window, int block, int steps, Order order) {

    /** The family's name in {@code config.json}. */
    static final String MODEL_TYPE = "llama_diffusion";

    private static final String MASK = "mask_token_id";
    private static final String KEY = "diffusion";

    /** Which places of a block are uncovered first. */
    public enum Order {
        /** Those whose sampled token is the likeliest. */
        CONFIDENCE,
        /** Any. */
        RANDOM;

        /** As {@code config.json} spells it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Diffusion {
        require(maskToken >= 0, MASK, maskToken, "must be the number of a token");
        require(window >= 1, "diffusion.window", window, "must be >= 1");
        require(block >= 1 && block <= window, "diffusion.block", block, "must be in 1..diffusion.window = " + window);
        require(steps >= 1 && steps <= block, "diffusion.steps", steps, "must be in 1..diffusion.block = " + block);
    }

    static Diffusion read(JsonFile json) {
        var keys = json.node(KEY);
        String order = keys.path("order").asText();
        return new Diffusion(
                json.integer(MASK),
                keys.path("window").asInt(),
                keys.path("block").asInt(),
                keys.path("steps").asInt(),
                Arrays.stream(Order.values())
                        .filter(each -> each.word().equals(order))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("diffusion.order '" + order
                                + "' is not supported; supported: "
                                + Arrays.stream(Order.values()).map(Order::word).collect(Collectors.joining(", ")))));
    }

    void write(ObjectNode json) {
        json.put(MASK, maskToken);
        json.putObject(KEY)
                .put("window", window)
                .put("block", block)
                .put("steps", steps)
                .put("order", order.word());
    }

    private static void require(boolean condition, String key, int value, String problem) {
        if (!condition) {
            throw new IllegalArgumentException(key + " " + problem + ", but is " + value);
        }
    }
}
