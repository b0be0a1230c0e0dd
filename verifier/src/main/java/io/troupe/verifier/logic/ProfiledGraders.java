package io.troupe.verifier.logic;

import io.troupe.verifier.Grader;
import io.troupe.verifier.GraderProvider;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The graders of one family: {@code strict}, and one for each peer whose rewards are reproduced. Immutable, safe for any thread. */
public abstract class ProfiledGraders implements GraderProvider {

    /** The default profile: only a right answer is rewarded. */
    public static final String STRICT = "strict";

    /** The rewards of reasoning-gym. */
    public static final String REASONING_GYM = "reasoning-gym";

    /** The rewards of TinyZero. */
    public static final String TINYZERO = "tinyzero";

    /** The rewards of Logic-RL. */
    public static final String LOGIC_RL = "logic-rl";

    private static final long BUDGET = 2_000_000;

    private final String id;
    private final String summary;
    private final String goldFormat;
    private final Grader strict;
    private final SortedMap<String, Grader> peers;

    /**
     * Graders.
     *
     * @param id the family's id
     * @param summary what they judge, in a sentence
     * @param goldFormat what a gold looks like, with an example
     * @param strict the default
     * @param peers the others, by profile
     */
    protected ProfiledGraders(
            String id, String summary, String goldFormat, Grader strict, Map<String, ? extends Grader> peers) {
        this.id = id;
        this.summary = summary;
        this.goldFormat = goldFormat;
        this.strict = strict;
        this.peers = new TreeMap<>(peers);
    }

    @Override
    public final String id() {
        return id;
    }

    @Override
    public final String summary() {
        return summary;
    }

    @Override
    public final String goldFormat() {
        return goldFormat;
    }

    @Override
    public final List<String> profiles() {
        return Stream.concat(Stream.of(STRICT), peers.keySet().stream()).toList();
    }

    @Override
    public final Grader grader(String profile) {
        @Nullable Grader grader = profile.equals(STRICT) ? strict : peers.get(profile);
        if (grader == null) {
            throw new IllegalArgumentException(
                    id + " has no profile '" + profile + "'. Known: " + String.join(", ", profiles()));
        }
        return grader;
    }

    @Override
    public long budget() {
        return BUDGET;
    }
}
