package io.troupe.policy.jinja;

/** The escapes of a string literal: those of Python; a backslash before anything else stays. */
final class Escapes {

    private static final String LETTERS = "abfnrtv\\'\"";
    private static final String MEANINGS = "\u0007\b\f\n\r\t\u000b\\'\"";

    private Escapes() {}

    static String decode(String literal) {
        if (literal.indexOf('\\') < 0) {
            return literal;
        }
        var text = new StringBuilder();
        int at = 0;
        while (at < literal.length()) {
            char c = literal.charAt(at);
            if (c != '\\' || at + 1 == literal.length()) {
                text.append(c);
                at++;
            } else {
                at = escape(literal, at + 1, text);
            }
        }
        return text.toString();
    }

    private static int escape(String literal, int at, StringBuilder text) {
        char c = literal.charAt(at);
        int letter = LETTERS.indexOf(c);
        if (letter >= 0) {
            text.append(MEANINGS.charAt(letter));
            return at + 1;
        }
        return switch (c) {
            case '\n' -> at + 1;
            case 'x' -> code(literal, at + 1, 2, text);
            case 'u' -> code(literal, at + 1, 4, text);
            case 'U' -> code(literal, at + 1, 8, text);
            default -> {
                if (c >= '0' && c <= '7') {
                    yield octal(literal, at, text);
                }
                text.append('\\');
                yield at;
            }
        };
    }

    private static int code(String literal, int from, int digits, StringBuilder text) {
        long code = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = i < literal.length() && literal.charAt(i) < 128 ? Character.digit(literal.charAt(i), 16) : -1;
            if (digit < 0) {
                throw new TemplateException("a string has an escape that is cut short: \\" + literal.charAt(from - 1));
            }
            code = code * 16 + digit;
        }
        if (code > Character.MAX_CODE_POINT) {
            throw new TemplateException("a string has an escape of no character: \\U" + Long.toHexString(code));
        }
        text.appendCodePoint((int) code);
        return from + digits;
    }

    private static int octal(String literal, int from, StringBuilder text) {
        int code = 0;
        int at = from;
        while (at < literal.length() && at < from + 3 && literal.charAt(at) >= '0' && literal.charAt(at) <= '7') {
            code = code * 8 + literal.charAt(at) - '0';
            at++;
        }
        text.appendCodePoint(code);
        return at;
    }
}
