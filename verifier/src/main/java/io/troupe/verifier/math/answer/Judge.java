package io.troupe.verifier.math.answer;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.math.answer.Expression.FiniteSet;
import io.troupe.verifier.math.answer.Expression.Listing;
import io.troupe.verifier.math.answer.Expression.Matrix;
import io.troupe.verifier.math.answer.Expression.NamedSet;
import io.troupe.verifier.math.answer.Expression.Tuple;
import java.util.ArrayList;
import java.util.List;

/** Hands a pair of expressions to the rules for its kind. One comparison has one judge. */
final class Judge {

    private static final int MAX_DEPTH = 40;

    final Policies policies;
    final Fuel fuel;
    final Scalars scalars;
    private final Sets sets;
    private final Relations relations;
    private final Quantities quantities;
    private int depth;

    Judge(Policies policies, Fuel fuel) {
        this.policies = policies;
        this.fuel = fuel;
        this.scalars = new Scalars(policies, fuel);
        this.sets = new Sets(this);
        this.relations = new Relations(this, sets);
        this.quantities = new Quantities(this);
    }

    /** Whether the expressions are equal. */
    Decision decide(Expression gold, Expression prediction) {
        fuel.spend(2);
        if (++depth > MAX_DEPTH) {
            throw new UndefinedValueException("nested more than " + MAX_DEPTH + " deep");
        }
        try {
            Expression a = Simplification.of(gold);
            Expression b = Simplification.of(prediction);
            return ofKinds(LabelledPoint.beside(a, b), LabelledPoint.beside(b, a));
        } finally {
            depth--;
        }
    }

    private Decision ofKinds(Expression gold, Expression prediction) {
        if (gold instanceof Expression.BaseNumber || prediction instanceof Expression.BaseNumber) {
            return bases(gold, prediction);
        }
        if (CanonicalKey.of(gold, policies, fuel).equals(CanonicalKey.of(prediction, policies, fuel))) {
            return Decision.equal("structure");
        }
        if (gold instanceof Expression.Text || prediction instanceof Expression.Text) {
            return texts(gold, prediction);
        }
        if (PlusMinusExpansion.contains(gold) || PlusMinusExpansion.contains(prediction)) {
            return decide(PlusMinusExpansion.of(gold), PlusMinusExpansion.of(prediction))
                    .by("both signs");
        }
        if (Relations.isStatement(gold) || Relations.isStatement(prediction)) {
            return relations.decide(gold, prediction);
        }
        if (gold instanceof Matrix || prediction instanceof Matrix) {
            return matrices(gold, prediction);
        }
        if (isOrdered(gold) && isOrdered(prediction)) {
            return inOrder(gold.parts(), prediction.parts(), "entries in order");
        }
        if (Sets.isSet(gold) || Sets.isSet(prediction) || gold instanceof Tuple || prediction instanceof Tuple) {
            return sets.decide(gold, prediction);
        }
        if (isLongRatio(gold) && isLongRatio(prediction)) {
            return ratios(gold.parts(), prediction.parts());
        }
        if (Quantities.isMeasured(gold) || Quantities.isMeasured(prediction)) {
            return quantities.decide(gold, prediction);
        }
        return scalars.decide(gold, prediction);
    }

    private static boolean isLongRatio(Expression expression) {
        return expression instanceof Expression.Function function
                && function.name().equals("ratio")
                && function.arguments().size() > 2;
    }

    /** {@code a:b:c} is {@code d:e:f} if their cross products are equal. */
    private Decision ratios(List<Expression> gold, List<Expression> prediction) {
        if (gold.size() != prediction.size()) {
            return Decision.different("ratio: " + gold.size() + " and " + prediction.size());
        }
        List<Expression> a = new ArrayList<>();
        List<Expression> b = new ArrayList<>();
        for (int k = 1; k < gold.size(); k++) {
            a.add(new Expression.Product(List.of(gold.get(0), prediction.get(k))));
            b.add(new Expression.Product(List.of(prediction.get(0), gold.get(k))));
        }
        Decision zero = decide(prediction.get(0), Expression.Num.of(0));
        return zero.isEqual() ? Decision.different("a ratio to 0") : inOrder(a, b, "ratio");
    }

    private static boolean isOrdered(Expression expression) {
        return expression instanceof Tuple;
    }

