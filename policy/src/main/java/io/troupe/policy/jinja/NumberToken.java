package io.troupe.policy.jinja;

import io.troupe.policy.jinja.Token.Kind;

/** Reads a number in a template: whole, in another base, or with fraction or exponent; underscores may group digits. */
final class NumberToken {

    interface Sink {
        void add(Kind kind, String text, int position);
    }

    private static final int MAX_DIGITS = 64;

    private NumberToken() {}

    /** Adds the number that begins at a position; returns where it ends. */
    static int read(String source, int start, Sink sink) {
        boolean afterDot = start > 0 && source.charAt(start - 1) == '.';
        int end = digits(source, start);
        if (end == start + 1 && source.charAt(start) == '0' && end < source.length()) {
            int radix = radix(source.charAt(end));
            int last = radix == 10 ? end : based(source, end + 1, radix);
            if (last > end + 1) {
                String digits = source.substring(end + 1, last).replace("_", "").replaceFirst("^0+(?=.)", "");
                if (digits.length() > MAX_DIGITS) { // the conversion takes the square of their number
                    throw new TemplateException(
                            "the number " + Values.shorten(source.substring(start, last)) + " is too great");
                }
                sink.add(Kind.INTEGER, new java.math.BigInteger(digits, radix).toString(), start);
                return last;
            }
        }
        int whole = end;
        if (!afterDot) {
            if (isAt(source, end, ".") && digits(source, end + 1) > end + 1) {
                end = digits(source, end + 1);
            }
            int exponent = isAt(source, end, "eE") ? end + 1 : end;
            int mantissa = exponent > end && isAt(source, exponent, "+-") ? exponent + 1 : exponent;
            if (exponent > end && digits(source, mantissa) > mantissa) {
                end = digits(source, mantissa);
            }
        }
        sink.add(
                end == whole ? Kind.INTEGER : Kind.FLOAT,
                source.substring(start, end).replace("_", ""),
                start);
        return end;
    }

    private static boolean isAt(String source, int position, String characters) {
        return position < source.length() && characters.indexOf(source.charAt(position)) >= 0;
    }

    private static int radix(char letter) {
        return switch (letter) {
            case 'x', 'X' -> 16;
            case 'o', 'O' -> 8;
            case 'b', 'B' -> 2;
            default -> 10;
        };
    }

    private static int based(String source, int from, int radix) {
        int end = from;
        while (end < source.length()
                && (source.charAt(end) == '_'
                        || (source.charAt(end) < 128 && Character.digit(source.charAt(end), radix) >= 0))) {
            end++;
        }
        return end;
    }

    private static int digits(String source, int from) {
        int end = from;
        while (end < source.length() && (isAt(source, end, "0123456789") || (isAt(source, end, "_") && end > from))) {
            end++;
        }
        return end;
    }
}
