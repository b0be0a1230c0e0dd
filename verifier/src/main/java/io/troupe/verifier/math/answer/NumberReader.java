package io.troupe.verifier.math.answer;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.math.Rational;
import java.math.BigInteger;

/**
 * Reads one number: digits, thousands, decimals, repeating decimals, powers of ten. Written so that each character is looked at a bounded number of
 * times.
 */
final class NumberReader {

    /** What may stand between groups of three digits. */
    enum Groups {
        /** Commas and gaps. */
        ALL,
        /** Gaps: in brackets a comma separates. */
        GAPS,
        /** Nothing. */
        NONE
    }

    private static final int WORD_BITS = 64;
    private static final int MAX_EXPONENT = 4_000;
    private static final String[] GAPS = {
        "{,}", ",\\!", "\\!,", "\\,", "\\!", "\\;", "\\ ", "~", "\u00a0", "\u202f", "\u2009", " "
    };
    private static final String[] BARS = {"\\overline", "\\bar", "\\overline ", "\\bar "};

    private final String source;
    private final Groups groups;
    private final Fuel fuel;
    private final int start;
    private int at;

    NumberReader(String source, int at, Groups groups, Fuel fuel) {
        this.source = source;
        this.at = at;
        this.start = at;
        this.groups = groups;
        this.fuel = fuel;
    }

    static boolean startsNumber(String source, int at) {
        char c = source.charAt(at);
        return isDigit(c) || (c == '.' && at + 1 < source.length() && isDigit(source.charAt(at + 1)));
    }

    static Expression.Num whole(String digits) {
        return new Expression.Num(Rational.of(new BigInteger(digits)), -1, digits);
    }

    int end() {
        return at;
    }

    Expression.Num read() {
        var digits = new StringBuilder(run());
        groups(digits);
        int decimals = -1;
        Rational repeating = Unit.ZERO;
        if (isDecimalComma() || (at < source.length() && source.charAt(at) == '.' && at + 1 < source.length())) {
            int mark = at;
            at += source.charAt(at) == '.' ? 1 : 3;
            String fraction = run();
            Rational cycle = cycle(digits, fraction);
            if (cycle != null) {
                repeating = cycle;
                digits.append(fraction);
                decimals = fraction.length();
            } else if (fraction.isEmpty()) {
                at = mark;
            } else {
                digits.append(fraction);
                decimals = fraction.length();
            }
        }
        String written = source.substring(start, at);
        pay(digits.length());
        Rational value = Rational.of(new BigInteger(digits.isEmpty() ? "0" : digits.toString()));
        if (decimals > 0) {
            value = value.over(Rational.of(BigInteger.TEN.pow(decimals)));
        }
        if (repeating.signum() != 0) {
            return new Expression.Num(value.plus(repeating), -1, written);
        }
        return exponent(value, decimals, written);
    }

    private void pay(long digits) {
        fuel.spend(digits + digits * digits / WORD_BITS);
    }

    private String run() {
        int from = at;
        while (at < source.length() && isDigit(source.charAt(at))) {
            at++;
        }
        return source.substring(from, at);
    }

    /** Groups of exactly three digits after a comma or a gap; all groups of a number are separated alike. */
    private void groups(StringBuilder digits) {
        if (groups == Groups.NONE || digits.length() > 3 || digits.isEmpty() || digits.charAt(0) == '0') {
            return;
        }
        String gap = gapHere(null);
        while (gap != null) {
            at += gap.length();
            digits.append(source, at, at + 3);
            at += 3;
            gap = gapHere(gap);
        }
    }

    private @org.jspecify.annotations.Nullable String gapHere(@org.jspecify.annotations.Nullable String before) {
        if (before != null) {
            return isGroup(before) ? before : null;
        }
        if (groups == Groups.ALL && isGroup(",")) {
            return ",";
        }
        for (String gap : GAPS) {
            if (isGroup(gap)) {
                return gap;
            }
        }
        return null;
    }

    private boolean isGroup(String gap) {
        int from = at + gap.length();
        return source.startsWith(gap, at)
                && from + 3 <= source.length()
                && isDigit(source.charAt(from))
                && isDigit(source.charAt(from + 1))
                && isDigit(source.charAt(from + 2))
                && (from + 3 == source.length() || !isDigit(source.charAt(from + 3)));
    }

    private boolean isDecimalComma() {
        return source.startsWith("{,}", at) && at + 3 < source.length() && isDigit(source.charAt(at + 3));
    }

