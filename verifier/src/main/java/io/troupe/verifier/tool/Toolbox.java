package io.troupe.verifier.tool;

import io.troupe.verifier.Task;
import java.util.List;

/** Gives an environment the tools of each episode. Used by one thread at a time. */
public interface Toolbox extends AutoCloseable {

    /**
     * The tools of an episode that begins. An exception means that the environment failed.
     *
     * @param task the episode's task
     * @param seed the episode's randomness
     * @return the tools, each name once; they may be used until the next call
     */
    List<Tool> tools(Task task, long seed);

    /** Frees what the tools hold. */
    @Override
    void close();

    /**
     * The same tools for every episode; they hold nothing that must be freed.
     *
     * @param tools the tools
     */
    static Toolbox of(List<Tool> tools) {
        List<Tool> fixed = List.copyOf(tools);
        return new Toolbox() {
            @Override
            public List<Tool> tools(Task task, long seed) {
                return fixed;
            }

            @Override
            public void close() {
                // nothing is held
            }
        };
    }
}
