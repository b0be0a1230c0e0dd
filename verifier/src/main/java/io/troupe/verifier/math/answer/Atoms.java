package io.troupe.verifier.math.answer;

import io.troupe.verifier.math.answer.Expression.Constant;
import io.troupe.verifier.math.answer.Expression.Function;
import io.troupe.verifier.math.answer.Expression.Num;
import io.troupe.verifier.math.answer.Expression.Quotient;
import io.troupe.verifier.math.answer.Expression.Symbol;
import io.troupe.verifier.math.answer.Expression.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads the smallest pieces: numbers, letters, words, groups in braces. Commands and brackets have classes of their own. */
final class Atoms {

    private static final Set<String> APPLIED = Set.of("f", "g", "h");
    private static final Set<String> STOPS =
            Set.of("and", "or", "union", "in", "if", "where", "when", "for", "to", "cup");

    private final Grammar grammar;
    private final Cursor cursor;
    private final Commands commands;
    private final BaseDigits bases;
    private final Brackets brackets;
    final Functions functions;

    Atoms(Grammar grammar, Products products) {
        this.grammar = grammar;
        this.cursor = grammar.cursor;
        this.bases = new BaseDigits(cursor);
        this.functions = new Functions(grammar, products, this);
        this.brackets = new Brackets(grammar, this);
        this.commands = new Commands(grammar, this, brackets);
    }

    /** Whether a factor may start here without a sign of multiplication. */
    boolean startsHere() {
        Token token = cursor.peek();
        return switch (token.kind()) {
            case NUMBER -> true;
            case WORD -> !STOPS.contains(token.text()) && !isUnionLetter(token);
            case TEXT ->
                !isConnective(token.text())
                        && (token.text().equals("i") || functions.named(token).isPresent());
            case COMMAND -> commands.starts(token.text());
            case SIGN ->
                token.isSign("(")
                        || (token.isSign("[") && !cursor.squareCloses())
                        || token.isSign("{")
                        || (token.isSign("|") && !cursor.barsSeparate());
            case END -> false;
        };
    }

    private boolean isUnionLetter(Token token) {
        Token next = cursor.peek(1);
        return token.isWord("U") && (next.isSign("(") || next.isSign("[") || next.isSign("{") || next.isCommand("{"));
    }

    static boolean isConnective(String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        return word.equals("and") || word.equals("or") || word.equals(",");
    }

    Expression atom() throws AnswerSyntaxException {
        cursor.enter();
        try {
            Token token = cursor.peek();
            return switch (token.kind()) {
                case NUMBER -> number();
                case WORD -> word();
                case TEXT -> text();
                case COMMAND -> commands.read();
                case SIGN -> token.isSign("_") || token.isSign("^") ? selection() : based(token, brackets.read());
                case END -> throw cursor.unexpected();
            };
        } finally {
            cursor.leave();
        }
    }

    /** {@code _8C_3}, {@code ^8P_3}: so many ways to choose, or to arrange, three of eight. */
    private Expression selection() throws AnswerSyntaxException {
        Token sign = cursor.peek();
        cursor.take();
        Expression all = argument();
        boolean ordered = cursor.peek().isWord("P");
        if (!ordered && !cursor.peek().isWord("C")) {
            throw new AnswerSyntaxException("nothing stands before " + sign, sign.position());
        }
        cursor.take();
        cursor.expectSign("_");
        Expression chosen = argument();
        return ordered
                ? new Quotient(
                        Function.of("factorial", all),
                        Function.of("factorial", new Expression.Sum(List.of(all, new Expression.Negation(chosen)))))
                : Function.of("binom", all, chosen);
    }

    /** {@code (110)_2} is {@code 110_2}. */
    private Expression based(Token opening, Expression content) throws AnswerSyntaxException {
        if (!opening.isSign("(")
                || !(content instanceof Num num)
                || !cursor.peek().isSign("_")) {
            return content;
        }
        cursor.take();
        return bases.of(new Token(Token.Kind.NUMBER, num.written(), opening.position(), false, null), bases.base());
    }

