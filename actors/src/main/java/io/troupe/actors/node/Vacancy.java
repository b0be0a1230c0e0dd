package io.troupe.actors.node;

/**
 * The lease of a run, as it was when it was found free: what {@link RunLease#take} takes is this, and no later state of it. So of all who found the same, one
 * has it. Immutable.
 *
 * @param takings how often the lease had been taken until then
 * @param owner who had it last, for people; "nobody" if nobody had
 */
public record Vacancy(long takings, String owner) {

    /** That of a folder in which no run was begun. */
    static final Vacancy NEVER_TAKEN = new Vacancy(0, "nobody");
}
