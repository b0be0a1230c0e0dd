package io.troupe.rollout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The episodes whose turns an engine samples. Owned by the loop's thread. */
final class SampledEpisodes {

    private final Engine engine;
    private final Map<Sequence, Episode> episodes = new LinkedHashMap<>();

    SampledEpisodes(Engine engine) {
        this.engine = engine;
    }

    /** The episode that a sequence is of; null if it was released. */
    @Nullable
    Episode of(Sequence sequence) {
        return episodes.get(sequence);
    }

    /**
     * Starts episodes, those with equal prompts as one call, so that the prompt is computed once.
     *
     * @throws IllegalArgumentException if a prompt leaves no room for a token
     */
    void start(List<Episode> ready, SamplingParams params) {
        var byPrompt = new LinkedHashMap<String, List<Episode>>();
        for (Episode episode : ready) {
            byPrompt.computeIfAbsent(Arrays.toString(episode.prompt()), key -> new ArrayList<>())
                    .add(episode);
        }
        for (List<Episode> same : byPrompt.values()) {
            long[] seeds = same.stream().mapToLong(Episode::seed).toArray();
            List<Sequence> started = engine.start(same.get(0).prompt(), params, seeds);
            for (int i = 0; i < same.size(); i++) {
                same.get(i).begin(started.get(i));
                episodes.put(started.get(i), same.get(i));
            }
        }
    }

    /** Goes on behind an observation, and says whether there was room for it. */
    boolean goOn(Episode episode, int[] observation) {
        Sequence sequence = episode.requireSequence();
        int limit = Math.min(sequence.sampling().maxTrajectoryTokens(), engine.maxLength());
        if (sequence.length() + observation.length >= limit) {
            return false;
        }
        engine.append(sequence, observation);
        episode.begin(sequence);
        return true;
    }

    /** Gives back the slot of an episode, if it has one. */
    void release(Episode episode) {
        Sequence sequence = episode.sequence();
        if (sequence != null) {
            episodes.remove(sequence);
            engine.release(sequence);
        }
    }
}