    private Expression number() throws AnswerSyntaxException {
        Optional<Expression> lettered = bases.lettered();
        if (lettered.isPresent()) {
            return lettered.get();
        }
        Token token = cursor.take();
        Num num = token.number() == null ? NumberReader.whole(token.text()) : token.number();
        if (cursor.peek().isSign("_")) {
            cursor.take();
            return bases.of(token, bases.base());
        }
        return num;
    }

    /** A group in braces as its content; a list in braces is a set. */
    Expression group() throws AnswerSyntaxException {
        cursor.expectSign("{");
        int bars = cursor.exchangeBars(0);
        Expression content = grammar.listing();
        cursor.exchangeBars(bars);
        cursor.expectSign("}");
        return content instanceof Expression.Listing list ? new Expression.FiniteSet(list.items()) : content;
    }

    /** What a command works on: a group in braces, or one digit, letter or command. */
    Expression argument() throws AnswerSyntaxException {
        Token token = cursor.peek();
        if (token.isSign("{")) {
            return group();
        }
        if (token.kind() == Token.Kind.NUMBER
                && token.text().length() > 1
                && token.text().chars().allMatch(Character::isDigit)) {
            splitFirst(token, Token.Kind.NUMBER);
        } else if (token.kind() == Token.Kind.WORD && token.text().length() > 1) {
            splitFirst(token, Token.Kind.WORD);
        }
        return token.kind() == Token.Kind.NUMBER ? firstNumber() : atom();
    }

    private Expression firstNumber() {
        Token token = cursor.take();
        return token.number() == null ? NumberReader.whole(token.text()) : token.number();
    }

    private void splitFirst(Token token, Token.Kind kind) {
        cursor.replace(List.of(
                new Token(kind, token.text().substring(0, 1), token.position(), token.spaced(), null),
                new Token(kind, token.text().substring(1), token.position() + 1, false, null)));
    }

    private Expression word() throws AnswerSyntaxException {
        Token token = cursor.peek();
        String word = token.text();
        if (STOPS.contains(word)) {
            throw cursor.unexpected();
        }
        if (word.length() == 1
                && !cursor.bound.contains(word)
                && FunctionNames.constant(word).isPresent()
                && !cursor.peek(1).isSign("_")) {
            cursor.take();
            return FunctionNames.constant(word).get();
        }
        if (bases.isHexadecimal(token)) {
            cursor.take();
            String digits = word + cursor.take().text();
            cursor.take();
            return bases.of(new Token(Token.Kind.NUMBER, digits, token.position(), false, null), bases.base());
        }
        if (word.length() == 1) {
            return letter();
        }
        if (FunctionNames.isName(word)) {
            cursor.take();
            return functions.apply(FunctionNames.function(word).orElseThrow(), word);
        }
        if (FunctionNames.constant(word).isPresent()) {
            cursor.take();
            return FunctionNames.constant(word).get();
        }
        String stem = word.substring(0, word.length() - 1);
        if (FunctionNames.isName(stem)
                && FunctionNames.mayBePowered(FunctionNames.function(stem).orElseThrow())) {
            cursor.replace(List.of(
                    new Token(Token.Kind.WORD, stem, token.position(), token.spaced(), null),
                    new Token(Token.Kind.WORD, word.substring(stem.length()), token.position(), false, null)));
            return word();
        }
        if (word.matches("[A-F]{2,8}")
                && cursor.peek(1).isSign("_")
                && cursor.peek(2).isSign("{")
                && cursor.peek(3).text().equals("16")) {
            cursor.take();
            cursor.take();
            return bases.of(token, bases.base());
        }
        if (FunctionNames.isWord(word)) {
            return words();
        }
        splitFirst(token, Token.Kind.WORD);
        return word();
    }

    private Expression words() {
        var words = new StringBuilder(cursor.take().text());
        while ((cursor.peek().kind() == Token.Kind.WORD
                        && !STOPS.contains(cursor.peek().text()))
                || cursor.peek().isSign("'")) {
            words.append(cursor.peek().spaced() ? " " : "").append(cursor.take().text());
        }
        return new Text(words.toString());
    }

