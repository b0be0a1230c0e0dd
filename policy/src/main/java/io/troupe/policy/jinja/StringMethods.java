package io.troupe.policy.jinja;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** The methods of strings, with the meaning that Python gives them. */
final class StringMethods {

    /** A method: what it is called on comes first. */
    interface Method {
        @Nullable
        Object call(Scope scope, String self, Arguments arguments);
    }

    private static final Map<String, Method> METHODS = new TreeMap<>();

    static {
        METHODS.put("strip", (scope, self, arguments) -> strip(scope, self, arguments, true, true));
        METHODS.put("lstrip", (scope, self, arguments) -> strip(scope, self, arguments, true, false));
        METHODS.put("rstrip", (scope, self, arguments) -> strip(scope, self, arguments, false, true));
        METHODS.put("upper", (scope, self, arguments) -> Cases.upper(self));
        METHODS.put("lower", (scope, self, arguments) -> Cases.lower(self));
        METHODS.put("casefold", (scope, self, arguments) -> Cases.lower(self));
        METHODS.put("title", (scope, self, arguments) -> title(self));
        METHODS.put("capitalize", (scope, self, arguments) -> capitalize(self));
        METHODS.put("swapcase", (scope, self, arguments) -> swapCase(self));
        METHODS.put("startswith", (scope, self, arguments) -> affix(scope, self, arguments, true));
        METHODS.put("endswith", (scope, self, arguments) -> affix(scope, self, arguments, false));
        METHODS.put("removeprefix", (scope, self, arguments) -> {
            String prefix = arguments.text(0, "prefix");
            return self.startsWith(prefix) ? self.substring(prefix.length()) : self;
        });
        METHODS.put("removesuffix", (scope, self, arguments) -> {
            String suffix = arguments.text(0, "suffix");
            return self.endsWith(suffix) ? self.substring(0, self.length() - suffix.length()) : self;
        });
        METHODS.put(
                "replace",
                (scope, self, arguments) -> TextParts.replace(
                        scope.budget(),
                        self,
                        arguments.text(0, "old"),
                        arguments.text(1, "new"),
                        arguments.integer(2, "count", -1)));
        METHODS.put("split", (scope, self, arguments) -> TextParts.split(scope.budget(), self, arguments, false));
        METHODS.put("rsplit", (scope, self, arguments) -> TextParts.split(scope.budget(), self, arguments, true));
        METHODS.put(
                "splitlines",
                (scope, self, arguments) ->
                        TextParts.lines(scope.budget(), self, arguments.truth(0, "keepends", false)));
        METHODS.put(
                "partition",
                (scope, self, arguments) -> TextParts.partition(scope.budget(), self, arguments.text(0, "sep"), false));
        METHODS.put(
                "rpartition",
                (scope, self, arguments) -> TextParts.partition(scope.budget(), self, arguments.text(0, "sep"), true));
        METHODS.put(
                "join",
                (scope, self, arguments) -> TextParts.join(
                        scope.budget(), self, Values.iterate(scope.budget(), arguments.require(0, "iterable")), true));
        METHODS.put("find", (scope, self, arguments) -> find(scope.budget(), self, arguments, false));
        METHODS.put("rfind", (scope, self, arguments) -> find(scope.budget(), self, arguments, true));
        METHODS.put("index", (scope, self, arguments) -> found(find(scope.budget(), self, arguments, false)));
        METHODS.put("rindex", (scope, self, arguments) -> found(find(scope.budget(), self, arguments, true)));
        METHODS.put(
                "count", (scope, self, arguments) -> TextParts.count(scope.budget(), self, arguments.text(0, "sub")));
        METHODS.put("ljust", (scope, self, arguments) -> TextParts.pad(scope.budget(), self, arguments, -1));
        METHODS.put("rjust", (scope, self, arguments) -> TextParts.pad(scope.budget(), self, arguments, 1));
        METHODS.put("center", (scope, self, arguments) -> TextParts.pad(scope.budget(), self, arguments, 0));
        METHODS.put(
                "zfill", (scope, self, arguments) -> zeroFill(scope.budget(), self, arguments.integer(0, "width", 0)));
        METHODS.put("isdigit", (scope, self, arguments) -> all(self, Character::isDigit));
        METHODS.put("isdecimal", (scope, self, arguments) -> all(self, Character::isDigit));
        METHODS.put("isnumeric", (scope, self, arguments) -> all(self, Character::isDigit));
        METHODS.put("isalpha", (scope, self, arguments) -> all(self, Character::isLetter));
        METHODS.put("isalnum", (scope, self, arguments) -> all(self, Character::isLetterOrDigit));
        METHODS.put("isspace", (scope, self, arguments) -> all(self, Whitespace::isSpace));
        METHODS.put("isupper", (scope, self, arguments) -> isCased(self) && self.equals(Cases.upper(self)));
        METHODS.put("islower", (scope, self, arguments) -> isCased(self) && self.equals(Cases.lower(self)));
        METHODS.put("istitle", (scope, self, arguments) -> isCased(self) && self.equals(title(self)));
        METHODS.put("format", (scope, self, arguments) -> TextParts.format(scope.budget(), self, arguments));
    }