    private Decision bases(Expression gold, Expression prediction) {
        boolean both = gold instanceof Expression.BaseNumber && prediction instanceof Expression.BaseNumber;
        if (!both && policies.baseSubscripts() == Policies.BaseSubscripts.OPTIONAL) {
            String digits = gold instanceof Expression.BaseNumber number
                    ? number.digits()
                    : ((Expression.BaseNumber) prediction).digits();
            Expression other = gold instanceof Expression.BaseNumber ? prediction : gold;
            if (other instanceof Expression.Num num && num.written().equals(digits)) {
                return Decision.equal("digits without their base");
            }
        }
        return scalars.decide(gold, prediction);
    }

    private Decision texts(Expression gold, Expression prediction) {
        String goldWord = word(gold);
        String predictedWord = word(prediction);
        boolean equal = !goldWord.isEmpty() && goldWord.equals(predictedWord);
        boolean time = (gold instanceof Expression.Text text && TimeOfDay.isOpenTime(prediction, text.words()))
                || (prediction instanceof Expression.Text said && TimeOfDay.isOpenTime(gold, said.words()));
        return Decision.of(equal || time, time ? "time of day" : "words");
    }

    /** The letters of words or of a product of letters; empty for anything else. */
    private static String word(Expression expression) {
        if (expression instanceof Expression.Text text) {
            return Words.canonical(text.words());
        }
        if (expression instanceof Expression.Symbol symbol) {
            return Words.canonical(symbol.name());
        }
        if (expression instanceof Expression.Product product
                && product.factors().stream().allMatch(Judge::isLetter)) {
            var letters = new StringBuilder();
            product.factors().forEach(letter -> letters.append(letterOf(letter)));
            return Words.canonical(letters.toString());
        }
        return "";
    }

    private static boolean isLetter(Expression factor) {
        return factor instanceof Expression.Symbol
                || factor == Expression.Constant.E
                || factor == Expression.Constant.I;
    }

    private static String letterOf(Expression letter) {
        return letter instanceof Expression.Symbol symbol ? symbol.name() : letter == Expression.Constant.E ? "e" : "i";
    }

    private Decision matrices(Expression gold, Expression prediction) {
        if (gold instanceof Matrix a && prediction instanceof Matrix b) {
            if (a.rows().size() != b.rows().size() || a.columns() != b.columns()) {
                return Decision.different("sizes of matrices");
            }
            return inOrder(a.parts(), b.parts(), "matrix elementwise");
        }
        Expression other = gold instanceof Matrix ? prediction : gold;
        Matrix matrix = gold instanceof Matrix m ? m : (Matrix) prediction;
        boolean listed = other instanceof Tuple
                || other instanceof Listing
                || (other instanceof Expression.Interval closed && closed.lowerClosed() && closed.upperClosed());
        if (listed && matrix.isVector() && policies.vectorMatchesTuple()) {
            return gold instanceof Matrix
                    ? inOrder(matrix.parts(), other.parts(), "vector elementwise")
                    : inOrder(other.parts(), matrix.parts(), "vector elementwise");
        }
        if (matrix.rows().size() == 1 && matrix.columns() == 1) {
            return gold instanceof Matrix
                    ? decide(matrix.parts().get(0), prediction)
                    : decide(gold, matrix.parts().get(0));
        }
        return Decision.different("a matrix and no matrix");
    }

    /** Equal if all are, different if one pair is, undecided otherwise. */
    Decision inOrder(List<Expression> gold, List<Expression> prediction, String rule) {
        if (gold.size() != prediction.size()) {
            return Decision.different(rule + ": " + gold.size() + " and " + prediction.size());
        }
        Decision undecided = null;
        for (int k = 0; k < gold.size(); k++) {
            Decision next = decide(gold.get(k), prediction.get(k));
            if (next.isDifferent()) {
                return next.by(rule);
            }
            undecided = next.isEqual() ? undecided : next;
        }
        return undecided == null ? Decision.equal(rule) : undecided.by(rule);
    }

    static boolean isValue(Expression expression) {
        return !(Sets.isSet(expression)
                || expression instanceof Tuple
                || expression instanceof Matrix
                || expression instanceof Expression.Text
                || Relations.isStatement(expression)
                || expression instanceof FiniteSet
                || expression instanceof NamedSet);
    }
}
