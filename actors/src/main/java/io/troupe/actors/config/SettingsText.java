package io.troupe.actors.config;

import com.typesafe.config.ConfigUtil;
import io.troupe.learner.objective.ObjectivePresets;
import io.troupe.learner.objective.ObjectiveSettings;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Settings as HOCON that binds to the same settings again: what {@code --dry-run} prints and a run's {@code config.conf} holds. */
public final class SettingsText {

    private final StringBuilder text = new StringBuilder();

    private SettingsText() {}

    /**
     * Every key with its value, in the order of {@code reference.conf}.
     *
     * @param settings what to write
     * @return HOCON, with a line break at its end
     */
    public static String of(TroupeSettings settings) {
        var writer = new SettingsText();
        writer.section("", SettingsLoader.ROOT, settings);
        return writer.text.toString();
    }

    private void section(String indent, String key, Record section) {
        line(indent, key + " {");
        for (RecordComponent component : section.getClass().getRecordComponents()) {
            member(indent + "  ", SettingsBinder.keyOf(component), valueOf(component, section));
        }
        line(indent, "}");
    }

    private void member(String indent, String key, @Nullable Object value) {
        if (value instanceof ObjectiveSettings objective) {
            objective(indent, key, objective);
        } else if (value instanceof Record section) {
            section(indent, key, section);
        } else if (value instanceof List<?> list
                && !list.isEmpty()
                && list.stream().allMatch(Record.class::isInstance)) {
            line(indent, key + " = [");
            list.forEach(entry -> line(indent + "  ", inline((Record) entry)));
            line(indent, "]");
        } else {
            line(indent, key + " = " + scalar(value));
        }
    }

    private static String inline(Record entry) {
        var members = new ArrayList<String>();
        for (RecordComponent component : entry.getClass().getRecordComponents()) {
            members.add(SettingsBinder.keyOf(component) + " = " + scalar(valueOf(component, entry)));
        }
        return "{ " + String.join(", ", members) + " }";
    }

    /** Keys that are as the row has them stay {@code preset}, with the value beside: a copy with another name is then that other row. */
    private void objective(String indent, String key, ObjectiveSettings objective) {
        line(indent, key + " {");
        line(indent + "  ", ObjectiveKeys.NAME + " = " + scalar(objective.name()));
        var preset = ObjectivePresets.named(objective.name()).asMap();
        Map<String, @Nullable Object> changes = ObjectiveKeys.changes(objective);
        preset.forEach((name, value) -> line(
                indent + "  ",
                changes.containsKey(name)
                        ? name + " = " + scalar(changes.get(name))
                        : name + " = " + ObjectiveKeys.PRESET + "  # " + scalar(value)));
        line(indent, "}");
    }

    private static String scalar(@Nullable Object value) {
        if (value instanceof String words) {
            return ConfigUtil.quoteString(words);
        }
        if (value instanceof FamilyOptions options) {
            return options.json();
        }
        if (value instanceof Duration duration) {
            return durationText(duration);
        }
        if (value instanceof Enum<?> constant) {
            return SettingsBinder.wordOf(constant);
        }
        if (value instanceof List<?> list) {
            return "["
                    + String.join(", ", list.stream().map(SettingsText::scalar).toList()) + "]";
        }
        return String.valueOf(value);
    }

    private static String durationText(Duration duration) {
        if (duration.toNanos() % 1_000_000 != 0) {
            return duration.toNanos() + "ns";
        }
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }

    private static @Nullable Object valueOf(RecordComponent component, Record owner) {
        try {
            return component.getAccessor().invoke(owner);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + component, e);
        }
    }

    private void line(String indent, String line) {
        text.append(indent).append(line).append('\n');
    }
}