    private StringMethods() {}

    static @Nullable Callable find(String self, String name) {
        Method method = METHODS.get(name);
        if (method == null) {
            return null;
        }
        return (scope, arguments) -> {
            scope.budget().text(self.length());
            return method.call(scope, self, arguments);
        };
    }

    private static String strip(Scope scope, String self, Arguments arguments, boolean start, boolean end) {
        Object given = arguments.get(0, "chars", null);
        IntPredicate stripped = Whitespace::isSpace;
        if (given != null) {
            String characters = arguments.text(0, "chars");
            scope.budget().text(characters.length());
            var set = new BitSet();
            characters.codePoints().forEach(set::set);
            stripped = set::get;
        }
        int from = 0;
        int to = self.length();
        while (start && from < to && stripped.test(self.codePointAt(from))) {
            scope.budget().spend(1);
            from = self.offsetByCodePoints(from, 1);
        }
        while (end && to > from && stripped.test(self.codePointBefore(to))) {
            scope.budget().spend(1);
            to = self.offsetByCodePoints(to, -1);
        }
        return self.substring(from, to);
    }

    private static boolean affix(Scope scope, String self, Arguments arguments, boolean start) {
        if (arguments.size() > 1) {
            throw new TemplateException("startswith and endswith are supported with one argument only");
        }
        Object wanted = arguments.require(0, "prefix");
        List<@Nullable Object> affixes =
                wanted instanceof Sequences.Tuple several ? several : List.of(arguments.text(0, "prefix"));
        for (Object affix : affixes) {
            String text = Printed.text(scope.budget(), affix);
            scope.budget().text(Math.min(text.length(), self.length()));
            if (start ? self.startsWith(text) : self.endsWith(text)) {
                return true;
            }
        }
        return false;
    }

    static String capitalize(String self) {
        if (self.isEmpty()) {
            return self;
        }
        int first = self.offsetByCodePoints(0, 1);
        return Character.toString(Character.toTitleCase(self.codePointAt(0))) + Cases.lower(self.substring(first));
    }

    static String title(String self) {
        var text = new StringBuilder(self.length());
        boolean within = false;
        for (int i = 0; i < self.length(); i = self.offsetByCodePoints(i, 1)) {
            int c = self.codePointAt(i);
            text.appendCodePoint(within ? Character.toLowerCase(c) : Character.toTitleCase(c));
            within = Character.isLetter(c);
        }
        return text.toString();
    }

    private static String swapCase(String self) {
        var text = new StringBuilder();
        self.codePoints()
                .forEach(c -> text.appendCodePoint(
                        Character.isUpperCase(c) ? Character.toLowerCase(c) : Character.toUpperCase(c)));
        return text.toString();
    }

    private static boolean isCased(String self) {
        return !Cases.upper(self).equals(Cases.lower(self));
    }

    private static boolean all(String self, IntPredicate holds) {
        return !self.isEmpty() && self.codePoints().allMatch(holds);
    }

    private static long find(Budget budget, String self, Arguments arguments, boolean last) {
        String wanted = arguments.text(0, "sub");
        long from = arguments.integer(1, "start", 0);
        long length = self.codePointCount(0, self.length());
        long start = Math.max(0, Math.min(length, from < 0 ? from + length : from));
        if (from > length) {
            return -1;
        }
        int unit = self.offsetByCodePoints(0, (int) start);
        var search = new Search(budget, wanted, last);
        int at = last ? search.last(self, self.length()) : search.first(self, unit);
        return at < unit ? -1 : self.codePointCount(0, at);
    }

    private static long found(long at) {
        if (at < 0) {
            throw new TemplateException("index() did not find its text");
        }
        return at;
    }

    private static String zeroFill(Budget budget, String self, long width) {
        int length = self.codePointCount(0, self.length());
        if (width <= length) {
            return self;
        }
        long missing = width - length;
        budget.text(self.length() + Math.min(missing, Integer.MAX_VALUE));
        int sign = self.startsWith("-") || self.startsWith("+") ? 1 : 0;
        return self.substring(0, sign) + "0".repeat((int) missing) + self.substring(sign);
    }
}
