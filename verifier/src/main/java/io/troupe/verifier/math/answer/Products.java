package io.troupe.verifier.math.answer;

import io.troupe.verifier.math.answer.Expression.Constant;
import io.troupe.verifier.math.answer.Expression.Function;
import io.troupe.verifier.math.answer.Expression.MixedNumber;
import io.troupe.verifier.math.answer.Expression.Negation;
import io.troupe.verifier.math.answer.Expression.Num;
import io.troupe.verifier.math.answer.Expression.Percent;
import io.troupe.verifier.math.answer.Expression.PlusMinus;
import io.troupe.verifier.math.answer.Expression.Power;
import io.troupe.verifier.math.answer.Expression.Product;
import io.troupe.verifier.math.answer.Expression.Quantity;
import io.troupe.verifier.math.answer.Expression.Quotient;
import io.troupe.verifier.math.answer.Expression.Sum;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The lower half of the grammar: products, written or implied, signs, powers and what follows a value.
 *
 * <pre>
 * product = signed (("*" | "/" | nothing) signed)*
 * signed  = ("+" | "-" | "±")* power
 * power   = atom (index | "!" | "'" | "%" | "°")* ("^" signed)?
 * </pre>
 */
final class Products {

    private static final int MAX_SIGNS = 60;

    private final Cursor cursor;
    final Atoms atoms;
    private final UnitSuffix units;
    private final Primes primes;

    Products(Grammar grammar) {
        this.cursor = grammar.cursor;
        this.atoms = new Atoms(grammar, this);
        this.units = new UnitSuffix(cursor);
        this.primes = new Primes(cursor);
    }

    /** A product with its signs. */
    Expression signed() throws AnswerSyntaxException {
        boolean negative = false;
        for (int count = 0; ; count++) {
            Token token = cursor.peek();
            if (count > MAX_SIGNS) {
                throw cursor.error("more signs in a row than an answer has");
            }
            if (token.isSign("-")) {
                negative = !negative;
            } else if (token.isCommand("pm") || token.isCommand("mp")) {
                cursor.take();
                cursor.enter();
                Expression both =
                        new PlusMinus(Num.of(0), signed(), token.text().equals("mp"));
                cursor.leave();
                return negative ? new Negation(both) : both;
            } else if (!token.isSign("+")) {
                break;
            }
            cursor.take();
        }
        Expression value = product();
        return negative ? negate(value) : value;
    }

    /** The sign goes to the number itself, so that -5 is a number and -5 cm an amount of cm. */
    private static Expression negate(Expression value) {
        if (value instanceof Quantity quantity) {
            return new Quantity(negate(quantity.amount()), quantity.unit());
        }
        if (value instanceof Percent percent) {
            return new Percent(negate(percent.amount()));
        }
        return value instanceof Num num && num.value().signum() != 0
                ? new Num(num.value().negated(), num.decimals(), "-" + num.written())
                : new Negation(value);
    }

    private Expression product() throws AnswerSyntaxException {
        cursor.enter();
        List<Expression> above = new ArrayList<>();
        List<Expression> below = new ArrayList<>();
        above.add(factor());
        boolean again = true;
        while (again) {
            again = next(above, below);
        }
        cursor.leave();
        return fraction(above, below);
    }

    private boolean next(List<Expression> above, List<Expression> below) throws AnswerSyntaxException {
        Token token = cursor.peek();
        if (isTimesLetter(above)) {
            cursor.take();
            above.add(factor());
            return true;
        }
        if (token.isSign("*")
                || token.isCommand("times")
                || token.isCommand("cdot")
                || token.isCommand("ast")
                || token.isCommand("cdotp")
                || token.isCommand("bullet")) {
            cursor.take();
            above.add(signedFactor());
            return true;
        }
        if (token.isSign("/") || token.isCommand("div") || token.isCommand("slash")) {
            cursor.take();
            divide(above, below, signedFactor());
            return true;
        }
        if (isModulo(token)) {
            cursor.take();
            Expression left = fraction(above, below);
            above.clear();
            below.clear();
            above.add(Function.of("mod", left, signedFactor()));
            return true;
        }
        if (token.isCommand("choose")) {
            cursor.take();
            Expression left = fraction(above, below);
            above.clear();
            below.clear();
            above.add(Function.of("binom", left, product()));
            return true;
        }
        if (token.isCommand("pmod") || (token.isSign("(") && isModulo(cursor.peek(1)))) {
            cursor.take();
            Expression left = fraction(above, below);
            above.clear();
            below.clear();
            above.add(Function.of("pmod", left, modulus(token)));
            return true;
        }
        return unit(above, below) || implied(above, below);
    }

