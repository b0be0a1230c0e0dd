package io.troupe.actors.config;

import org.jspecify.annotations.Nullable;

/**
 * One entry of the list {@code tasks}.
 *
 * @param family the family's id, as {@code troupe tasks} lists it
 * @param name what its tasks are called in this run, where that is not the family's id
 * @param level how hard, on the family's own scale
 * @param weight its share of the training tasks, relative to the other entries'
 * @param options the family's own options
 */
public record TaskSettings(
        String family,
        @WhenAbsent("null") @Nullable String name,
        @WhenAbsent("1") int level,
        @WhenAbsent("1") double weight,
        @WhenAbsent("{}") FamilyOptions options) {
    public TaskSettings {
        SettingsException.require(!family.isBlank(), "family", "\"\"", "expected the name of a task family");
        SettingsException.require(
                name == null || !name.isBlank(), "name", "\"\"", "expected a name, or null for the family's id");
        SettingsException.require(level >= 1, "level", level, "expected a level >= 1");
        SettingsException.require(
                weight > 0 && Double.isFinite(weight),
                "weight",
                weight,
                "expected a number > 0; leave the family out to train without it");
    }

    /** A family at a level, without options. */
    public static TaskSettings of(String family, int level) {
        return new TaskSettings(family, null, level, 1, FamilyOptions.NONE);
    }

    /** What its tasks are called in this run. */
    public String called() {
        return name == null ? family : name;
    }
}
