package io.troupe.verifier;

import java.util.List;
import java.util.SplittableRandom;

/** Shows how a task is done, for a supervised warm start. Safe for any thread. */
public interface Demonstrator {

    /** How good a demonstration is. */
    enum Quality {
        /** Worked out, and right. */
        SOUND,
        /** Not worked out, and wrong: what real corpora also hold. */
        HASTY
    }

    /**
     * Plays a whole episode.
     *
     * @param task a task of the same family
     * @param quality sound or hasty
     * @param random the choices that the demonstration leaves open
     * @return everything after the prompt: the assistant's turns and the observations between them, exactly as the environment answers. If the prompt
     *     ends with a prefill, the first message continues it and does not repeat it
     */
    List<Message> demonstrate(Task task, Quality quality, SplittableRandom random);
}
