package io.troupe.policy.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Python's formatting with {@code %}: the conversions s, r, d, i, f, x and %, with flags, width and precision. */
final class PercentFormat {

    private static final int MAX_WIDTH = 10_000;

    private PercentFormat() {}

    private record Conversion(boolean left, boolean zeros, boolean plus, int width, int precision, char letter) {}

    static String format(Budget budget, String format, List<@Nullable Object> values) {
        var text = new StringBuilder();
        budget.text(format.length());
        int used = 0;
        int at = 0;
        while (at < format.length()) {
            int percent = format.indexOf('%', at);
            int end = percent < 0 ? format.length() : percent;
            text.append(format, at, end);
            at = end + 1;
            if (percent >= 0) {
                int letter = end + 1;
                while (letter < format.length() && "-+0 .123456789".indexOf(format.charAt(letter)) >= 0) {
                    letter++;
                }
                if (letter == format.length()) {
                    throw new TemplateException("a format ends within a conversion: " + Values.shorten(format));
                }
                at = letter + 1;
                if (format.charAt(letter) == '%') {
                    text.append('%');
                } else {
                    if (used == values.size()) {
                        throw new TemplateException("a format asks for more than " + used + " values");
                    }
                    Conversion conversion = conversion(format.substring(end + 1, letter), format.charAt(letter));
                    text.append(convert(budget, conversion, values.get(used++)));
                }
            }
            budget.text(text.length());
        }
        if (used < values.size()) {
            throw new TemplateException("a format uses " + used + " of " + values.size() + " values");
        }
        return text.toString();
    }

    private static Conversion conversion(String flags, char letter) {
        int digits = 0;
        while (digits < flags.length() && "-+ 0".indexOf(flags.charAt(digits)) >= 0) {
            digits++;
        }
        String signs = flags.substring(0, digits);
        String numbers = flags.substring(digits);
        int dot = numbers.indexOf('.');
        int width = number(dot < 0 ? numbers : numbers.substring(0, dot));
        int precision = dot < 0 ? -1 : number(numbers.substring(dot + 1));
        return new Conversion(signs.contains("-"), signs.contains("0"), signs.contains("+"), width, precision, letter);
    }

    private static int number(String digits) {
        if (digits.isEmpty()) {
            return 0;
        }
        if (digits.length() > 5 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new TemplateException(
                    "a format's width or precision is no number below " + MAX_WIDTH + ": " + Values.shorten(digits));
        }
        return Math.min(MAX_WIDTH, Integer.parseInt(digits));
    }

    private static String convert(Budget budget, Conversion conversion, @Nullable Object value) {
        String text = switch (conversion.letter()) {
            case 's' -> cut(budget, Printed.text(budget, value), conversion.precision());
            case 'r' -> cut(budget, Printed.repr(budget, value), conversion.precision());
            case 'd', 'i' ->
                signed(
                        conversion,
                        Long.toString(
                                value instanceof Double real
                                        ? (long) (double) real
                                        : Values.integer(value, "a formatted number")));
            case 'x' -> signed(conversion, Long.toString(Values.integer(value, "a formatted number"), 16));
            case 'f' ->
                signed(
                        conversion,
                        new BigDecimal(Values.number(value))
                                .setScale(
                                        conversion.precision() < 0 ? 6 : conversion.precision(), RoundingMode.HALF_EVEN)
                                .toPlainString());
            default -> throw new TemplateException("the conversion %" + conversion.letter() + " is not supported");
        };
        boolean number = conversion.letter() == 'f'; // takes longer the more digits it has
        budget.spend(number ? text.length() : 0);
        budget.read(text);
        int missing = conversion.width() - text.codePointCount(0, text.length());
        if (missing <= 0) {
            return text;
        }
        if (conversion.left()) {
            return text + " ".repeat(missing);
        }
        if (conversion.zeros() && "dixf".indexOf(conversion.letter()) >= 0) {
            int sign = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
            return text.substring(0, sign) + "0".repeat(missing) + text.substring(sign);
        }
        return " ".repeat(missing) + text;
    }

    private static String signed(Conversion conversion, String number) {
        return conversion.plus() && !number.startsWith("-") ? "+" + number : number;
    }

    private static String cut(Budget budget, String text, int precision) {
        budget.read(text);
        return precision < 0 || text.codePointCount(0, text.length()) <= precision
                ? text
                : text.substring(0, text.offsetByCodePoints(0, precision));
    }
}
