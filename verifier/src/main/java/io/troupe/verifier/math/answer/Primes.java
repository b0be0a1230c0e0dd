package io.troupe.verifier.math.answer;

import io.troupe.verifier.math.Rational;
import io.troupe.verifier.math.answer.Expression.Num;
import io.troupe.verifier.math.answer.Expression.Quantity;

/** Reads primes after numbers: minutes and seconds of arc after degrees, feet and inches otherwise. */
final class Primes {

    private final Cursor cursor;

    Primes(Cursor cursor) {
        this.cursor = cursor;
    }

    /** Whether a prime stands here. */
    boolean follow() {
        return length(0) > 0;
    }

    /** How many tokens spell the primes that stand so far ahead; 0 if none do. */
    private int length(int ahead) {
        Token token = cursor.peek(ahead);
        if (token.isSign("\"")) {
            return 1;
        }
        if (token.isSign("'")) {
            return cursor.peek(ahead + 1).isSign("'") ? 2 : 1;
        }
        if (!token.isSign("^")) {
            return 0;
        }
        boolean braced = cursor.peek(ahead + 1).isSign("{");
        int end = ahead + (braced ? 2 : 1);
        int first = end;
        while (cursor.peek(end).isCommand("prime") && end - first < 2) {
            end++;
        }
        boolean closed = !braced || cursor.peek(end).isSign("}");
        return end > first && closed ? end - ahead + (braced ? 1 : 0) : 0;
    }

    /** Takes the primes that stand here; whether there were two, or a quotation mark. */
    private boolean takesTwo() {
        int primes = 0;
        for (int left = length(0); left > 0; left--) {
            Token token = cursor.take();
            primes += token.isSign("\"") ? 2 : token.isSign("'") || token.isCommand("prime") ? 1 : 0;
        }
        return primes == 2;
    }

    /** Degrees together with the minutes and seconds that follow them. */
    Expression minutes(Expression degrees) {
        if (!(degrees instanceof Quantity quantity)
                || !quantity.unit().equals(Unit.DEGREE)
                || !(quantity.amount() instanceof Num whole)) {
            return degrees;
        }
        Rational amount = whole.value();
        while (cursor.peek().kind() == Token.Kind.NUMBER && length(1) > 0) {
            Rational part = number();
            amount = amount.plus(part.times(Unit.rational(1, takesTwo() ? 3600 : 60)));
        }
        return amount.equals(whole.value()) ? degrees : new Quantity(Num.of(amount), Unit.DEGREE);
    }

    /** So many feet, with the inches that follow, or so many inches. */
    Expression feet(Num amount) {
        if (takesTwo()) {
            return new Quantity(amount, UnitTable.find("inch").orElseThrow());
        }
        Unit foot = UnitTable.find("foot").orElseThrow();
        if (cursor.peek().kind() != Token.Kind.NUMBER || length(1) == 0) {
            return new Quantity(amount, foot);
        }
        Rational inches = number().times(Unit.rational(1, 12));
        takesTwo();
        return new Quantity(Num.of(amount.value().plus(inches)), foot);
    }

    private Rational number() {
        Token token = cursor.take();
        Num number = token.number() == null ? NumberReader.whole(token.text()) : token.number();
        return number.value();
    }
}
