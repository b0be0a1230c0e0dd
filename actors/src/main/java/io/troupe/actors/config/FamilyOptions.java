package io.troupe.actors.config;

/**
 * The options of a task family as they were given; the family binds them to a record of its own.
 *
 * @param json a JSON object
 */
public record FamilyOptions(String json) {
    /** No options. */
    public static final FamilyOptions NONE = new FamilyOptions("{}");
}
