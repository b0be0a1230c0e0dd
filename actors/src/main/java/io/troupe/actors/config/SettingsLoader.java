package io.troupe.actors.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Puts a configuration together from its layers, each over the one before: the defaults of {@code reference.conf}, what a setting implies for others, the
 * user's file, then options in the order in which they were given. Not thread-safe; made for one load.
 */
public final class SettingsLoader {

    /** The section that holds everything of Troupe's. */
    public static final String ROOT = "troupe";

    /** Randomness of scheduling can only be shut out where nothing overlaps. */
    private static final Config WITHOUT_OVERLAP =
            Hocon.parse(ROOT + " { train.staleness = 0, rollout.workers = 1 }", "implied by run.deterministic = true");

    /** Only exact attention lets sampler and learner agree as closely as the check demands, and only tokens of the same version can. */
    private static final Config COMPARABLE = Hocon.parse(
            ROOT + " { policy.attention = exact, train.staleness = 0 }", "implied by debug.check-logprobs = true");

    private final List<Config> layers = new ArrayList<>();

    /** The defaults alone. */
    public static LoadedSettings defaults() {
        return new SettingsLoader().load();
    }

    /**
     * Adds the user's file.
     *
     * @throws SettingsException if it cannot be read, is no HOCON, or holds anything outside of {@code troupe}
     */
    public SettingsLoader file(Path file) {
        Config parsed = parse(file, "give a configuration in HOCON, or none for the defaults");
        for (Map.Entry<String, ConfigValue> entry : parsed.root().entrySet()) {
            if (!entry.getKey().equals(ROOT)) {
                throw outside(entry.getKey(), entry.getValue());
            }
        }
        layers.add(parsed);
        return this;
    }

    /**
     * Adds a configuration as text.
     *
     * @param origin where it comes from, for messages
     */
    public SettingsLoader text(String configuration, String origin) {
        layers.add(Hocon.parse(configuration, origin));
        return this;
    }

    /** Adds the keys of a section, with or without keys. */
    SettingsLoader section(KeySection section) {
        layers.add(section.keys().atPath(ROOT));
        return this;
    }

    /**
     * Adds one option as typed after {@code --set}.
     *
     * @param assignment {@code key=value}, the key with or without the leading {@code troupe.}
     */
    public SettingsLoader set(String assignment) {
        int equals = assignment.indexOf('=');
        if (equals < 1) {
            throw SettingsException.of("--set " + assignment, "— expected key=value, such as train.steps=50");
        }
        return option(assignment.substring(0, equals).strip(), assignment.substring(equals + 1), "--set");
    }

    /**
     * Adds the value of an option that has a name of its own.
     *
     * @param key its key, with or without the leading {@code troupe.}
     * @param value its value as typed
     * @param option the option's name, for messages
     */
    public SettingsLoader option(String key, String value, String option) {
        String full = key.startsWith(ROOT + ".") ? key : ROOT + "." + key;
        String description = option.equals("--set") ? "--set " + key + "=" + value : option + " " + value;
        layers.add(Hocon.value(value, description).atPath(Hocon.path(full)));
        return this;
    }

    /**
     * Merges and binds.
     *
     * @throws SettingsException if anything does not fit; names key and place
     */
    public LoadedSettings load() {
        Config given = ConfigFactory.empty();
        for (Config layer : layers) {
            given = layer.withFallback(given);
        }
        Config defaults = reference();
        ConfigObject root = section(given.withFallback(defaults));
        Config implied = ConfigFactory.empty();
        if (isOn(root, "run", "deterministic")) {
            implied = implied.withFallback(WITHOUT_OVERLAP);
        }
        if (isOn(root, "debug", "check-logprobs")) {
            implied = implied.withFallback(COMPARABLE);
        }
        if (!implied.isEmpty()) {
            root = section(given.withFallback(implied).withFallback(defaults));
        }
        return new LoadedSettings(SettingsBinder.bind(root, ROOT, TroupeSettings.class), root);
    }

    /** The defaults as they are written, with the comments above their keys. */
    static Config reference() {
        URL resource = Objects.requireNonNull(
                SettingsLoader.class.getResource("reference.conf"), "reference.conf is not on the class path");
        return ConfigFactory.parseURL(resource);
    }

    /** A file's HOCON, substitutions resolved; if there is no file, an error with that advice. */
    static Config parse(Path file, String advice) {
        if (!Files.isRegularFile(file)) {
            throw SettingsException.of(file.toString(), "is no file — " + advice);
        }
        try {
            return ConfigFactory.parseFile(
                            file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false))
                    .resolve();
        } catch (ConfigException e) {
            throw SettingsException.unreadable(unreadable(e), e);
        }
    }

    private static boolean isOn(ConfigObject root, String section, String key) {
        return root.get(section) instanceof ConfigObject object && "true".equals(asText(object.get(key)));
    }

    private static ConfigObject section(Config config) {
        ConfigValue section = Objects.requireNonNull(config.root().get(ROOT));
        if (section instanceof ConfigObject object) {
            return object;
        }
        throw SettingsBinder.mismatch(section, ROOT, "a section in { }");
    }

    private static @Nullable String asText(@Nullable ConfigValue value) {
        return value == null || value.unwrapped() == null
                ? null
                : value.unwrapped().toString();
    }

    private static SettingsException outside(String key, ConfigValue value) {
        boolean section = section(reference()).containsKey(key);
        String advice = section
                ? "did you mean " + ROOT + "." + key + "? Everything is inside " + ROOT + " { }"
                : NearestName.of(key, List.of(ROOT))
                        .map(name -> "did you mean " + name + "?")
                        .orElse("everything is inside " + ROOT + " { }");
        return SettingsException.of(key, "is not a known key — " + advice).at("", value.origin());
    }

    private static String unreadable(ConfigException e) {
        String message = String.valueOf(e.getMessage());
        if (e.origin() == null) {
            return message;
        }
        String described = e.origin().description() + ": ";
        String what = message.startsWith(described) ? message.substring(described.length()) : message;
        return SettingsException.place(e.origin()) + ": " + what;
    }
}
