package io.troupe.policy.jinja;

import io.troupe.policy.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a template into tokens, with {@code trim_blocks} and {@code lstrip_blocks} as transformers sets them: the newline after a block or comment goes, and so
 * does the indentation before it; {@code -} and {@code +} in a delimiter say otherwise.
 */
final class Lexer {

    private static final List<String> LONG_OPERATORS = List.of("//", "**", "==", "!=", ">=", "<=");
    private static final String OPERATORS = "+-/*%~[](){}<>=.:|,;";

    private static final List<String> SHORT_OPERATORS =
            OPERATORS.chars().mapToObj(Character::toString).toList();
    private static final int MAX_NAME = 1000;

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;
    private int counted;
    private boolean lineStarting = true;

    private Lexer(String source) {
        String text = source.replace("\r\n", "\n").replace('\r', '\n');
        this.source = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }

    static List<Token> tokens(String source) {
        var lexer = new Lexer(source);
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        while (at < source.length()) {
            int open = nextTag();
            if (open < 0) {
                add(Kind.TEXT, source.substring(at), at);
                at = source.length();
            } else {
                tag(open);
            }
        }
        add(Kind.END, "", source.length());
    }

    private int nextTag() {
        for (int open = source.indexOf('{', at); open >= 0; open = source.indexOf('{', open + 1)) {
            char next = charAt(open + 1);
            if (next == '%' || next == '{' || next == '#') {
                return open;
            }
        }
        return -1;
    }

    private void tag(int open) {
        char kind = source.charAt(open + 1);
        char sign = charAt(open + 2);
        String text = before(open, sign, kind != '{');
        if (!text.isEmpty()) {
            add(Kind.TEXT, text, at);
        }
        at = open + (sign == '-' || sign == '+' ? 3 : 2);
        switch (kind) {
            case '#' -> comment(open);
            case '%' -> {
                if (!raw(open)) {
                    add(Kind.BLOCK_BEGIN, "", open);
                    expression("%}", Kind.BLOCK_END);
                }
            }
            default -> {
                add(Kind.OUTPUT_BEGIN, "", open);
                expression("}}", Kind.OUTPUT_END);
            }
        }
    }

    /** The text before a tag, without what its delimiter strips. */
    private String before(int open, char sign, boolean indented) {
        String text = source.substring(at, open);
        if (sign == '-') {
            return Whitespace.stripEnd(text);
        }
        if (sign != '+' && indented) {
            int start = text.lastIndexOf('\n') + 1;
            if ((start > 0 || lineStarting) && Whitespace.isBlank(text, start)) {
                return text.substring(0, start);
            }
        }
        return text;
    }

    private void comment(int open) {
        int end = source.indexOf("#}", at);
        if (end < 0) {
            throw new TemplateException("a comment has no end").inLine(lineOf(open));
        }
        char sign = end > at ? source.charAt(end - 1) : ' ';
        at = end + 2;
        after(sign, true);
    }

    /** What a closing delimiter strips after it. */
    private void after(char sign, boolean trimsNewline) {
        int start = at;
        if (sign == '-') {
            while (at < source.length() && Whitespace.isSpace(source.charAt(at))) {
                at++;
            }
        } else if (trimsNewline && sign != '+' && charAt(at) == '\n') {
            at++;
        }
        lineStarting = at > start && source.charAt(at - 1) == '\n';
    }

    private boolean raw(int open) {
        int word = skipSpace(at);
        if (!source.startsWith("raw", word)) {
            return false;
        }
        int end = skipSpace(word + 3);
        boolean strips = charAt(end) == '-';
        if (!source.startsWith("%}", strips ? end + 1 : end)) {
            return false;
        }
        at = end + (strips ? 3 : 2);
        after(strips ? '-' : ' ', false);
        for (int close = source.indexOf("{%", at); close >= 0; close = source.indexOf("{%", close + 2)) {
            char sign = charAt(close + 2);
            int name = skipSpace(close + (sign == '-' || sign == '+' ? 3 : 2));
            int last = source.startsWith("endraw", name) ? skipSpace(name + 6) : source.length();
            char closing = charAt(last);
            int delimiter = closing == '-' || closing == '+' ? last + 1 : last;
            if (source.startsWith("%}", delimiter)) {
                add(Kind.TEXT, before(close, sign, true), at);
                at = delimiter + 2;
                after(closing, true);
                return true;
            }
        }
        throw new TemplateException("raw has no endraw").inLine(lineOf(open));
    }

