package io.troupe.policy.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cutting texts and putting them together. */
final class TextParts {

    private TextParts() {}

    static List<@Nullable Object> split(Budget budget, String self, Arguments arguments, boolean fromEnd) {
        long most = arguments.integer(1, "maxsplit", -1);
        long splits = most < 0 ? Long.MAX_VALUE : most;
        if (arguments.get(0, "sep", null) == null) {
            return fromEnd ? wordsFromEnd(budget, self, splits) : words(budget, self, splits);
        }
        String separator = arguments.text(0, "sep");
        if (separator.isEmpty()) {
            throw new TemplateException("split() cannot split at an empty text");
        }
        var search = new Search(budget, separator, fromEnd);
        var parts = new ArrayList<@Nullable Object>();
        if (fromEnd) {
            int end = self.length();
            int at = search.last(self, end);
            while (at >= 0 && parts.size() < splits) {
                budget.element(parts.size());
                parts.add(self.substring(at + separator.length(), end));
                end = at;
                at = search.last(self, end);
            }
            parts.add(self.substring(0, end));
            Collections.reverse(parts);
            return parts;
        }
        int start = 0;
        int at = search.first(self, 0);
        while (at >= 0 && parts.size() < splits) {
            budget.element(parts.size());
            parts.add(self.substring(start, at));
            start = at + separator.length();
            at = search.first(self, start);
        }
        parts.add(self.substring(start));
        return parts;
    }

    private static List<@Nullable Object> words(Budget budget, String self, long splits) {
        var parts = new ArrayList<@Nullable Object>();
        String rest = Whitespace.stripStart(self);
        int start = 0;
        while (start < rest.length()) {
            int end = start;
            while (end < rest.length() && !Whitespace.isSpace(rest.charAt(end))) {
                end++;
            }
            budget.element(parts.size());
            if (parts.size() >= splits) {
                parts.add(rest.substring(start));
                return parts;
            }
            parts.add(rest.substring(start, end));
            while (end < rest.length() && Whitespace.isSpace(rest.charAt(end))) {
                end++;
            }
            start = end;
        }
        return parts;
    }

    private static List<@Nullable Object> wordsFromEnd(Budget budget, String self, long splits) {
        List<@Nullable Object> backwards =
                words(budget, new StringBuilder(self).reverse().toString(), splits);
        backwards.replaceAll(word -> new StringBuilder((String) word).reverse().toString());
        Collections.reverse(backwards);
        return backwards;
    }

    static List<@Nullable Object> lines(Budget budget, String self, boolean keepEnds) {
        var lines = new ArrayList<@Nullable Object>();
        int start = 0;
        for (int i = 0; i < self.length(); i++) {
            char c = self.charAt(i);
            if ((c >= 10 && c <= 13) || (c >= 28 && c <= 30) || c == 0x85 || c == 0x2028 || c == 0x2029) {
                int end = c == '\r' && i + 1 < self.length() && self.charAt(i + 1) == '\n' ? i + 2 : i + 1;
                budget.element(lines.size());
                lines.add(self.substring(start, keepEnds ? end : i));
                start = end;
                i = end - 1;
            }
        }
        if (start < self.length()) {
            lines.add(self.substring(start));
        }
        return lines;
    }

    static Sequences.Tuple partition(Budget budget, String self, String separator, boolean last) {
        if (separator.isEmpty()) {
            throw new TemplateException("partition() cannot split at an empty text");
        }
        var search = new Search(budget, separator, last);
        int at = last ? search.last(self, self.length()) : search.first(self, 0);
        if (at < 0) {
            return new Sequences.Tuple(last ? List.of("", "", self) : List.of(self, "", ""));
        }
        return new Sequences.Tuple(List.of(self.substring(0, at), separator, self.substring(at + separator.length())));
    }

    static String replace(Budget budget, String self, String old, String by, long count) {
        long most = count < 0 ? Long.MAX_VALUE : count;
        budget.text(self.length());
        var search = new Search(budget, old, false);
        var text = new StringBuilder();
        int start = 0;
        long done = 0;
        int at = search.first(self, 0);
        while (at >= 0 && done < most) {
            budget.text((long) text.length() + by.length() > Budget.MAX_TEXT ? Long.MAX_VALUE : by.length());
            text.append(self, start, at).append(by);
            start = at + old.length();
            done++;
            if (old.isEmpty()) {
                if (at == self.length()) {
                    break;
                }
                text.append(self.charAt(at));
                start = at + 1;
            }
            at = search.first(self, start);
        }
        return text.append(self, start, self.length()).toString();
    }

    static String join(Budget budget, String separator, List<@Nullable Object> items, boolean strict) {
        var text = new StringBuilder();
        String between = "";
        for (Object item : items) {
            if (strict && !(item instanceof String)) {
                throw new TemplateException("join() joins strings only, not " + Values.type(item));
            }
            String piece = Printed.text(budget, item);
            long length = (long) text.length() + between.length() + piece.length();
            budget.text(length > Budget.MAX_TEXT ? length : between.length() + (long) piece.length());
            text.append(between).append(piece);
            between = separator;
        }
        return text.toString();
    }

    static long count(Budget budget, String self, String part) {
        if (part.isEmpty()) {
            return self.codePointCount(0, self.length()) + 1L;
        }
        long count = 0;
        var search = new Search(budget, part, false);
        for (int at = search.first(self, 0); at >= 0; at = search.first(self, at + part.length())) {
            count++;
        }
        return count;
    }

    /** Pads on the right (-1), the left (1) or both sides (0). */
    static String pad(Budget budget, String self, Arguments arguments, int side) {
        long width = arguments.integer(0, "width", 0);
        String filling = arguments.text(1, "fillchar", " ");
        if (filling.codePointCount(0, filling.length()) != 1) {
            throw new TemplateException("a text is padded with one character, not '" + Values.shorten(filling) + "'");
        }
        budget.read(self);
        int length = self.codePointCount(0, self.length());
        if (width <= length) {
            return self;
        }
        long missing = width - length;
        budget.text(self.length() + Math.multiplyExact(Math.min(missing, Integer.MAX_VALUE), filling.length()));
        long left = side == 0 ? missing / 2 + (missing & width & 1) : side > 0 ? missing : 0;
        return filling.repeat((int) left) + self + filling.repeat((int) (missing - left));
    }

    /** {@code format} with {@code {}}, {@code {0}} and {@code {name}}; what follows a colon is not supported. */
    static String format(Budget budget, String self, Arguments arguments) {
        var text = new StringBuilder();
        int next = 0;
        int at = 0;
        while (at < self.length()) {
            char c = self.charAt(at);
            boolean doubled = at + 1 < self.length() && self.charAt(at + 1) == c;
            if ((c == '{' || c == '}') && doubled) {
                text.append(c);
                at += 2;
            } else if (c == '{') {
                int end = self.indexOf('}', at);
                if (end < 0) {
                    throw new TemplateException("a format has '{' without '}'");
                }
                String field = self.substring(at + 1, end);
                Object value = field.isEmpty()
                        ? arguments.require(next++, "{}")
                        : field.chars().allMatch(d -> d >= '0' && d <= '9') && field.length() < 9
                                ? arguments.require(Integer.parseInt(field), field)
                                : arguments.require(Integer.MAX_VALUE, field);
                String piece = Printed.text(budget, value);
                budget.text((long) text.length() + piece.length());
                text.append(piece);
                at = end + 1;
            } else {
                text.append(c);
                at++;
            }
        }
        return text.toString();
    }
}