    private static boolean isModulo(Token token) {
        boolean word = token.kind() == Token.Kind.WORD || token.kind() == Token.Kind.TEXT;
        return token.isCommand("bmod")
                || token.isCommand("mod")
                || (word && token.text().strip().equals("mod"));
    }

    /** After {@code \pmod}, or after the bracket of {@code (mod 7)}. */
    private Expression modulus(Token opening) throws AnswerSyntaxException {
        if (opening.kind() == Token.Kind.COMMAND) {
            return atoms.argument();
        }
        cursor.take();
        Expression modulus = signedFactor();
        cursor.expectSign(")");
        return modulus;
    }

    /** The letter of {@code 4.5 x 10^5}. */
    private boolean isTimesLetter(List<Expression> above) {
        Token next = cursor.peek(1);
        return cursor.peek().isWord("x")
                && cursor.peek().spaced()
                && next.spaced()
                && next.text().equals("10")
                && cursor.peek(2).isSign("^")
                && above.get(above.size() - 1) instanceof Num;
    }

    private Expression signedFactor() throws AnswerSyntaxException {
        int count = 0;
        boolean negative = false;
        while (cursor.peek().isSign("-") || cursor.peek().isSign("+")) {
            negative ^= cursor.take().text().equals("-");
            if (++count > MAX_SIGNS) {
                throw cursor.error("more signs in a row than an answer has");
            }
        }
        Expression value = factor();
        return negative ? negate(value) : value;
    }

    /** {@code 2 1/3}: a whole number, a blank and a fraction of whole numbers make a mixed number. */
    private static void divide(List<Expression> above, List<Expression> below, Expression divisor) {
        int last = above.size() - 1;
        if (below.isEmpty()
                && above.size() == 2
                && above.get(last) instanceof Num top
                && top.isInteger()
                && above.get(0) instanceof Num whole
                && whole.isInteger()
                && divisor instanceof Num bottom
                && bottom.isInteger()
                && bottom.value().signum() > 0) {
            above.clear();
            above.add(new MixedNumber(whole, new Quotient(top, bottom)));
            return;
        }
        below.add(divisor);
    }

    private boolean unit(List<Expression> above, List<Expression> below) throws AnswerSyntaxException {
        Optional<Unit> unit = units.take(UnitSuffix.isClosed(above));
        if (unit.isEmpty()) {
            return false;
        }
        Expression amount = fraction(above, below);
        above.clear();
        below.clear();
        Expression quantity = new Quantity(amount, unit.get());
        if (cursor.peek().kind() == Token.Kind.NUMBER) {
            cursor.enter();
            Expression rest = product();
            cursor.leave();
            above.add(new Sum(List.of(quantity, rest)));
            return false;
        }
        above.add(quantity);
        return unit.get().isNumber();
    }

    private boolean implied(List<Expression> above, List<Expression> below) throws AnswerSyntaxException {
        if (!atoms.startsHere()) {
            return false;
        }
        Expression last = above.get(above.size() - 1);
        Token token = cursor.peek();
        if (last instanceof Num
                && token.kind() == Token.Kind.NUMBER
                && !cursor.peek(1).isSign("/")) {
            throw cursor.error("two numbers side by side");
        }
        Expression next = factor();
        if (below.isEmpty()
                && above.size() == 1
                && last instanceof Num whole
                && whole.isInteger()
                && next instanceof Percent percent
                && isProperFraction(percent.amount())) {
            above.set(0, new Percent(new MixedNumber(whole, percent.amount())));
            return true;
        }
        if (below.isEmpty()
                && above.size() == 1
                && last instanceof Num whole
                && whole.isInteger()
                && (token.isCommand("frac")
                        || token.isCommand("dfrac")
                        || token.isCommand("tfrac")
                        || (token.kind() == Token.Kind.COMMAND
                                && token.text().startsWith("frac")
                                && token.text().indexOf('/') > 0))
                && isProperFraction(next)) {
            above.set(0, new MixedNumber(whole, next));
            return true;
        }
        // 1/2x is a half of x: what follows a divisor multiplies the whole
        above.add(next);
        return true;
    }

