package io.troupe.verifier.math.answer;

import io.troupe.verifier.math.answer.Expression.Constant;
import io.troupe.verifier.math.answer.Expression.Function;
import io.troupe.verifier.math.answer.Expression.Quantity;
import io.troupe.verifier.math.answer.Expression.Symbol;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Recognises the unit after an amount, in words, letters or LaTeX. */
final class UnitSuffix {

    private static final int MAX_TOKENS = 12;
    private static final Set<String> SHORT_QUOTIENTS = Set.of(
            "m/s", "m/s^2", "m/s^{2}", "g/l", "g/L", "m/h", "J/K", "N/m", "V/m", "C/s", "J/s", "g/m^3", "m/s²", "m^2",
            "m^3", "m^{2}", "m^{3}", "m²", "m³");
    /** Words that are both a unit and something else in mathematics. */
    private static final Set<String> NOT_UNITS = Set.of("min", "in", "rad", "deg", "h", "or", "and", "mod", "union");

    private final Cursor cursor;

    UnitSuffix(Cursor cursor) {
        this.cursor = cursor;
    }

    /** Whether no letter stands in the factors, so that letters after them may be a unit. */
    static boolean isClosed(List<Expression> factors) {
        return factors.stream().allMatch(UnitSuffix::isClosed);
    }

    private static boolean isClosed(Expression factor) {
        if (factor instanceof Symbol || factor instanceof Expression.Text || factor instanceof Quantity) {
            return false;
        }
        if (factor instanceof Constant constant && constant == Constant.INFINITY) {
            return false;
        }
        return !(factor instanceof Function function && function.arguments().isEmpty())
                && factor.parts().stream().allMatch(UnitSuffix::isClosed);
    }

    /** Takes the unit that stands here; nothing if none does. */
    Optional<Unit> take(boolean afterClosedAmount) {
        Token token = cursor.peek();
        if (token.isCommand("$")) {
            cursor.take();
            return UnitTable.find("dollar");
        }
        boolean candidate = (token.kind() == Token.Kind.TEXT && !Atoms.isConnective(token.text()))
                || (afterClosedAmount && token.kind() == Token.Kind.WORD)
                || (token.kind() == Token.Kind.COMMAND
                        && (token.text().equals("frac")
                                || token.text().equals("mu")
                                || (afterClosedAmount && token.text().equals("Omega"))));
        return candidate ? longest(afterClosedAmount) : Optional.empty();
    }

    private Optional<Unit> longest(boolean closed) {
        int mark = cursor.mark();
        for (int length = width(); length >= 1; length--) {
            cursor.reset(mark);
            String text = spelled(length);
            boolean plain = text.indexOf('\u0000') < 0;
            String words = text.replace("\u0000", "").strip();
            boolean lettersAlone = plain && tokenOf(mark).kind() == Token.Kind.WORD;
            if (lettersAlone && !mayBeUnit(words, tokenOf(mark).text())) {
                continue;
            }
            Optional<Unit> unit = UnitReader.read(
                    words,
                    (closed && !lettersAlone) || (closed && tokenOf(mark).text().length() >= 4),
                    cursor.fuel);
            if (unit.isPresent()) {
                return unit;
            }
        }
        cursor.reset(mark);
        return Optional.empty();
    }

    private Token tokenOf(int mark) {
        int now = cursor.mark();
        cursor.reset(mark);
        Token token = cursor.peek();
        cursor.reset(now);
        return token;
    }

    private static boolean mayBeUnit(String words, String first) {
        if (first.length() == 1) {
            return SHORT_QUOTIENTS.contains(words.replace(" ", ""));
        }
        if (FunctionNames.isName(first) && !first.equals("sec") && !first.equals("min")) {
            return false;
        }
        return !NOT_UNITS.contains(words)
                || words.equals("in")
                || words.equals("min")
                || words.equals("deg")
                || words.equals("rad");
    }

    /** How many tokens from here may spell a unit. */
    private int width() {
        int width = 0;
        while (width < MAX_TOKENS && spells(cursor.peek(width))) {
            width++;
        }
        return width;
    }

    private static boolean spells(Token token) {
        return switch (token.kind()) {
            case TEXT -> !Atoms.isConnective(token.text());
            case WORD -> !isSeparator(token.text());
            case NUMBER -> token.text().length() <= 2;
            case SIGN -> "^{}/-*.()".contains(token.text());
            case COMMAND ->
                Set.of("cdot", "frac", "circ", "times", "mu", "Omega").contains(token.text());
            case END -> false;
        };
    }

    private static boolean isSeparator(String word) {
        return word.equals("and") || word.equals("or") || word.equals("union") || word.equals("is");
    }

    /** The next tokens as the words of a unit; a zero character tells that text in {@code \text} was among them. */
    private String spelled(int length) {
        var spelled = new StringBuilder();
        boolean fraction = false;
        for (int k = 0; k < length; k++) {
            Token token = cursor.take();
            switch (token.kind()) {
                case TEXT -> spelled.append('\u0000').append(token.text()).append(' ');
                case WORD -> spelled.append(token.spaced() ? " " : "").append(token.text());
                case COMMAND -> {
                    if (token.text().equals("frac")) {
                        fraction = true;
                        spelled.append('\u0000');
                    } else {
                        appendSign(spelled, token.text());
                    }
                }
                case SIGN -> spelled.append(token.text());
                default -> spelled.append(token.text());
            }
        }
        String text = spelled.toString();
        if (fraction) {
            text = text.replace("}{", "/").replace("{", " ").replace("}", " ");
        }
        return text.replace(" ^", "^").replace("(", " ").replace(")", " ");
    }

    private static void appendSign(StringBuilder spelled, String command) {
        switch (command) {
            case "circ" -> spelled.append('°');
            case "mu" -> spelled.append('µ');
            case "Omega" -> {
                boolean prefixed = !spelled.isEmpty() && spelled.charAt(spelled.length() - 1) == ' ';
                spelled.setLength(spelled.length() - (prefixed ? 1 : 0));
                spelled.append('Ω');
            }
            default -> spelled.append(" * ");
        }
    }

    /** An amount of degrees; a letter right after the mark names a scale of temperature. */
    Expression degrees(Expression amount) {
        Token next = cursor.peek();
        if (next.kind() == Token.Kind.WORD || next.kind() == Token.Kind.TEXT) {
            String scale = next.text().strip().toUpperCase(Locale.ROOT);
            Optional<Unit> unit =
                    scale.equals("C") || scale.equals("F") ? UnitTable.find("°" + scale) : Optional.empty();
            if (unit.isPresent()) {
                cursor.take();
                return new Quantity(amount, unit.get());
            }
        }
        return new Quantity(amount, Unit.DEGREE);
    }
}
