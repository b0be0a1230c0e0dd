package io.troupe.verifier;

import java.util.List;

/**
 * One problem, as its family made it: a pure function of (family, split, seed, index, level).
 *
 * @param family the family's id, such as {@code logic/knights-and-knaves}
 * @param id its name within the family, unique for (split, seed, index, level)
 * @param split the side of the task space that it belongs to
 * @param seed the seed of the stream that it was drawn from
 * @param index its place in that stream, from 0
 * @param level how hard it is, on the family's own scale
 * @param prompt the conversation that opens the episode; a last message of the assistant is a beginning that the policy continues
 * @param gold what the grader needs to know; never shown to the policy
 */
public record Task(
        String family, String id, Split split, long seed, long index, int level, List<Message> prompt, String gold) {

    public Task {
        prompt = List.copyOf(prompt);
        if (prompt.isEmpty()) {
            throw new IllegalArgumentException("task " + id + " of " + family + " has an empty prompt");
        }
    }

    /**
     * The id of a task: {@code train-L1-s7-i42}.
     *
     * @return an id that differs for every (split, seed, index, level)
     */
    public static String idOf(Split split, long seed, long index, int level) {
        String side = switch (split) {
            case TRAIN -> "train";
            case EVALUATION -> "evaluation";
        };
        return side + "-L" + level + "-s" + seed + "-i" + index;
    }

    /** The same task under another family's name. */
    public Task ofFamily(String name) {
        return new Task(name, id, split, seed, index, level, prompt, gold);
    }

    /** The beginning that the policy continues; empty if it starts its own turn. */
    public String prefill() {
        Message last = prompt.get(prompt.size() - 1);
        return last.role().equals(Message.ASSISTANT) ? last.content() : "";
    }
}
