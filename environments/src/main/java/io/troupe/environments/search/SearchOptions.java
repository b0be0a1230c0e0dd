package io.troupe.environments.search;

import io.troupe.verifier.OptionDefault;
import io.troupe.verifier.OptionsException;
import org.jspecify.annotations.Nullable;

/**
 * The options of {@code agent/search}.
 *
 * @param corpus a file of JSON lines with {@code id} and {@code contents} to search; null for the generated world
 * @param url the address of a server that speaks Search-R1's {@code /retrieve}; null to search here
 * @param questions a file of JSON lines, each with a question and golden answers; null for questions about the generated world
 * @param index a folder that keeps the corpus's index for the next run; null indexes in memory
 * @param worldSeed the randomness of the generated world
 * @param articles about how many articles the generated world has
 * @param k1 BM25's k1
 * @param b BM25's b
 * @param topK how many passages a search finds
 * @param maxSearches how many turns may search, or be invalid; the turn after them must answer
 * @param maxObservation the most characters of an observation's passages
 * @param reward what is rewarded
 * @param brevity what the shortest right answer of a group earns on top
 * @param prompt how the task is explained
 * @param timeoutSeconds how long the server may take
 */
public record SearchOptions(
        @Nullable String corpus,
        @Nullable String url,
        @Nullable String questions,
        @Nullable String index,
        @OptionDefault("1") long worldSeed,
        @OptionDefault("2000") int articles,
        @OptionDefault("0.9") double k1,
        @OptionDefault("0.4") double b,
        @OptionDefault("3") int topK,
        @OptionDefault("4") int maxSearches,
        @OptionDefault("2000") int maxObservation,
        @OptionDefault("em") Reward reward,
        @OptionDefault("0") double brevity,
        @OptionDefault("search-r1") Prompt prompt,
        @OptionDefault("10") double timeoutSeconds) {

    /** What is rewarded. */
    public enum Reward {
        /** 1 for an answer that equals a gold, 0 otherwise. */
        EM,
        /** The token F1, best over the golds. */
        F1,
        /** Search-R1's variant that also pays for the format. */
        FORMAT
    }

    public SearchOptions {
        requireThat(corpus == null || url == null, "corpus and url exclude each other: one of them is searched");
        requireThat(corpus == null || questions != null, "questions is missing: a corpus needs a file of questions");
        requireThat(index == null || corpus != null, "index keeps a corpus's index: there is no corpus");
        requireThat(
                corpus != null || url != null || questions == null,
                "questions needs a corpus or a url: the generated world does not answer them");
        requireThat(
                articles >= World.MIN_ARTICLES && articles <= World.MAX_ARTICLES,
                "articles must be from " + World.MIN_ARTICLES + " to " + World.MAX_ARTICLES + ", not " + articles);
        requireThat(k1 >= 0 && Double.isFinite(k1), "k1 must be >= 0, not " + k1);
        requireThat(b >= 0 && b <= 1, "b must be from 0 to 1, not " + b);
        requireThat(topK >= 1 && topK <= 100, "top-k must be from 1 to 100, not " + topK);
        requireThat(maxSearches >= 1, "max-searches must be >= 1, not " + maxSearches);
        requireThat(maxObservation >= 1, "max-observation must be >= 1, not " + maxObservation);
        requireThat(brevity >= 0 && Double.isFinite(brevity), "brevity must be >= 0, not " + brevity);
        requireThat(
                timeoutSeconds > 0 && timeoutSeconds <= 3_600,
                "timeout-seconds must be above 0 and at most 3600, not " + timeoutSeconds);
    }

    private static void requireThat(boolean holds, String otherwise) {
        if (!holds) {
            throw new OptionsException(otherwise);
        }
    }
}
