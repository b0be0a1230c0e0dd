package io.troupe.verifier;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Demonstrations for a supervised warm start, as JSON lines:
 *
 * <pre>{"messages":[{"role":"system","content":"…"},…],"task":"math/arithmetic#train-L1-s7-i0","quality":"sound"}</pre>
 *
 * <p>The policy is to learn the assistant's content only. Where a task's prompt begins the assistant's turn, that beginning is joined to the first
 * assistant message and repeated in the field {@code prefill}, so that a trainer can leave it out of the loss.
 *
 * <p>Only tasks of the training split. Example {@code n} is a pure function of (parts, seed, n): its part is drawn by weight, its quality by the part's
 * share, its task is number {@code n} of the stream {@code seed}. Immutable, safe for any thread; writing takes constant memory.
 */
public final class Corpus {

    /**
     * One kind of example.
     *
     * @param family whose tasks; it must have a demonstrator
     * @param level which level
     * @param weight how often it is drawn, relative to the other parts; more than 0
     * @param hastyShare the share of {@link Demonstrator.Quality#HASTY} demonstrations, from 0 to 1
     */
    public record Part(TaskFamily family, int level, double weight, double hastyShare) {
        public Part {
            family.levels().require(level);
            if (!(weight > 0 && Double.isFinite(weight))) {
                throw new IllegalArgumentException("the weight of " + family.id() + " must be > 0, not " + weight);
            }
            if (!(hastyShare >= 0 && hastyShare <= 1)) {
                throw new IllegalArgumentException("the share of hasty demonstrations of " + family.id()
                        + " must be from 0 to 1, not " + hastyShare);
            }
            if (family.demonstrator().isEmpty()) {
                throw new IllegalArgumentException("the family " + family.id() + " has no demonstrations");
            }
        }
    }

    /**
     * One demonstrated task.
     *
     * @param task the task
     * @param quality how good the demonstration is
     * @param demonstration everything after the prompt
     */
    public record Example(Task task, Demonstrator.Quality quality, List<Message> demonstration) {
        public Example {
            demonstration = List.copyOf(demonstration);
        }

        /** The whole conversation, a prefill joined to the turn that continues it. */
        public List<Message> conversation() {
            List<Message> prompt = task.prompt();
            List<Message> all = new ArrayList<>(prompt);
            all.addAll(demonstration);
            String prefill = task.prefill();
            if (!prefill.isEmpty()) {
                all.subList(prompt.size() - 1, prompt.size() + 1).clear();
                all.add(
                        prompt.size() - 1,
                        Message.assistant(prefill + demonstration.get(0).content()));
            }
            return List.copyOf(all);
        }
    }

    private final List<Part> parts;
    private final double totalWeight;
    private final long seed;

    /**
     * A corpus.
     *
     * @param parts what it is made of, at least one
     * @param seed the seed of its tasks, its order and its demonstrations
     */
    public Corpus(List<Part> parts, long seed) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("a corpus needs at least one family");
        }
        this.parts = List.copyOf(parts);
        this.totalWeight = parts.stream().mapToDouble(Part::weight).sum();
        this.seed = seed;
    }

    /**
     * An example.
     *
     * @param index its number, from 0
     * @return the example
     */
    public Example example(long index) {
        SplittableRandom random =
                new SplittableRandom(ContentSplit.hash("corpus", Long.toString(seed), Long.toString(index)));
        Part part = part(random.nextDouble() * totalWeight);
        Demonstrator.Quality quality =
                random.nextDouble() < part.hastyShare() ? Demonstrator.Quality.HASTY : Demonstrator.Quality.SOUND;
        Task task = part.family().task(Split.TRAIN, seed, index, part.level());
        Demonstrator demonstrator = part.family().demonstrator().orElseThrow();
        return new Example(task, quality, demonstrator.demonstrate(task, quality, random));
    }

    /**
     * Writes examples 0 to {@code count - 1}, one a line.
     *
     * @param count how many
     * @param writer where to; it is flushed, not closed
     * @throws IOException if the writer fails
     */
    public void write(long count, Writer writer) throws IOException {
        JsonFactory json = new JsonFactory();
        for (long index = 0; index < count; index++) {
            try (JsonGenerator line = json.createGenerator(writer)) {
                line.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
                line.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
                write(example(index), line);
            }
            writer.write('\n');
        }
        writer.flush();
    }

    private static void write(Example example, JsonGenerator line) throws IOException {
        line.writeStartObject();
        line.writeArrayFieldStart("messages");
        for (Message message : example.conversation()) {
            line.writeStartObject();
            line.writeStringField("role", message.role());
            line.writeStringField("content", message.content());
            line.writeEndObject();
        }
        line.writeEndArray();
        line.writeStringField(
                "task", example.task().family() + "#" + example.task().id());
        line.writeStringField("quality", example.quality().name().toLowerCase(Locale.ROOT));
        if (!example.task().prefill().isEmpty()) {
            line.writeStringField("prefill", example.task().prefill());
        }
        line.writeEndObject();
    }

    private Part part(double at) {
        double passed = 0;
        for (Part part : parts) {
            passed += part.weight();
            if (at < passed) {
                return part;
            }
        }
        return parts.get(parts.size() - 1);
    }
}
