package io.troupe.verifier;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * Divides a family's task space by content. Every task has a key that says what is asked, whatever names or words it is asked in; a hash of (family,
 * key) puts one quarter of the keys on the evaluation side. The generators draw until the content lies on the side that is wanted, so that training and
 * evaluation share no content whatever the seeds. Pure functions, safe for any thread.
 */
public final class ContentSplit {

    private static final int EVALUATION_ONE_IN = 4;

    private ContentSplit() {}

    /**
     * The side that a content belongs to.
     *
     * @param family the family's id
     * @param key the content's canonical key
     * @return the side
     */
    public static Split of(String family, String key) {
        return Long.remainderUnsigned(hash("content", family, key), EVALUATION_ONE_IN) == 0
                ? Split.EVALUATION
                : Split.TRAIN;
    }

    /**
     * The randomness of one task.
     *
     * @param family the family's id
     * @param split the side of the task space
     * @param seed the stream
     * @param index the place in the stream, from 0
     * @param level the difficulty
     * @return a generator of its own, unrelated to that of any other task
     * @throws IllegalArgumentException if the index is negative
     */
    public static SplittableRandom randomOf(String family, Split split, long seed, long index, int level) {
        if (index < 0) {
            throw new IllegalArgumentException("a task's index must be >= 0, not " + index + " (" + family + ")");
        }
        return new SplittableRandom(
                hash("task", family, split.name(), Long.toString(seed), Long.toString(index), Integer.toString(level)));
    }

    /**
     * Draws contents until one lies on the wanted side.
     *
     * @param family the family's id
     * @param split the side
     * @param tries how many draws before giving up, at least 1
     * @param draw one draw; empty if it makes no valid content
     * @param key a content's canonical key
     * @param <C> what is drawn
     * @return the content
     * @throws TaskGenerationException if the tries are used up
     */
    public static <C> C draw(String family, Split split, int tries, DrawOnce<C> draw, Function<? super C, String> key) {
        for (int i = 0; i < tries; i++) {
            Optional<C> content = draw.draw();
            if (content.isPresent() && of(family, key.apply(content.get())) == split) {
                return content.get();
            }
        }
        throw new TaskGenerationException(
                "%s made no task for the split %s in %d tries".formatted(family, split, tries));
    }

    /**
     * One try at making a content.
     *
     * @param <C> what is drawn
     */
    @FunctionalInterface
    public interface DrawOnce<C> {
        /** A content, or empty if this try made no valid one. */
        Optional<C> draw();
    }

    /** A stable hash of a content's key, evenly spread over 64 bits. */
    public static long hashOf(String key) {
        return hash("key", key);
    }

    /** A stable hash of words: the first 64 bits of the SHA-256 of each word's length and bytes. */
    static long hash(String... words) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String word : words) {
                byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
                digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
                digest.update(bytes);
            }
            return ByteBuffer.wrap(digest.digest()).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
