package io.troupe.actors.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.troupe.learner.objective.ObjectiveSettings;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * From HOCON to records, strictly: every key must be a component of the record, every component must have a key, and every value must be of its
 * component's type. Components are whole numbers, numbers, true/false, text, durations, enums (in kebab-case), further records, lists of text, whole
 * numbers or records, the options of a task family, which are left to it, and sections whose keys are bound later; a component that is {@code @Nullable} may be {@code null}.
 */
final class SettingsBinder {

    private SettingsBinder() {}

    /**
     * Binds an object to a record.
     *
     * @param object the object, with nothing left to substitute
     * @param path its key from the root, for messages
     * @param type the record
     * @throws SettingsException if anything does not fit; names key and place
     */
    static <T extends Record> T bind(ConfigObject object, String path, Class<T> type) {
        var components = new LinkedHashMap<String, RecordComponent>();
        for (RecordComponent component : type.getRecordComponents()) {
            components.put(keyOf(component), component);
        }
        refuseUnknown(object, path, components);
        Object[] arguments = new Object[components.size()];
        int i = 0;
        for (var entry : components.entrySet()) {
            arguments[i++] = component(object, path, entry.getKey(), entry.getValue());
        }
        return construct(object, path, type, arguments);
    }

    /** The key of a component: {@code maxTurnTokens} is {@code max-turn-tokens}. */
    static String keyOf(RecordComponent component) {
        return component.getName().replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    /** The word of a constant: {@code SEQUENCE_MEAN} is {@code sequence-mean}. */
    static String wordOf(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static void refuseUnknown(ConfigObject object, String path, Map<String, RecordComponent> components) {
        object.entrySet().stream()
                .filter(entry -> !components.containsKey(entry.getKey()))
                .min(Map.Entry.comparingByKey())
                .ifPresent(entry -> {
                    throw unknown(path, entry.getKey(), entry.getValue().origin(), List.copyOf(components.keySet()));
                });
    }

    /** An unknown key, with the nearest known one. */
    static SettingsException unknown(String path, String key, ConfigOrigin origin, List<String> known) {
        String prefix = path.isEmpty() ? "" : path + ".";
        String advice = NearestName.of(key, known)
                .map(name -> "did you mean " + prefix + name + "?")
                .orElse("known here: " + String.join(", ", known));
        return SettingsException.of(key, "is not a known key — " + advice).at(path, origin);
    }

    private static @Nullable Object component(ConfigObject object, String path, String key, RecordComponent component) {
        ConfigValue value = object.get(key);
        AnnotatedType type = component.getAnnotatedType();
        boolean nullable = type.isAnnotationPresent(Nullable.class);
        WhenAbsent absent = component.getAnnotation(WhenAbsent.class);
        if (value == null && absent != null) {
            value = Hocon.value(absent.value(), "default of " + key);
        }
        if (value == null) {
            if (nullable) {
                return null;
            }
            throw SettingsException.of(key, "is missing — expected " + expectation(component.getGenericType()))
                    .at(path, object.origin());
        }
        if (value.valueType() == ConfigValueType.NULL && nullable) {
            return null;
        }
        return read(value, path + "." + key, component.getGenericType());
    }

    private static Object read(ConfigValue value, String path, Type type) {
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            return readList(value, path, list.getActualTypeArguments()[0]);
        }
        Class<?> wanted = (Class<?>) type;
        if (wanted == ObjectiveSettings.class) {
            return ObjectiveKeys.read(objectOf(value, path), path);
        }
        if (wanted == KeySection.class) {
            return new KeySection(objectOf(value, path));
        }
        if (wanted == Long.class) {
            return read(value, path, long.class);
        }
        if (wanted == FamilyOptions.class) {
            return new FamilyOptions(objectOf(value, path).render(ConfigRenderOptions.concise()));
        }
        if (wanted.isRecord()) {
            return bind(objectOf(value, path), path, wanted.asSubclass(Record.class));
        }
        Object read = scalar(value, wanted);
        if (read == null) {
            throw mismatch(value, path, expectation(type));
        }
        return read;
    }

    private static List<Object> readList(ConfigValue value, String path, Type element) {
        if (!(value instanceof ConfigList list)) {
            throw mismatch(value, path, "a list in [ ]");
        }
        var elements = new ArrayList<Object>();
        for (ConfigValue each : list) {
            elements.add(read(each, path + "[" + elements.size() + "]", element));
        }
        return elements;
    }

    private static ConfigObject objectOf(ConfigValue value, String path) {
        if (value instanceof ConfigObject object) {
            return object;
        }
        throw mismatch(value, path, "a section in { }");
    }

    private static @Nullable Object scalar(ConfigValue value, Class<?> wanted) {
        boolean text = value.valueType() == ConfigValueType.STRING;
        if (wanted == String.class) {
            return text ? value.unwrapped() : null;
        }
        if (wanted == boolean.class) {
            return (text || value.valueType() == ConfigValueType.BOOLEAN) ? Hocon.flag(value.unwrapped()) : null;
        }
        if (wanted == Duration.class) {
            return text ? duration(value) : null;
        }
        if (wanted.isEnum()) {
            return text ? constant(value.unwrapped(), wanted) : null;
        }
        return (text || value.valueType() == ConfigValueType.NUMBER) ? number(value.unwrapped(), wanted) : null;
    }

    private static @Nullable Object number(Object given, Class<?> wanted) {
        Double number = Hocon.number(given);
        if (number == null) {
            return null;
        }
        if (wanted == double.class) {
            return number;
        }
        if (wanted == int.class) {
            return number == number.intValue() ? (Object) number.intValue() : null;
        }
        if (wanted == long.class) {
            return Hocon.whole(given);
        }
        throw new IllegalStateException("no way to read a " + wanted);
    }

    private static @Nullable Duration duration(ConfigValue value) {
        if (!String.valueOf(value.unwrapped()).matches("\\s*[0-9.]+\\s*[a-zA-Z]+\\s*")) {
            return null;
        }
        try {
            return value.atKey("duration").getDuration("duration");
        } catch (ConfigException.BadValue e) {
            return null;
        }
    }

    private static @Nullable Object constant(Object word, Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> wordOf((Enum<?>) constant).equals(word))
                .findFirst()
                .orElse(null);
    }

