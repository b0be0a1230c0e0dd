package io.troupe.actors.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import io.troupe.learner.objective.ObjectivePresets;
import io.troupe.learner.objective.ObjectiveSettings;
import io.troupe.learner.objective.ObjectiveSettingsException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code objective}. Its {@code name} picks a row of {@link ObjectivePresets}; every other key is {@value #PRESET}, which means what the
 * row says, or a value of its own. The keys, types and combinations are the learner's: it checks them.
 */
final class ObjectiveKeys {

    static final String NAME = "name";
    static final String PRESET = "preset";

    private ObjectiveKeys() {}

    static ObjectiveSettings read(ConfigObject section, String path) {
        ConfigValue name = section.get(NAME);
        if (name == null) {
            throw SettingsException.of(
                            NAME, "is missing — expected one of " + String.join(", ", ObjectivePresets.names()))
                    .at(path, section.origin());
        }
        try {
            ObjectiveSettings preset = ObjectivePresets.named(String.valueOf(name.unwrapped()));
            var changes = new LinkedHashMap<String, @Nullable Object>();
            collect(section, path, "", List.copyOf(preset.asMap().keySet()), changes);
            changes.remove(NAME);
            return preset.with(changes);
        } catch (ObjectiveSettingsException e) {
            String reason =
                    e.getMessage().substring(("objective." + e.key()).length()).strip();
            throw SettingsException.of(e.key(), reason).at(path, SettingsBinder.originOf(section, e.key()));
        }
    }

    /** Every key that differs from the row of the settings' name. */
    static Map<String, @Nullable Object> changes(ObjectiveSettings settings) {
        var preset = ObjectivePresets.named(settings.name()).asMap();
        var changes = new LinkedHashMap<String, @Nullable Object>();
        settings.asMap().forEach((key, value) -> {
            if (!java.util.Objects.equals(preset.get(key), value)) {
                changes.put(key, value);
            }
        });
        return changes;
    }

    private static void collect(
            ConfigObject section, String root, String prefix, List<String> known, Map<String, @Nullable Object> into) {
        for (var entry :
                section.entrySet().stream().sorted(Map.Entry.comparingByKey()).toList()) {
            String key = prefix + entry.getKey();
            if (entry.getValue() instanceof ConfigObject deeper
                    && known.stream().anyMatch(k -> k.startsWith(key + "."))) {
                collect(deeper, root, key + ".", known, into);
            } else if (known.contains(key) || key.equals(NAME)) {
                if (!PRESET.equals(entry.getValue().unwrapped())) {
                    into.put(key, entry.getValue().unwrapped());
                }
            } else {
                throw unknown(
                        root, prefix, entry.getKey(), known, entry.getValue().origin());
            }
        }
    }

    private static SettingsException unknown(
            String root, String prefix, String key, List<String> known, ConfigOrigin origin) {
        var siblings = new ArrayList<String>();
        if (prefix.isEmpty()) {
            siblings.add(NAME);
        }
        known.stream()
                .filter(k -> k.startsWith(prefix))
                .map(k -> k.substring(prefix.length()).replaceFirst("\\..*", ""))
                .distinct()
                .forEach(siblings::add);
        String path = prefix.isEmpty() ? root : root + "." + prefix.substring(0, prefix.length() - 1);
        return SettingsBinder.unknown(path, key, origin, siblings);
    }
}
