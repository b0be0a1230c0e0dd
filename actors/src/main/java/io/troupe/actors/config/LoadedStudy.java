package io.troupe.actors.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A study's configuration with the places that its values came from. Immutable.
 *
 * @param settings the bound values
 */
public record LoadedStudy(StudySettings settings) {

    private static final String ROOT = "study";

    /**
     * Reads a study's configuration.
     *
     * @param file HOCON with the one section {@code study}
     * @param assignments {@code key=value} below {@code study}, in order, as typed after {@code --set}
     * @throws SettingsException if anything does not fit; names key and place
     */
    public static LoadedStudy read(Path file, List<String> assignments) {
        Config given = SettingsLoader.parse(file, "give a study in HOCON, such as examples/tr-grpo-study.conf");
        for (Map.Entry<String, ConfigValue> entry : given.root().entrySet()) {
            if (!entry.getKey().equals(ROOT)) {
                throw SettingsException.of(
                                entry.getKey(),
                                "is not a known key — everything is inside " + ROOT + " { }, keys of troupe inside "
                                        + ROOT + ".base { }")
                        .at("", entry.getValue().origin());
            }
        }
        for (String assignment : assignments) {
            given = assigned(assignment).withFallback(given);
        }
        ConfigValue root = given.root().get(ROOT);
        if (root instanceof ConfigObject section) {
            return new LoadedStudy(SettingsBinder.bind(section, ROOT, StudySettings.class));
        }
        throw SettingsException.of(ROOT, "is missing in " + file + " — everything is inside " + ROOT + " { }");
    }

    /**
     * The settings of one run: defaults, the study's base, the tasks' keys, the variant's keys, the seed.
     *
     * @throws SettingsException if they do not fit; names key and place
     */
    public LoadedSettings cell(StudySettings.Layer tasks, StudySettings.Layer variant, long seed) {
        return new SettingsLoader()
                .section(settings.base())
                .section(tasks.set())
                .section(variant.set())
                .option("run.seed", Long.toString(seed), "study.seeds")
                .load();
    }

    private static Config assigned(String assignment) {
        int equals = assignment.indexOf('=');
        if (equals < 1) {
            throw SettingsException.of("--set " + assignment, "— expected key=value, such as base.train.steps=50");
        }
        String key = assignment.substring(0, equals).strip();
        String full = key.startsWith(ROOT + ".") ? key : ROOT + "." + key;
        ConfigValue value = Hocon.value(assignment.substring(equals + 1), "--set " + assignment);
        return value.atPath(Hocon.path(full));
    }
}