    private int skipSpace(int from) {
        int position = from;
        while (position < source.length() && Whitespace.isSpace(source.charAt(position))) {
            position++;
        }
        return position;
    }

    private void expression(String end, Kind endKind) {
        int start = at;
        int open = 0;
        while (true) {
            at = skipSpace(at);
            if (at >= source.length()) {
                throw new TemplateException("a tag has no end '" + end + "'").inLine(lineOf(start));
            }
            if (open == 0 && closes(end, endKind)) {
                return;
            }
            char c = source.charAt(at);
            if (c == '\'' || c == '"') {
                string(c);
            } else if (c >= '0' && c <= '9') {
                number();
            } else if (Character.isJavaIdentifierStart(c) && c != '$') {
                name();
            } else {
                open += operator();
                if (open < 0) {
                    throw new TemplateException("a bracket closes that was not opened").inLine(lineOf(at));
                }
            }
        }
    }

    private boolean closes(String end, Kind endKind) {
        char sign = charAt(at);
        boolean signed = sign == '-' || (sign == '+' && endKind == Kind.BLOCK_END);
        if (!source.startsWith(end, signed ? at + 1 : at)) {
            return false;
        }
        add(endKind, "", at);
        at += signed ? 3 : 2;
        after(signed ? sign : ' ', endKind == Kind.BLOCK_END);
        return true;
    }

    private void number() {
        try {
            at = NumberToken.read(source, at, this::add);
        } catch (TemplateException e) {
            throw e.inLine(lineOf(at));
        }
    }

    private void name() {
        int start = at;
        while (at < source.length() && Character.isJavaIdentifierPart(source.charAt(at))) {
            at++;
        }
        if (at - start > MAX_NAME) {
            throw new TemplateException(
                            "a name of " + (at - start) + " characters is too long; the most are " + MAX_NAME)
                    .inLine(lineOf(start));
        }
        add(Kind.NAME, source.substring(start, at), start);
    }

    private void string(char quote) {
        int end = at + 1;
        while (end < source.length() && source.charAt(end) != quote) {
            end += source.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= source.length()) {
            throw new TemplateException("a string has no end").inLine(lineOf(at));
        }
        add(Kind.STRING, Escapes.decode(source.substring(at + 1, end)), at);
        at = end + 1;
    }

    private int operator() {
        for (String operator : LONG_OPERATORS) {
            if (source.startsWith(operator, at)) {
                add(Kind.OPERATOR, operator, at);
                at += 2;
                return 0;
            }
        }
        char c = source.charAt(at);
        if (OPERATORS.indexOf(c) < 0) {
            throw new TemplateException("the character '" + c + "' has no meaning in a tag").inLine(lineOf(at));
        }
        add(Kind.OPERATOR, SHORT_OPERATORS.get(OPERATORS.indexOf(c)), at);
        at++;
        return "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
    }

    private void add(Kind kind, String text, int position) {
        tokens.add(new Token(kind, text, lineOf(position)));
    }

    private int lineOf(int position) {
        if (position < counted) {
            return 1
                    + (int) source.substring(0, position)
                            .chars()
                            .filter(c -> c == '\n')
                            .count();
        }
        for (; counted < Math.min(position, source.length()); counted++) {
            if (source.charAt(counted) == '\n') {
                line++;
            }
        }
        return line;
    }

    private char charAt(int position) {
        return position < source.length() ? source.charAt(position) : ' ';
    }
}