    private static boolean isProperFraction(Expression next) {
        return next instanceof Quotient quotient
                && quotient.numerator() instanceof Num top
                && quotient.denominator() instanceof Num bottom
                && top.isInteger()
                && bottom.isInteger()
                && top.value().signum() > 0
                && bottom.value().signum() > 0;
    }

    static Expression fraction(List<Expression> above, List<Expression> below) {
        Expression top = above.size() == 1 ? above.get(0) : new Product(above);
        if (below.isEmpty()) {
            return top;
        }
        return new Quotient(top, below.size() == 1 ? below.get(0) : new Product(below));
    }

    /** An atom with what follows it. */
    Expression factor() throws AnswerSyntaxException {
        cursor.enter();
        Expression value = suffixed(atoms.atom());
        cursor.leave();
        return value;
    }

    private Expression suffixed(Expression atom) throws AnswerSyntaxException {
        Expression value = atom;
        for (int count = 0; ; count++) {
            if (count > MAX_SIGNS) {
                throw cursor.error("more signs in a row than an answer has");
            }
            Token token = cursor.peek();
            if (token.isSign("!")) {
                cursor.take();
                boolean twice = cursor.peek().isSign("!") && !cursor.peek().spaced();
                if (twice) {
                    cursor.take();
                }
                value = Function.of(twice ? "doublefactorial" : "factorial", value);
            } else if (isPercent(token)) {
                cursor.take();
                value = new Percent(value);
            } else if (token.isSign("°") || token.isCommand("degree")) {
                cursor.take();
                value = primes.minutes(units.degrees(value));
            } else if (primes.follow() && value instanceof Num number) {
                value = primes.feet(number);
            } else if (token.isSign("^")) {
                cursor.take();
                if (isDegreeMark()) {
                    value = primes.minutes(units.degrees(value));
                } else {
                    value = new Power(value, exponent());
                }
            } else {
                return value;
            }
        }
    }

    private static boolean isPercent(Token token) {
        String text = token.text().strip();
        boolean word = token.kind() == Token.Kind.WORD || token.kind() == Token.Kind.TEXT;
        return token.isSign("%") || (word && (text.equals("percent") || text.equals("pct") || text.equals("%")));
    }

    /** After {@code ^}: takes {@code \circ} or {@code {\circ}} if it stands there. */
    private boolean isDegreeMark() {
        if (cursor.takeCommand("circ") || cursor.takeSign("°") || cursor.takeCommand("degree")) {
            return true;
        }
        if (cursor.peek().isSign("{")
                && (cursor.peek(1).isCommand("circ") || cursor.peek(1).isSign("°"))
                && cursor.peek(2).isSign("}")) {
            cursor.take();
            cursor.take();
            cursor.take();
            return true;
        }
        return false;
    }

    private Expression exponent() throws AnswerSyntaxException {
        cursor.enter();
        try {
            if (cursor.peek().isSign("{")) {
                return atoms.group();
            }
            if (cursor.peek().isCommand("infty")) {
                cursor.take();
                return Constant.INFINITY;
            }
            boolean negative = false;
            int count = 0;
            while (cursor.peek().isSign("-") || cursor.peek().isSign("+")) {
                negative ^= cursor.take().text().equals("-");
                if (++count > MAX_SIGNS) {
                    throw cursor.error("more signs in a row than an answer has");
                }
            }
            Expression value = cursor.peek().isSign("(") ? atoms.atom() : suffixedPower();
            return negative ? negate(value) : value;
        } finally {
            cursor.leave();
        }
    }

    /** Powers group to the right; a factorial after an exponent belongs to it only inside braces. */
    private Expression suffixedPower() throws AnswerSyntaxException {
        Expression base = atoms.atom();
        if (cursor.peek().isSign("^")) {
            cursor.take();
            return new Power(base, exponent());
        }
        return base;
    }
}
