package io.troupe.verifier;

import java.util.List;

/**
 * A grader that can be asked for by name, in one or several profiles: {@code troupe verify --grader ID --profile PROFILE}. Found by {@link
 * java.util.ServiceLoader}: an implementation has a public constructor without parameters and is named in {@code
 * META-INF/services/io.troupe.verifier.GraderProvider}. Safe for any thread.
 */
public interface GraderProvider {

    /** The profile of a grader that has only one. */
    String ONLY_PROFILE = "strict";

    /** The grader's id, such as {@code math}; a task family's grader bears the family's id. */
    String id();

    /** One sentence for people: what it judges. */
    String summary();

    /** For people: what a gold looks like, with an example. */
    String goldFormat();

    /** The names of the profiles; the first is the default. */
    default List<String> profiles() {
        return List.of(ONLY_PROFILE);
    }

    /**
     * The grader of a profile.
     *
     * @param profile one of {@link #profiles()}
     * @return the grader
     * @throws IllegalArgumentException if there is no such profile
     */
    Grader grader(String profile);

    /** The steps that a judgement may take unless the caller says otherwise. */
    long budget();
}