    /** A letter with its index and primes, applied to what follows in brackets if it names a function. */
    private Expression letter() throws AnswerSyntaxException {
        return symbol(cursor.take().text());
    }

    Expression symbol(String letter) throws AnswerSyntaxException {
        var name = new StringBuilder(letter);
        for (int count = 0; count < 8; count++) {
            if (cursor.takeSign("'")) {
                name.append('\'');
            } else if (cursor.peek().isSign("_") && name.indexOf("_") < 0) {
                cursor.take();
                name.append('_').append(index());
            } else if (APPLIED.contains(letter) && takesInverse()) {
                name.append("^{-1}");
            } else if (cursor.peek().isSign("^") && cursor.peek(1).isCommand("prime")) {
                cursor.take();
                cursor.take();
                name.append('\'');
            } else {
                break;
            }
        }
        String head = name.substring(0, 1);
        if (APPLIED.contains(head) && name.indexOf("_") < 0 && cursor.peek().isSign("(")) {
            return new Function(name.toString(), functions.bracketed());
        }
        return new Symbol(name.toString());
    }

    /** Takes {@code ^{-1}} before an opening bracket. */
    private boolean takesInverse() {
        boolean inverse = cursor.peek().isSign("^")
                && cursor.peek(1).isSign("{")
                && cursor.peek(2).isSign("-")
                && cursor.peek(3).text().equals("1")
                && cursor.peek(4).isSign("}")
                && cursor.peek(5).isSign("(");
        for (int k = 0; inverse && k < 5; k++) {
            cursor.take();
        }
        return inverse;
    }

    private String index() throws AnswerSyntaxException {
        if (!cursor.peek().isSign("{")) {
            Token token = cursor.peek();
            if (token.kind() != Token.Kind.NUMBER
                    && token.kind() != Token.Kind.WORD
                    && token.kind() != Token.Kind.COMMAND
                    && token.kind() != Token.Kind.TEXT) {
                throw cursor.unexpected();
            }
            if (token.kind() == Token.Kind.WORD && token.text().length() > 1) {
                splitFirst(token, Token.Kind.WORD);
            }
            return cursor.take().text().strip();
        }
        cursor.take();
        var index = new StringBuilder();
        int depth = 1;
        while (true) {
            Token token = cursor.take();
            if (token.kind() == Token.Kind.END) {
                throw cursor.unexpected();
            }
            depth += token.isSign("{") ? 1 : token.isSign("}") ? -1 : 0;
            if (depth == 0) {
                return index.toString();
            }
            index.append(token.text());
        }
    }

    private Expression text() throws AnswerSyntaxException {
        Optional<String> function = functions.named(cursor.peek());
        Token token = cursor.take();
        if (function.isPresent()) {
            return functions.apply(function.get(), token.text().strip());
        }
        String text = token.text().strip();
        if (text.isEmpty()) {
            return atom();
        }
        if (cursor.peek().isSign("_") && BaseDigits.isDigitsAboveTen(text)) {
            cursor.take();
            return bases.of(new Token(Token.Kind.NUMBER, text, token.position(), false, null), bases.base());
        }
        if (Words.isMathematics(text)) {
            return grammar.nested(text, token);
        }
        var words = new StringBuilder(text);
        while (cursor.peek().kind() == Token.Kind.TEXT
                && !isConnective(cursor.peek().text())) {
            words.append(' ').append(cursor.take().text().strip());
        }
        return new Text(words.toString());
    }

    static Expression half(String fraction) {
        int slash = fraction.indexOf('/');
        return new Quotient(
                NumberReader.whole(fraction.substring(0, slash)), NumberReader.whole(fraction.substring(slash + 1)));
    }

    static boolean isInfinity(Expression expression) {
        return expression == Constant.INFINITY
                || (expression instanceof Expression.Negation negation && negation.operand() == Constant.INFINITY);
    }

    static List<Expression> entries(Expression content) {
        return content instanceof Expression.Listing list ? list.items() : new ArrayList<>(List.of(content));
    }
}
