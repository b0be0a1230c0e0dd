package io.troupe.policy.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code tojson} as transformers has it: Python's {@code json.dumps} without escapes of HTML and, by default, of characters beyond ASCII. */
final class JsonText {

    private static final int MAX_INDENT = 100;

    private final Budget budget;
    private final boolean ascii;
    private final boolean sorted;
    private final @Nullable String indent;
    private final String itemSeparator;
    private final String keySeparator;
    private final StringBuilder text = new StringBuilder();

    private JsonText(Budget budget, Arguments arguments) {
        this.budget = budget;
        ascii = arguments.truth(0, "ensure_ascii", false);
        indent = indentation(arguments.get(1, "indent", null));
        Object separators = arguments.get(2, "separators", null);
        sorted = arguments.truth(3, "sort_keys", false);
        if (separators instanceof List<?> two && two.size() == 2) {
            itemSeparator = Printed.text(budget, two.get(0));
            keySeparator = Printed.text(budget, two.get(1));
        } else {
            itemSeparator = indent == null ? ", " : ",";
            keySeparator = ": ";
        }
    }

    static String write(Scope scope, @Nullable Object value, Arguments arguments) {
        var json = new JsonText(scope.budget(), arguments);
        json.append(value, 0);
        return json.text.toString();
    }

    private static @Nullable String indentation(@Nullable Object indent) {
        if (indent == null || indent instanceof String) {
            return (String) indent;
        }
        long spaces = Values.integer(indent, "indent");
        if (spaces > MAX_INDENT) {
            throw new TemplateException("tojson indents by at most " + MAX_INDENT + " spaces, not " + spaces);
        }
        return " ".repeat((int) Math.max(0, spaces));
    }

    private void append(@Nullable Object value, int level) {
        budget.enter();
        budget.text(text.length() < Budget.MAX_TEXT ? 0 : Long.MAX_VALUE);
        if (value instanceof String string) {
            quote(string);
        } else if (value instanceof List<?> list && !(value instanceof Sequences.Range)) {
            array(list, level);
        } else if (value instanceof Map<?, ?> map) {
            object(map, level);
        } else {
            text.append(scalar(budget, value));
        }
        budget.leave();
    }

    private static String scalar(Budget budget, @Nullable Object value) {
        if (value == null) {
            return "null";
        }
        if (value instanceof Boolean) {
            return value.toString();
        }
        if (value instanceof Double number && (Double.isNaN(number) || Double.isInfinite(number))) {
            return Double.isNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";
        }
        if (Values.isNumber(value)) {
            return Printed.scalar(budget, value);
        }
        throw new TemplateException("a value of the type " + Values.type(value) + " cannot be written as JSON");
    }

    private void array(List<?> list, int level) {
        text.append('[');
        String separator = "";
        for (Object item : list) {
            budget.read(separator);
            text.append(separator);
            newLine(level + 1);
            append(item, level + 1);
            separator = itemSeparator;
        }
        if (!list.isEmpty()) {
            newLine(level);
        }
        text.append(']');
    }

    private void object(Map<?, ?> map, int level) {
        List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
        if (sorted) {
            entries.sort((one, other) -> Comparisons.compare(budget, one.getKey(), other.getKey()));
        }
        text.append('{');
        String separator = "";
        for (Map.Entry<?, ?> entry : entries) {
            budget.read(separator);
            text.append(separator);
            newLine(level + 1);
            quote(entry.getKey() instanceof String key ? key : scalar(budget, entry.getKey()));
            budget.read(keySeparator);
            text.append(keySeparator);
            budget.check(text);
            append(entry.getValue(), level + 1);
            separator = itemSeparator;
        }
        if (!entries.isEmpty()) {
            newLine(level);
        }
        text.append('}');
    }

    private void newLine(int level) {
        if (indent != null) {
            budget.text((long) indent.length() * level);
            text.append('\n').append(indent.repeat(level));
        }
    }

    private void quote(String string) {
        budget.text(string.length());
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            budget.check(text);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                case '\f' -> text.append("\\f");
                case '\b' -> text.append("\\b");
                default -> {
                    if (c < ' ' || (ascii && c > '~')) {
                        text.append("\\u");
                        Printed.hexadecimal(text, c, 4);
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }
}
