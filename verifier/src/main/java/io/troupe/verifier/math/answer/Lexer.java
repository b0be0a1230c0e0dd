package io.troupe.verifier.math.answer;

import io.troupe.verifier.Fuel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Cuts LaTeX or plain text into tokens. Layout is dropped: spacing commands, {@code \left}, font switches, dollar signs of formulas, bold marks. */
final class Lexer {

    private static final Set<String> LAYOUT = Set.of(
            "left",
            "right",
            "middle",
            "big",
            "Big",
            "bigg",
            "Bigg",
            "bigl",
            "bigr",
            "Bigl",
            "Bigr",
            "biggl",
            "biggr",
            "Biggl",
            "Biggr",
            "bigm",
            "displaystyle",
            "textstyle",
            "scriptstyle",
            "limits",
            "nolimits",
            "rm",
            "bf",
            "it",
            "boldmath",
            "nonumber",
            "notag",
            "hfill",
            "hline",
            "scriptscriptstyle",
            "normalsize",
            "large",
            "Large",
            "huge",
            "centering",
            "newline",
            "small",
            "strut",
            "mathstrut");
    private static final Set<String> SPACES =
            Set.of("quad", "qquad", "thinspace", "space", "enspace", "medspace", "hspace");
    private static final Set<String> TEXTS = Set.of(
            "text", "textbf", "textit", "textrm", "texttt", "textsf", "textsc", "textnormal", "mbox", "hbox", "emph");
    private static final Set<String> FONTS = Set.of(
            "mathrm",
            "mathbf",
            "mathit",
            "mathsf",
            "mathtt",
            "operatorname",
            "mathnormal",
            "boldsymbol",
            "bm",
            "pmb",
            "mathcal",
            "mathscr",
            "mathfrak",
            "rm");
    private static final Map<Character, String> COMMANDS_OF_LETTERS = Map.ofEntries(
            Map.entry('π', "pi"),
            Map.entry('∞', "infty"),
            Map.entry('√', "sqrt"),
            Map.entry('∛', "cbrt"),
            Map.entry('∪', "cup"),
            Map.entry('∩', "cap"),
            Map.entry('∅', "emptyset"),
            Map.entry('∈', "in"),
            Map.entry('∉', "notin"),
            Map.entry('±', "pm"),
            Map.entry('∓', "mp"),
            Map.entry('≤', "le"),
            Map.entry('≥', "ge"),
            Map.entry('≠', "ne"),
            Map.entry('≈', "approx"),
            Map.entry('≡', "equiv"),
            Map.entry('θ', "theta"),
            Map.entry('α', "alpha"),
            Map.entry('β', "beta"),
            Map.entry('γ', "gamma"),
            Map.entry('λ', "lambda"),
            Map.entry('μ', "mu"),
            Map.entry('φ', "phi"),
            Map.entry('ω', "omega"),
            Map.entry('σ', "sigma"),
            Map.entry('∖', "setminus"),
            Map.entry('⌊', "lfloor"),
            Map.entry('⌋', "rfloor"),
            Map.entry('⌈', "lceil"),
            Map.entry('⌉', "rceil"),
            Map.entry('⟨', "langle"),
            Map.entry('⟩', "rangle"),
            Map.entry('∑', "sum"),
            Map.entry('∏', "prod"),
            Map.entry('∫', "int"),
            Map.entry('⊂', "subset"),
            Map.entry('⊆', "subseteq"),
            Map.entry('→', "to"),
            Map.entry('∣', "mid"),
            Map.entry('∧', "land"),
            Map.entry('∨', "lor"),
            Map.entry('δ', "delta"),
            Map.entry('ε', "epsilon"),
            Map.entry('ρ', "rho"),
            Map.entry('τ', "tau"),
            Map.entry('Δ', "Delta"),
            Map.entry('≅', "cong"),
            Map.entry('∼', "sim"),
            Map.entry('≃', "approx"));
    private static final Map<Character, String> SIGNS_OF_LETTERS = Map.ofEntries(
            Map.entry('−', "-"),
            Map.entry('–', "-"),
            Map.entry('—', "-"),
            Map.entry('×', "*"),
            Map.entry('·', "*"),
            Map.entry('⋅', "*"),
            Map.entry('∙', "*"),
            Map.entry('÷', "/"),
            Map.entry('⁄', "/"),
            Map.entry('∕', "/"),
            Map.entry('∗', "*"),
            Map.entry('＝', "="),
            Map.entry('＋', "+"),
            Map.entry('，', ","),
            Map.entry('（', "("),
            Map.entry('）', ")"),
            Map.entry('；', ";"),
            Map.entry('％', "%"),
            Map.entry('：', ":"),
            Map.entry('′', "'"),
            Map.entry('’', "'"),
            Map.entry('＜', "<"),
            Map.entry('＞', ">"));
    private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
    private static final String SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";
    private static final String FRACTION_LETTERS = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒";
    private static final List<String> FRACTIONS = List.of(
            "1/2", "1/3", "2/3", "1/4", "3/4", "1/5", "2/5", "3/5", "4/5", "1/6", "5/6", "1/7", "1/8", "3/8", "5/8",
            "7/8", "1/9", "1/10");

