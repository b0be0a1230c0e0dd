package io.troupe.verifier.math.answer;

import io.troupe.verifier.math.Rational;
import io.troupe.verifier.math.answer.Expression.BaseNumber;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;

/** Reads digits with the base that stands under them: {@code 1011_2}, {@code A3_{16}}, {@code 43_{five}}. */
final class BaseDigits {

    private final Cursor cursor;

    BaseDigits(Cursor cursor) {
        this.cursor = cursor;
    }

    /** {@code 1A_{16}}: digits and letters in a row before a base above ten. */
    Optional<Expression> lettered() throws AnswerSyntaxException {
        int mark = cursor.mark();
        var digits = new StringBuilder(cursor.take().text());
        boolean letters = false;
        Token first = cursor.peek();
        while (!cursor.peek().spaced() && isDigits(cursor.peek()) && digits.length() < 40) {
            letters |= cursor.peek().kind() == Token.Kind.WORD;
            digits.append(cursor.take().text());
        }
        if (letters && cursor.takeSign("_")) {
            int base = base();
            return Optional.of(
                    of(new Token(Token.Kind.NUMBER, digits.toString(), first.position(), false, null), base));
        }
        cursor.reset(mark);
        return Optional.empty();
    }

    /** {@code A3_{16}}. */
    boolean isHexadecimal(Token token) {
        Token digits = cursor.peek(1);
        return isDigits(token)
                && digits.kind() == Token.Kind.NUMBER
                && !digits.spaced()
                && cursor.peek(2).isSign("_")
                && cursor.peek(3).isSign("{")
                && cursor.peek(4).text().equals("16");
    }

    private static boolean isDigits(Token token) {
        return (token.kind() == Token.Kind.NUMBER && token.text().chars().allMatch(Character::isDigit))
                || (token.kind() == Token.Kind.WORD && token.text().chars().allMatch(c -> c >= 'A' && c <= 'F'));
    }

    static boolean isDigitsAboveTen(String text) {
        return text.length() > 1
                && text.length() < 40
                && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F'));
    }

    int base() throws AnswerSyntaxException {
        boolean braced = cursor.takeSign("{");
        boolean round = braced && cursor.takeSign("(");
        Token token = cursor.take();
        int base = switch (token.text().strip().toLowerCase(Locale.ROOT)) {
            case "two" -> 2;
            case "three" -> 3;
            case "four" -> 4;
            case "five" -> 5;
            case "six" -> 6;
            case "seven" -> 7;
            case "eight" -> 8;
            case "nine" -> 9;
            case "ten" -> 10;
            case "twelve" -> 12;
            case "sixteen" -> 16;
            default -> token.text().matches("[0-9]{1,2}") ? Integer.parseInt(token.text()) : -1;
        };
        if (base < 2 || base > Character.MAX_RADIX) {
            throw new AnswerSyntaxException("no base from 2 to 36: " + token, token.position());
        }
        if (round) {
            cursor.expectSign(")");
        }
        if (braced) {
            cursor.expectSign("}");
        }
        return base;
    }

    Expression of(Token token, int base) throws AnswerSyntaxException {
        String digits = token.text().replaceAll("[, ]", "");
        cursor.fuel.spend((long) digits.length() * digits.length() / 16);
        int point = digits.indexOf('.');
        String whole = point < 0 ? digits : digits.substring(0, point) + digits.substring(point + 1);
        try {
            Rational value = Rational.of(new BigInteger(whole, base));
            if (point >= 0) {
                value = value.over(Rational.of(BigInteger.valueOf(base).pow(digits.length() - point - 1)));
            }
            return new BaseNumber(digits, base, value);
        } catch (NumberFormatException e) {
            throw new AnswerSyntaxException("digits that base " + base + " doesn't have: " + token, token.position());
        }
    }
}
