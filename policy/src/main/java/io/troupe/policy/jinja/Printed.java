package io.troupe.policy.jinja;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values as Python's {@code str} and {@code repr} write them. */
final class Printed {

    private Printed() {}

    static String text(Budget budget, @Nullable Object value) {
        if (value instanceof String text) {
            return text;
        }
        return value instanceof Undefined ? "" : repr(budget, value);
    }

    static String repr(Budget budget, @Nullable Object value) {
        var text = new StringBuilder();
        append(budget, text, value);
        return text.toString();
    }

    private static void append(Budget budget, StringBuilder text, @Nullable Object value) {
        budget.enter();
        budget.text(text.length() < Budget.MAX_TEXT ? 0 : Long.MAX_VALUE);
        if (value instanceof String string) {
            budget.text(string.length());
            quote(budget, text, string);
        } else if (value instanceof Sequences.Range range) {
            text.append("range(")
                    .append(range.isEmpty() ? 0 : range.get(0))
                    .append(", ")
                    .append(range.size())
                    .append(')');
        } else if (value instanceof List<?> list) {
            boolean tuple = value instanceof Sequences.Tuple;
            text.append(tuple ? '(' : '[');
            String separator = "";
            for (Object item : list) {
                text.append(separator);
                append(budget, text, item);
                separator = ", ";
            }
            text.append(tuple ? (list.size() == 1 ? ",)" : ")") : "]");
        } else if (value instanceof Map<?, ?> map) {
            text.append('{');
            String separator = "";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                text.append(separator);
                append(budget, text, entry.getKey());
                text.append(": ");
                append(budget, text, entry.getValue());
                separator = ", ";
            }
            text.append('}');
        } else {
            text.append(scalar(budget, value));
        }
        budget.leave();
    }

    static String scalar(Budget budget, @Nullable Object value) {
        if (value == null) {
            return "None";
        }
        if (value instanceof Boolean truth) {
            return truth ? "True" : "False";
        }
        if (value instanceof Double number) {
            return number(budget, number);
        }
        if (value instanceof Long) {
            return value.toString();
        }
        return value instanceof Undefined ? "Undefined" : "<" + Values.type(value) + ">";
    }

    /** The shortest decimal that reads as this number, as {@code repr} writes it. */
    static String number(Budget budget, double number) {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            return Double.isNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
        }
        if (number == 0) {
            return 1 / number < 0 ? "-0.0" : "0.0";
        }
        var exact = new BigDecimal(number);
        budget.spend(exact.precision()); // 767 digits of the smallest take as long as hundreds of other steps
        BigDecimal shortest = exact;
        for (int digits = 1; digits <= 17; digits++) {
            shortest = exact.round(new MathContext(digits));
            if (shortest.doubleValue() == number) {
                break;
            }
        }
        shortest = shortest.stripTrailingZeros();
        int exponent = shortest.precision() - shortest.scale() - 1;
        if (exponent >= -4 && exponent < 16) {
            String plain = shortest.toPlainString();
            return plain.indexOf('.') < 0 ? plain + ".0" : plain;
        }
        String digits = shortest.unscaledValue().abs().toString();
        return (number < 0 ? "-" : "")
                + digits.charAt(0)
                + (digits.length() > 1 ? "." + digits.substring(1) : "")
                + String.format(Locale.ROOT, "e%s%02d", exponent < 0 ? "-" : "+", Math.abs(exponent));
    }

    private static void quote(Budget budget, StringBuilder text, String string) {
        char quote = string.indexOf('\'') >= 0 && string.indexOf('"') < 0 ? '"' : '\'';
        text.append(quote);
        string.codePoints().forEach(c -> {
            budget.check(text);
            if (c == quote || c == '\\') {
                text.append('\\').appendCodePoint(c);
            } else if (c == '\n' || c == '\r' || c == '\t') {
                text.append(c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t");
            } else if (isPrintable(c)) {
                text.appendCodePoint(c);
            } else {
                text.append('\\').append(c < 256 ? 'x' : c < 65536 ? 'u' : 'U');
                hexadecimal(text, c, c < 256 ? 2 : c < 65536 ? 4 : 8);
            }
        });
        text.append(quote);
    }

    /** A number in so many hexadecimal digits; a formatter would take a thousand times as long. */
    static void hexadecimal(StringBuilder text, int number, int digits) {
        for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
            text.append(Character.forDigit(number >> shift & 15, 16));
        }
    }

    private static boolean isPrintable(int c) {
        if (c == ' ') {
            return true;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR -> false;
            default -> true;
        };
    }
}
