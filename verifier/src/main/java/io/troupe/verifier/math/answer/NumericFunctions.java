package io.troupe.verifier.math.answer;

import io.troupe.verifier.math.Rational;
import java.math.BigInteger;
import java.util.Set;

/**
 * Functions of one argument by the identities that bring them down to exponentials, logarithms and waves.
 *
 * @param <B> the balls
 */
final class NumericFunctions<B> {

    private static final Set<String> NAMES = Set.of(
            "sin",
            "cos",
            "tan",
            "cot",
            "sec",
            "csc",
            "asin",
            "acos",
            "atan",
            "acot",
            "asec",
            "acsc",
            "sinh",
            "cosh",
            "tanh",
            "coth",
            "sech",
            "csch",
            "asinh",
            "acosh",
            "atanh",
            "ln",
            "abs",
            "sgn",
            "re",
            "im",
            "overline",
            "norm",
            "cis");

    private final Balls<B> balls;

    NumericFunctions(Balls<B> balls) {
        this.balls = balls;
    }

    boolean knows(String name) {
        return NAMES.contains(name);
    }

    B apply(String name, B x) {
        return switch (name) {
            case "sin" -> balls.sin(x);
            case "cos" -> balls.cos(x);
            case "tan" -> balls.over(balls.sin(x), balls.cos(x));
            case "cot" -> balls.over(balls.cos(x), balls.sin(x));
            case "sec" -> balls.inverse(balls.cos(x));
            case "csc" -> balls.inverse(balls.sin(x));
            case "cis" -> balls.plus(balls.cos(x), balls.times(balls.imaginaryUnit(), balls.sin(x)));
            case "asin" -> asin(x);
            case "acos" -> balls.minus(halfPi(), asin(x));
            case "atan" -> balls.atan(x);
            case "acot" -> balls.minus(halfPi(), balls.atan(x));
            case "asec" -> balls.minus(halfPi(), asin(balls.inverse(x)));
            case "acsc" -> asin(balls.inverse(x));
            case "ln" -> balls.log(x);
            case "abs", "norm" -> balls.abs(x);
            case "sgn" -> balls.whole(balls.sign(x));
            case "re" -> balls.real(x);
            case "im" -> balls.imaginary(x);
            case "overline" -> balls.minus(balls.real(x), balls.times(balls.imaginaryUnit(), balls.imaginary(x)));
            default -> hyperbolic(name, x);
        };
    }

    private B hyperbolic(String name, B x) {
        return switch (name) {
            case "asinh" -> balls.log(balls.plus(x, balls.sqrt(balls.plus(balls.times(x, x), balls.whole(1)))));
            case "acosh" -> balls.log(balls.plus(x, balls.sqrt(balls.minus(balls.times(x, x), balls.whole(1)))));
            case "atanh" -> half(balls.log(balls.over(balls.plus(balls.whole(1), x), balls.minus(balls.whole(1), x))));
            default -> {
                B forward = balls.exp(x);
                B back = balls.inverse(forward);
                B sinh = half(balls.minus(forward, back));
                B cosh = half(balls.plus(forward, back));
                yield switch (name) {
                    case "sinh" -> sinh;
                    case "cosh" -> cosh;
                    case "tanh" -> balls.over(sinh, cosh);
                    case "coth" -> balls.over(cosh, sinh);
                    case "sech" -> balls.inverse(cosh);
                    default -> balls.inverse(sinh);
                };
            }
        };
    }

    /** Twice the angle whose tangent is x / (1 + sqrt(1 - x^2)): stable at the ends. */
    private B asin(B x) {
        B root = balls.sqrt(balls.minus(balls.whole(1), balls.times(x, x)));
        return balls.times(balls.whole(2), balls.atan(balls.over(x, balls.plus(balls.whole(1), root))));
    }

    private B halfPi() {
        return half(balls.pi());
    }

    private B half(B x) {
        return balls.times(x, balls.rational(Unit.rational(1, 2)));
    }

    /** The real root of odd index. */
    B oddRoot(B x, int index) {
        int sign = balls.sign(x);
        if (sign == 0) {
            return x;
        }
        B size = sign > 0 ? x : balls.negated(x);
        B root = index == 1 ? size : balls.exp(balls.times(balls.log(size), balls.rational(Unit.rational(1, index))));
        return sign > 0 ? root : balls.negated(root);
    }

    B rounded(B x, boolean up) {
        BigInteger floor = balls.floor(up ? balls.negated(x) : x);
        return balls.rational(Rational.of(up ? floor.negate() : floor));
    }
}