    private final String source;
    private final Fuel fuel;
    private final boolean dollarsAreMoney;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private boolean spaced;
    /** How many round, square and curly brackets of mathematics are open: inside, a comma separates. */
    private int brackets;

    private Lexer(String source, Fuel fuel) {
        this.source = source;
        this.fuel = fuel;
        this.dollarsAreMoney = oddDollars(source);
    }

    static List<Token> tokens(String source, Fuel fuel) throws AnswerSyntaxException {
        fuel.spend(source.length() + 1L);
        var lexer = new Lexer(source, fuel);
        while (lexer.at < source.length()) {
            lexer.next();
        }
        lexer.add(Token.Kind.END, "", source.length());
        return lexer.tokens;
    }

    private static boolean oddDollars(String source) {
        int count = 0;
        for (int k = 0; k < source.length(); k++) {
            if (source.charAt(k) == '$' && (k == 0 || source.charAt(k - 1) != '\\')) {
                count++;
            }
        }
        return count % 2 == 1;
    }

    private void next() throws AnswerSyntaxException {
        char c = source.charAt(at);
        int start = at;
        if (Character.isWhitespace(c) || c == '~' || c == '\u200b' || c == '\u00a0' || c == '\u202f' || c == '\u2009') {
            at++;
            spaced = true;
        } else if (c == '\\') {
            command();
        } else if (NumberReader.startsNumber(source, at)) {
            number();
        } else if (c == '$') {
            at++;
            if (dollarsAreMoney) {
                add(Token.Kind.COMMAND, "$", start);
            } else {
                spaced = true;
            }
        } else if (FRACTION_LETTERS.indexOf(c) >= 0) {
            at++;
            add(Token.Kind.COMMAND, "frac" + FRACTIONS.get(FRACTION_LETTERS.indexOf(c)), start);
        } else if (COMMANDS_OF_LETTERS.containsKey(c)) {
            at++;
            add(Token.Kind.COMMAND, COMMANDS_OF_LETTERS.get(c), start);
        } else if (SUPERSCRIPTS.indexOf(c) >= 0 || c == '⁻') {
            script("^", SUPERSCRIPTS);
        } else if (SUBSCRIPTS.indexOf(c) >= 0) {
            script("_", SUBSCRIPTS);
        } else if (Character.isLetter(c)) {
            word();
        } else {
            sign(c);
        }
    }

    private void sign(char c) {
        int start = at++;
        if (c == '…' || (c == '.' && source.startsWith("..", at))) {
            at += c == '.' ? 2 : 0;
            add(Token.Kind.COMMAND, "ldots", start);
            return;
        }
        String sign = SIGNS_OF_LETTERS.getOrDefault(c, String.valueOf(c));
        String pair = at < source.length() ? sign + source.charAt(at) : sign;
        switch (pair) {
            case "<=", ">=", "!=", "==", "->", "=>", "**" -> {
                at++;
                add(Token.Kind.SIGN, pair.equals("==") ? "=" : pair.equals("**") ? "^" : pair, start);
            }
            default -> {
                if ("([".contains(sign)) {
                    brackets++;
                } else if (")]".contains(sign)) {
                    brackets = Math.max(0, brackets - 1);
                }
                add(Token.Kind.SIGN, sign, start);
            }
        }
    }

    private void script(String sign, String digits) {
        int start = at;
        var text = new StringBuilder();
        boolean negative = source.charAt(at) == '⁻';
        if (negative) {
            at++;
        }
        while (at < source.length() && digits.indexOf(source.charAt(at)) >= 0) {
            text.append(digits.indexOf(source.charAt(at++)));
        }
        add(Token.Kind.SIGN, sign, start);
        add(Token.Kind.SIGN, "{", start);
        if (negative) {
            add(Token.Kind.SIGN, "-", start);
        }
        if (!text.isEmpty()) {
            tokens.add(
                    new Token(Token.Kind.NUMBER, text.toString(), start, false, NumberReader.whole(text.toString())));
        }
        add(Token.Kind.SIGN, "}", start);
    }

