package io.troupe.actors.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** {@code docs/configuration.md}: every key, its default and what it means, from the comments in {@code reference.conf}. */
public final class SettingsReference {

    private static final String HEAD = """
            # Configuration

            A configuration is a [HOCON](https://github.com/lightbend/config/blob/main/HOCON.md) file that gives what differs from the defaults below:

            ```hocon
            troupe {
              train { steps = 300, learning-rate = 5e-4 }
              tasks = [{ family = "math/arithmetic", level = 2 }]
            }
            ```

            Layers, each over the one before: the defaults, your file (`troupe train my.conf`), `--set train.steps=300` (any key, as often as you like), and
            options of their own such as `--run`. `troupe train my.conf --dry-run` prints the result. A key that is not in this table, a value of the wrong
            type or a combination that cannot be is an error that names the key, the file and the line.

            <!-- Made from actors/src/main/resources/io/troupe/actors/config/reference.conf by `./troupe config-docs`. Change that file, not this one. -->
            """;

    private final StringBuilder text = new StringBuilder(HEAD);

    private SettingsReference() {}

    /** The whole page, as Markdown. */
    public static String markdown() {
        var page = new SettingsReference();
        Config reference = SettingsLoader.reference();
        ConfigObject root = reference.getObject(SettingsLoader.ROOT);
        byLine(root).stream()
                .filter(e -> !(e.getValue() instanceof ConfigObject))
                .forEach(e -> {
                    page.heading(e.getKey(), List.of());
                    page.row(e.getKey(), e.getValue());
                });
        byLine(root).stream()
                .filter(e -> e.getValue() instanceof ConfigObject)
                .forEach(e -> page.section(e.getKey(), (ConfigObject) e.getValue()));
        return page.text.toString();
    }

    private void section(String path, ConfigObject section) {
        heading(path, section.origin().comments());
        rows(path, section);
    }

    private void rows(String path, ConfigObject section) {
        for (Map.Entry<String, ConfigValue> entry : byLine(section)) {
            String key = path + "." + entry.getKey();
            if (entry.getValue() instanceof ConfigObject deeper) {
                rows(key, deeper);
            } else {
                row(key, entry.getValue());
            }
        }
    }

    private void heading(String path, List<String> comments) {
        text.append("\n## ").append(path).append("\n\n");
        if (!comments.isEmpty()) {
            text.append(prose(comments)).append("\n\n");
        }
        text.append("| key | default | meaning |\n| --- | --- | --- |\n");
    }

    private void row(String key, ConfigValue value) {
        List<String> comments = value.origin().comments();
        if (comments.isEmpty()) {
            throw new IllegalStateException(key + " has no comment in reference.conf");
        }
        text.append("| `").append(key).append("` | ").append(shown(value)).append(" | ");
        text.append(prose(comments).replace("|", "\\|")).append(" |\n");
    }

    private static String shown(ConfigValue value) {
        if (value instanceof ConfigList list && !list.isEmpty()) {
            return list.stream()
                    .map(entry ->
                            "`" + entry.render(ConfigRenderOptions.concise().setJson(false)) + "`")
                    .collect(Collectors.joining("<br>"));
        }
        return "`" + value.render(ConfigRenderOptions.concise()) + "`";
    }

    private static String prose(List<String> comments) {
        return comments.stream().map(String::strip).collect(Collectors.joining(" "));
    }

    private static List<Map.Entry<String, ConfigValue>> byLine(ConfigObject section) {
        return section.entrySet().stream()
                .sorted(Comparator.comparingInt(
                        entry -> entry.getValue().origin().lineNumber()))
                .toList();
    }
}
