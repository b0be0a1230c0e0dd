package io.troupe.actors.config;

/**
 * One entry of the list {@code tasks}.
 *
 * @param family the family's name, as {@code troupe tasks} lists it
 * @param level how hard, on the family's own scale
 * @param weight its share of the training tasks, relative to the other entries'
 */
public record TaskSettings(
        String family,
        @WhenAbsent("1") int level,
        @WhenAbsent("1") double weight) {
    public TaskSettings {
        SettingsException.require(!family.isBlank(), "family", "\"\"", "expected the name of a task family");
        SettingsException.require(level >= 1, "level", level, "expected a level >= 1");
        SettingsException.require(
                weight > 0 && Double.isFinite(weight),
                "weight",
                weight,
                "expected a number > 0; leave the family out to train without it");
    }
}