    private void word() {
        int start = at;
        while (at < source.length()
                && Character.isLetter(source.charAt(at))
                && !COMMANDS_OF_LETTERS.containsKey(source.charAt(at))) {
            at++;
        }
        add(Token.Kind.WORD, source.substring(start, at), start);
    }

    private void number() {
        int start = at;
        var reader = new NumberReader(
                source,
                at,
                isIndex()
                        ? NumberReader.Groups.NONE
                        : brackets > 0 ? NumberReader.Groups.GAPS : NumberReader.Groups.ALL,
                fuel);
        Expression.Num value = reader.read();
        at = reader.end();
        tokens.add(new Token(Token.Kind.NUMBER, value.written(), start, spaced, value));
        spaced = false;
    }

    /** After an index or a power, digits behind a blank are another number: {@code \log_2 125}. */
    private boolean isIndex() {
        Token last = tokens.isEmpty() ? null : tokens.get(tokens.size() - 1);
        return last != null && (last.isSign("_") || last.isSign("^"));
    }

    private void command() throws AnswerSyntaxException {
        int start = at++;
        if (at == source.length()) {
            spaced = true;
            return;
        }
        char c = source.charAt(at);
        if (!isAsciiLetter(c)) {
            at++;
            symbolCommand(c, start);
            return;
        }
        int nameStart = at;
        while (at < source.length() && isAsciiLetter(source.charAt(at))) {
            at++;
        }
        String name = source.substring(nameStart, at);
        if (LAYOUT.contains(name)) {
            dropDot(name);
        } else if (SPACES.contains(name)) {
            spaced = true;
        } else if (TEXTS.contains(name)) {
            text(start, false);
        } else if (FONTS.contains(name)) {
            text(start, true);
        } else {
            add(Token.Kind.COMMAND, name, start);
        }
    }

    private void symbolCommand(char c, int start) {
        switch (c) {
            case ',', ';', ':', ' ', '!', '>', '/', '-', '\n', '(', ')', '[', ']' -> spaced = true;
            case '{', '}' -> {
                brackets = Math.max(0, brackets + (c == '{' ? 1 : -1));
                add(Token.Kind.COMMAND, String.valueOf(c), start);
            }
            case '%' -> add(Token.Kind.SIGN, "%", start);
            case '#', '&', '_' -> spaced = true;
            default -> add(Token.Kind.COMMAND, String.valueOf(c), start);
        }
    }

    private void dropDot(String name) {
        if ((name.equals("left") || name.equals("right")) && at < source.length() && source.charAt(at) == '.') {
            at++;
        }
        spaced = true;
    }

    /** The braced text after {@code \text}, or the single letter; a font's letters are a word. */
    private void text(int start, boolean font) throws AnswerSyntaxException {
        while ((at < source.length() && Character.isWhitespace(source.charAt(at)))
                || (at < source.length() && source.charAt(at) == '*')) {
            at++;
        }
        if (at == source.length()) {
            return;
        }
        if (source.charAt(at) != '{') {
            if (Character.isLetter(source.charAt(at))) {
                add(Token.Kind.WORD, source.substring(at, ++at), start);
            }
            return;
        }
        int depth = 0;
        int open = at;
        do {
            char c = source.charAt(at++);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
        } while (depth > 0 && at < source.length());
        if (depth > 0) {
            throw new AnswerSyntaxException("a brace is never closed", open);
        }
        String content = source.substring(open + 1, at - 1).replace("\\ ", " ").replace("\\,", " ");
        if (content.isBlank()) {
            spaced = true;
        } else if (content.strip().equals("\\$")) {
            add(Token.Kind.COMMAND, "$", start);
        } else if (font && content.chars().allMatch(Character::isLetter)) {
            add(Token.Kind.WORD, content, start);
        } else if (font && content.chars().noneMatch(Character::isLetter)) {
            at = open;
        } else {
            add(Token.Kind.TEXT, content, start);
        }
    }

    private void add(Token.Kind kind, String text, int position) {
        tokens.add(new Token(kind, text, position, spaced, null));
        spaced = false;
    }

    static boolean isAsciiLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
}