    /** What a repeating part after the digits read so far adds, or null if there is none. */
    private @org.jspecify.annotations.Nullable Rational cycle(StringBuilder whole, String fraction) {
        if (at >= source.length()) {
            return null;
        }
        for (String bar : BARS) {
            if (source.startsWith(bar, at)) {
                return delimited(at + bar.length(), '{', '}', fraction.length());
            }
        }
        if (source.startsWith("\\dot", at)) {
            return dotted(fraction.length());
        }
        if (source.charAt(at) == '(' && !whole.isEmpty()) {
            return delimited(at, '(', ')', fraction.length());
        }
        return ellipsis(fraction);
    }

    private @org.jspecify.annotations.Nullable Rational delimited(int open, char opening, char closing, int offset) {
        int from = open + 1;
        int to = from;
        while (to < source.length() && isDigit(source.charAt(to))) {
            to++;
        }
        if (open < source.length() && isDigit(source.charAt(open)) && opening == '{') {
            at = open + 1;
            return repeat(source.substring(open, open + 1), offset);
        }
        if (open >= source.length()
                || source.charAt(open) != opening
                || to == from
                || to == source.length()
                || source.charAt(to) != closing) {
            return null;
        }
        at = to + 1;
        return repeat(source.substring(from, to), offset);
    }

    /** {@code \dot{1}4\dot{2}}: from the first dot to the last. */
    private @org.jspecify.annotations.Nullable Rational dotted(int offset) {
        int mark = at;
        String first = dot();
        if (first.isEmpty()) {
            at = mark;
            return null;
        }
        int afterFirst = at;
        String between = run();
        String last = dot();
        if (last.isEmpty()) {
            at = afterFirst;
            return repeat(first, offset);
        }
        return repeat(first + between + last, offset);
    }

    private String dot() {
        if (!source.startsWith("\\dot", at)) {
            return "";
        }
        int from = at + 4;
        while (from < source.length() && (source.charAt(from) == '{' || source.charAt(from) == ' ')) {
            from++;
        }
        if (from < source.length() && isDigit(source.charAt(from))) {
            at = from + 1;
            if (at < source.length() && source.charAt(at) == '}') {
                at++;
            }
            return source.substring(from, from + 1);
        }
        return "";
    }

    /** {@code 0.333...}: the last digit repeats if it was written three times. */
    private @org.jspecify.annotations.Nullable Rational ellipsis(String fraction) {
        int length = fraction.length();
        int dots = source.startsWith("...", at)
                ? 3
                : source.startsWith("\\ldots", at)
                        ? 6
                        : source.startsWith("\\dots", at) ? 5 : source.startsWith("…", at) ? 1 : 0;
        if (dots == 0
                || length < 3
                || fraction.charAt(length - 1) != fraction.charAt(length - 2)
                || fraction.charAt(length - 2) != fraction.charAt(length - 3)) {
            return null;
        }
        at += dots;
        return repeat(fraction.substring(length - 1), length);
    }

    private Rational repeat(String cycle, int offset) {
        pay((long) cycle.length() + offset);
        BigInteger nines = BigInteger.TEN.pow(cycle.length()).subtract(BigInteger.ONE);
        return new Rational(new BigInteger(cycle), nines.multiply(BigInteger.TEN.pow(offset)));
    }

    private Expression.Num exponent(Rational value, int decimals, String written) {
        if (at + 1 >= source.length() || (source.charAt(at) != 'e' && source.charAt(at) != 'E')) {
            return new Expression.Num(value, decimals, written);
        }
        int sign = source.charAt(at + 1) == '+' || source.charAt(at + 1) == '-' ? 1 : 0;
        int from = at + 1 + sign;
        int to = from;
        while (to < source.length() && isDigit(source.charAt(to)) && to - from < 9) {
            to++;
        }
        if (to == from || to - from > 4 || Integer.parseInt(source.substring(from, to)) > MAX_EXPONENT) {
            return new Expression.Num(value, decimals, written);
        }
        int power = Integer.parseInt(source.substring(from, to));
        pay(power);
        boolean negative = source.charAt(at + 1) == '-';
        at = to;
        Rational scale = Rational.of(BigInteger.TEN.pow(power));
        int left = Math.max(decimals, 0) + (negative ? power : -power);
        return new Expression.Num(
                negative ? value.over(scale) : value.times(scale),
                Math.max(left, -1) == 0 ? -1 : Math.max(left, -1),
                source.substring(start, at));
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
