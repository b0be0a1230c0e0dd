package io.troupe.policy.jinja;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The filters of one value; those of sequences are in {@link SequenceFilters}. */
final class Filters {

    private static final int ROUNDING = 256; // steps: a number may have a thousand digits
    private static final int NO_NUMBER = 16; // steps: an exception notes where it was thrown
    private static final Map<String, Filter> FILTERS = new TreeMap<>();

    static {
        text("upper", text -> Cases.upper(text));
        text("lower", text -> Cases.lower(text));
        text("capitalize", StringMethods::capitalize);
        text("title", Filters::title);
        text("string", text -> text);
        text("safe", text -> text);
        for (String name : List.of("e", "escape", "forceescape")) {
            FILTERS.put(name, (scope, value, arguments) -> escape(scope.budget(), Printed.text(scope.budget(), value)));
        }
        FILTERS.put("wordcount", (scope, value, arguments) -> {
            String text = Printed.text(scope.budget(), value);
            scope.budget().text(text.length());
            return words(text);
        });
        FILTERS.put("trim", Filters::trim);
        FILTERS.put("tojson", JsonText::write);
        FILTERS.put(
                "replace",
                (scope, value, arguments) -> TextParts.replace(
                        scope.budget(),
                        Printed.text(scope.budget(), value),
                        Printed.text(scope.budget(), arguments.require(0, "old")),
                        Printed.text(scope.budget(), arguments.require(1, "new")),
                        arguments.get(2, "count", null) == null ? -1 : arguments.integer(2, "count", -1)));
        FILTERS.put("indent", Filters::indent);
        FILTERS.put("truncate", Filters::truncate);
        FILTERS.put(
                "center",
                (scope, value, arguments) ->
                        TextParts.pad(scope.budget(), Printed.text(scope.budget(), value), width(arguments), 0));
        FILTERS.put(
                "format",
                (scope, value, arguments) -> PercentFormat.format(
                        scope.budget(), Printed.text(scope.budget(), value), arguments.positional()));
        FILTERS.put("default", Filters::orElse);
        FILTERS.put("d", Filters::orElse);
        FILTERS.put("length", (scope, value, arguments) -> Values.length(scope.budget(), value));
        FILTERS.put("count", (scope, value, arguments) -> Values.length(scope.budget(), value));
        FILTERS.put("int", (scope, value, arguments) -> toInteger(scope.budget(), value, arguments));
        FILTERS.put("float", (scope, value, arguments) -> toReal(scope.budget(), value, arguments));
        FILTERS.put(
                "abs",
                (scope, value, arguments) -> value instanceof Double real
                        ? (Object) Math.abs(real)
                        : absolute(Values.integer(value, "what abs takes")));
        FILTERS.put("round", (scope, value, arguments) -> round(scope.budget(), value, arguments));
        FILTERS.put(
                "attr",
                (scope, value, arguments) -> new Undefined("'" + Values.shorten(arguments.text(0, "name")) + "'"));
        FILTERS.put(
                "items",
                (scope, value, arguments) -> value instanceof Map<?, ?> map
                        ? new Sequences.Generated(CollectionMethods.items(scope.budget(), map))
                        : new Sequences.Generated(nothing(value)));
        SequenceFilters.addTo(FILTERS);
    }

    private interface OfText {
        String apply(String text);
    }

    private Filters() {}

    static @Nullable Filter find(String name) {
        return FILTERS.get(name);
    }

    private static void text(String name, OfText filter) {
        FILTERS.put(name, (scope, value, arguments) -> {
            String text = Printed.text(scope.budget(), value);
            scope.budget().text(text.length());
            return filter.apply(text);
        });
    }

    private static List<@Nullable Object> nothing(@Nullable Object value) {
        if (value instanceof Undefined) {
            return List.of();
        }
        throw new TemplateException("items takes a dictionary, not " + Values.type(value));
    }

    private static @Nullable Object trim(Scope scope, @Nullable Object value, Arguments arguments) {
        Callable strip = StringMethods.find(Printed.text(scope.budget(), value), "strip");
        return strip == null ? value : strip.call(scope, arguments);
    }

    private static Arguments width(Arguments arguments) {
        var named = new LinkedHashMap<String, @Nullable Object>(arguments.named());
        if (!arguments.has(0, "width")) {
            named.put("width", 80L);
        }
        return new Arguments(arguments.positional(), named);
    }