    static SettingsException mismatch(ConfigValue value, String path, String expected) {
        String shown =
                value.valueType() == ConfigValueType.OBJECT ? "a section" : value.render(ConfigRenderOptions.concise());
        int dot = path.lastIndexOf('.');
        return SettingsException.of(path.substring(dot + 1), "= " + shown + ": expected " + expected)
                .at(dot < 0 ? "" : path.substring(0, dot), value.origin());
    }

    private static String expectation(Type type) {
        if (type instanceof ParameterizedType) {
            return "a list in [ ]";
        }
        Class<?> wanted = (Class<?>) type;
        if (wanted.isEnum()) {
            return Arrays.stream(wanted.getEnumConstants())
                    .map(constant -> wordOf((Enum<?>) constant))
                    .collect(Collectors.joining(", ", "one of ", ""));
        }
        if (wanted.isRecord()) {
            return "a section in { }";
        }
        return switch (wanted.getSimpleName()) {
            case "int", "long" -> "a whole number";
            case "double" -> "a number";
            case "boolean" -> "true or false";
            case "Duration" -> "a duration with its unit, such as 90s or 5m";
            default -> "text";
        };
    }

    private static <T extends Record> T construct(
            ConfigObject object, String path, Class<T> type, @Nullable Object[] arguments) {
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            Constructor<T> constructor = type.getDeclaredConstructor(types);
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof SettingsException refused) {
                throw refused.at(path, originOf(object, refused.key()));
            }
            throw new IllegalStateException("cannot make " + type.getName(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make " + type.getName(), e);
        }
    }

    /** Where the value of a key below an object came from; the object's own place if there is no such value. */
    static ConfigOrigin originOf(ConfigObject object, String key) {
        ConfigValue at = object;
        for (String step : key.split("\\.", -1)) {
            ConfigValue next = at instanceof ConfigObject section ? section.get(step) : null;
            if (next == null) {
                break;
            }
            at = next;
        }
        return at.origin();
    }
}
