package io.troupe.actors.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Small readings of HOCON's scalars, which may be written as text too: {@code "1e-3"} from an environment variable is a number. */
final class Hocon {

    private Hocon() {}

    /**
     * One value as a person types it after {@code --set key=}: a list, section, quoted text, number, true, false or null as in HOCON; anything else is
     * text as it stands, so that paths need no quotes.
     *
     * @param text what was typed
     * @param description where it came from, for messages
     */
    static ConfigValue value(String text, String description) {
        String trimmed = text.strip();
        boolean structured = trimmed.startsWith("[") || trimmed.startsWith("{") || trimmed.startsWith("\"");
        if (structured) {
            return parse("value = " + trimmed, description).root().get("value");
        }
        return switch (trimmed) {
            case "true", "false" -> ConfigValueFactory.fromAnyRef(Boolean.valueOf(trimmed), description);
            case "null" -> ConfigValueFactory.fromAnyRef(null, description);
            default -> {
                @Nullable Object scalar = trimmed;
                if (number(trimmed) != null) {
                    scalar = whole(trimmed);
                    if (scalar == null) {
                        scalar = Double.valueOf(trimmed);
                    }
                }
                yield ConfigValueFactory.fromAnyRef(scalar, description);
            }
        };
    }

    /** Text as HOCON, substitutions resolved. */
    static Config parse(String text, String description) {
        try {
            return ConfigFactory.parseString(text, ConfigParseOptions.defaults().setOriginDescription(description))
                    .resolve();
        } catch (ConfigException e) {
            throw SettingsException.unreadable(
                    description + ": " + e.getMessage().replaceFirst("^.*?: (\\d+: )?", ""), e);
        }
    }

    /** A key such as {@code train.steps} with each step quoted where HOCON needs it. */
    static String path(String key) {
        return ConfigUtil.joinPath(List.of(key.split("\\.", -1)));
    }

    /** The number that a value is or reads as; null if it is none. */
    static @Nullable Double number(Object given) {
        if (given instanceof Number number) {
            return number.doubleValue();
        }
        try {
            return new BigDecimal(given.toString().strip()).doubleValue();
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** The whole number of 64 bits that a value is or reads as, exactly; null if it is none. */
    static @Nullable Long whole(Object given) {
        try {
            return new BigDecimal(given.toString().strip()).longValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            return null;
        }
    }

    static @Nullable Boolean flag(Object given) {
        return switch (given.toString()) {
            case "true" -> Boolean.TRUE;
            case "false" -> Boolean.FALSE;
            default -> null;
        };
    }
}
