package io.troupe.verifier.math.answer;

import io.troupe.verifier.math.Rational;
import io.troupe.verifier.math.answer.Expression.FiniteSet;
import io.troupe.verifier.math.answer.Expression.Listing;
import io.troupe.verifier.math.answer.Expression.Num;
import io.troupe.verifier.math.answer.Expression.Symbol;
import java.util.ArrayList;
import java.util.List;

/** Lists with dots between numbers of equal distance: {@code \{1,2,\ldots,10\}}. */
final class Progression {

    /** Longer ones stay as they are written. */
    private static final int MAX_ELEMENTS = 300;

    private Progression() {}

    /** Whether a list or set consists of two or more whole numbers, dots, and a last whole number. */
    static boolean isIn(Expression expression) {
        if (!(expression instanceof FiniteSet) && !(expression instanceof Listing)) {
            return false;
        }
        List<Expression> parts = expression.parts();
        int dots = parts.size() - 2;
        if (dots < 2
                || !(parts.get(dots) instanceof Symbol symbol)
                || !symbol.name().equals("...")) {
            return false;
        }
        return parts.stream()
                .filter(part -> part != symbol)
                .allMatch(part -> part instanceof Num number && number.isInteger());
    }

    /** The same with the numbers that the dots stand for; as it is if the distances differ or there are too many. */
    static Expression writtenOut(Expression expression) {
        List<Expression> parts = expression.parts();
        int dots = parts.size() - 2;
        Rational step = value(parts, 1).minus(value(parts, 0));
        for (int k = 1; k < dots; k++) {
            if (!value(parts, k).minus(value(parts, k - 1)).equals(step)) {
                return expression;
            }
        }
        Rational last = value(parts, dots + 1);
        List<Expression> all = new ArrayList<>(parts.subList(0, dots));
        Rational next = value(parts, dots - 1).plus(step);
        while (!next.equals(last) && all.size() < MAX_ELEMENTS) {
            all.add(Num.of(next));
            next = next.plus(step);
        }
        if (!next.equals(last)) {
            return expression;
        }
        all.add(parts.get(dots + 1));
        return expression instanceof Listing list ? new Listing(all, list.connective()) : new FiniteSet(all);
    }

    private static Rational value(List<Expression> parts, int at) {
        return ((Num) parts.get(at)).value();
    }
}
