package io.troupe.actors.config;

import com.typesafe.config.ConfigObject;
import java.util.List;

/**
 * A configuration with the places that its values came from, so that whoever finds a value impossible later can still name file and line. Immutable.
 *
 * @param settings the bound values
 * @param root the section {@code troupe} that they were bound from
 */
public record LoadedSettings(TroupeSettings settings, ConfigObject root) {

    /** A problem with the value of a key such as {@code policy.path}, to be thrown. */
    public SettingsException problem(String key, String reason) {
        return SettingsException.of(key, reason).at(SettingsLoader.ROOT, SettingsBinder.originOf(root, key));
    }

    /** A problem with a key of an entry of the list {@code tasks}, to be thrown. */
    public SettingsException taskProblem(int index, String key, String reason) {
        var tasks = (List<?>) root.get("tasks");
        var origin = SettingsBinder.originOf((ConfigObject) tasks.get(index), key);
        return SettingsException.of(key, reason).at(SettingsLoader.ROOT + ".tasks[" + index + "]", origin);
    }
}