    private static String title(String text) {
        var title = new StringBuilder(text.length());
        boolean begins = true;
        for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
            int c = text.codePointAt(i);
            title.appendCodePoint(begins ? Character.toUpperCase(c) : Character.toLowerCase(c));
            begins = Whitespace.isSpace(c) || "-([{<".indexOf(c) >= 0;
        }
        return title.toString();
    }

    /** The words as Jinja counts them: letters, digits and underscores in a row. */
    private static Object words(String text) {
        long words = 0;
        boolean within = false;
        for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
            int c = text.codePointAt(i);
            int type = Character.getType(c);
            boolean inWord = c == '_'
                    || Character.isLetterOrDigit(c)
                    || type == Character.LETTER_NUMBER
                    || type == Character.OTHER_NUMBER;
            words += inWord && !within ? 1 : 0;
            within = inWord;
        }
        return words;
    }

    private static Object absolute(long number) {
        return number < 0 ? Operators.negate(number) : number;
    }

    private static String escape(Budget budget, String text) {
        budget.text(text.chars()
                .mapToLong(c -> c == '<' || c == '>' ? 4 : c == '&' || c == '\'' || c == '"' ? 5 : 1)
                .sum());
        return text.replace("&", "&amp;")
                .replace(">", "&gt;")
                .replace("<", "&lt;")
                .replace("'", "&#39;")
                .replace("\"", "&#34;");
    }

    private static Object indent(Scope scope, @Nullable Object value, Arguments arguments) {
        String text = Printed.text(scope.budget(), value);
        Object width = arguments.get(0, "width", 4L);
        long spaces = width instanceof String ? 0 : Values.integer(width, "width");
        String indentation = width instanceof String given
                ? given
                : " ".repeat(scope.budget().text(Math.max(0, spaces)));
        boolean first = arguments.truth(1, "first", false);
        boolean blank = arguments.truth(2, "blank", false);
        List<@Nullable Object> lines = TextParts.lines(scope.budget(), text + "\n", false);
        var indented = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            String line = (String) lines.get(i);
            if (i > 0) {
                indented.append('\n');
            }
            if (i == 0 ? first : blank || !line.isEmpty()) {
                scope.budget().text((long) indented.length() + indentation.length());
                indented.append(indentation);
            }
            indented.append(line);
        }
        return indented.toString();
    }

    private static Object truncate(Scope scope, @Nullable Object value, Arguments arguments) {
        String text = Printed.text(scope.budget(), value);
        long length = arguments.integer(0, "length", 255);
        boolean killWords = arguments.truth(1, "killwords", false);
        String end = arguments.text(2, "end", "...");
        long leeway = arguments.integer(3, "leeway", 5);
        scope.budget().read(text);
        if (length < end.length() || leeway < 0) {
            throw new TemplateException("truncate needs a length of at least " + end.length()
                    + " and a leeway of at least 0, not " + length + " and " + leeway);
        }
        if (text.length() <= Math.min(length, Budget.MAX_TEXT) + Math.min(leeway, Budget.MAX_TEXT)) {
            return text;
        }
        String cut = text.substring(0, (int) Math.min(text.length(), length - end.length()));
        int space = cut.lastIndexOf(' ');
        return (killWords || space < 0 ? cut : cut.substring(0, space)) + end;
    }

    private static @Nullable Object orElse(Scope scope, @Nullable Object value, Arguments arguments) {
        boolean falsy = arguments.truth(1, "boolean", false) && !Values.isTrue(value);
        return value instanceof Undefined || falsy ? arguments.get(0, "default_value", "") : value;
    }

    private static @Nullable Object toInteger(Budget budget, @Nullable Object value, Arguments arguments) {
        budget.read(value);
        if (value instanceof String text) {
            try {
                String number = text.strip().replace("_", "");
                long radix = arguments.integer(1, "base", 10);
                return radix >= 2 && radix <= 36 && number.matches("[+-]?\\w+")
                        ? (Object) Long.parseLong(number, (int) radix)
                        : (Object) (long) Double.parseDouble(number);
            } catch (NumberFormatException e) {
                budget.spend(NO_NUMBER);
                return arguments.get(0, "default", 0L);
            }
        }
        if (Values.isNumber(value)) {
            return value instanceof Double real ? (Object) (long) (double) real : Values.integer(value, "");
        }
        return orDefault(value, arguments, 0L);
    }

    private static @Nullable Object toReal(Budget budget, @Nullable Object value, Arguments arguments) {
        budget.read(value);
        if (value instanceof String text) {
            try {
                return Double.parseDouble(text.strip());
            } catch (NumberFormatException e) {
                budget.spend(NO_NUMBER);
            }
        }
        return Values.isNumber(value) ? (Object) Values.number(value) : orDefault(value, arguments, 0.0);
    }

    private static @Nullable Object orDefault(@Nullable Object value, Arguments arguments, Object zero) {
        if (value instanceof Undefined undefined) {
            throw undefined.error();
        }
        return arguments.get(0, "default", zero);
    }

    private static Object round(Budget budget, @Nullable Object value, Arguments arguments) {
        budget.spend(ROUNDING);
        double number = Values.number(value);
        double scale = Math.pow(10, (double) arguments.integer(0, "precision", 0));
        return switch (arguments.text(1, "method", "common")) {
            case "ceil" -> Math.ceil(number * scale) / scale;
            case "floor" -> Math.floor(number * scale) / scale;
            default ->
                Double.isNaN(number) || Double.isInfinite(number)
                        ? number
                        : new java.math.BigDecimal(number)
                                .setScale(
                                        (int) Math.max(-400, Math.min(400, arguments.integer(0, "precision", 0))),
                                        java.math.RoundingMode.HALF_EVEN)
                                .doubleValue();
        };
    }
}
