package io.troupe.verifier.math.answer;

import io.troupe.verifier.math.answer.Expression.Matrix;
import io.troupe.verifier.math.answer.Expression.Negation;
import io.troupe.verifier.math.answer.Expression.Product;
import io.troupe.verifier.math.answer.Expression.Quantity;
import io.troupe.verifier.math.answer.Expression.Quotient;
import io.troupe.verifier.math.answer.Expression.Sum;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Brings the outermost layer of an expression to the form that the rules expect: words with a meaning, matrices worked out, lengths in feet and inches. */
final class Simplification {

    private Simplification() {}

    static Expression of(Expression expression) {
        if (expression instanceof Expression.Text text) {
            Expression meaning = Words.meaning(text.words());
            return meaning == null ? expression : meaning;
        }
        if (expression instanceof Expression.FiniteSet set && set.elements().isEmpty()) {
            return Expression.NamedSet.EMPTY;
        }
        if (Progression.isIn(expression)) {
            return Progression.writtenOut(expression);
        }
        if (expression instanceof Product product && isConditioned(product)) {
            List<Expression> factors = product.factors();
            Expression value = Products.fraction(factors.subList(0, factors.size() - 1), List.of());
            return new Expression.Listing(List.of(value, factors.get(factors.size() - 1)), Expression.Connective.COMMA);
        }
        Optional<Matrix> matrix = matrix(expression);
        if (matrix.isPresent()) {
            return matrix.get();
        }
        if (expression instanceof Sum sum && sum.terms().stream().allMatch(Simplification::isMeasured)) {
            return Quantities.total(sum);
        }
        if (expression instanceof Negation negation && negation.operand() instanceof Quantity quantity) {
            return new Quantity(new Negation(quantity.amount()), quantity.unit());
        }
        return expression;
    }

    /** {@code k\pi (k \in \mathbb{Z})}: what stands last is the condition. */
    private static boolean isConditioned(Product product) {
        List<Expression> factors = product.factors();
        return factors.get(factors.size() - 1) instanceof Expression.Relation relation
                && relation.comparison() == Comparison.ELEMENT_OF;
    }

    private static boolean isMeasured(Expression term) {
        return term instanceof Quantity quantity && !quantity.unit().isNumber();
    }

    /** The matrix that a matrix, a multiple or a sum of matrices comes to. */
    private static Optional<Matrix> matrix(Expression expression) {
        if (expression instanceof Matrix matrix) {
            return Optional.of(matrix);
        }
        if (expression instanceof Negation negation) {
            return matrix(negation.operand()).map(m -> scaled(m, Expression.Num.of(-1)));
        }
        if (expression instanceof Quotient quotient) {
            return matrix(quotient.numerator())
                    .map(m -> scaled(m, new Quotient(Expression.Num.of(1), quotient.denominator())));
        }
        if (expression instanceof Expression.Power power && isTransposition(power.exponent())) {
            return power.base() instanceof Expression.Tuple row
                    ? Optional.of(
                            new Matrix(row.entries().stream().map(List::of).toList()))
                    : matrix(power.base()).map(Simplification::transposed);
        }
        if (expression instanceof Product product) {
            return product(product);
        }
        if (expression instanceof Sum sum) {
            Optional<Matrix> total = matrix(sum.terms().get(0));
            for (Expression term : sum.terms().subList(1, sum.terms().size())) {
                Optional<Matrix> next = matrix(term);
                total = total.isPresent() && next.isPresent() ? plus(total.get(), next.get()) : Optional.empty();
            }
            return total;
        }
        return Optional.empty();
    }

    private static boolean isTransposition(Expression exponent) {
        return exponent instanceof Expression.Symbol symbol
                && (symbol.name().equals("T") || symbol.name().equals("\\top"));
    }

    private static Matrix transposed(Matrix matrix) {
        List<List<Expression>> columns = new ArrayList<>();
        for (int c = 0; c < matrix.columns(); c++) {
            int column = c;
            columns.add(matrix.rows().stream().map(row -> row.get(column)).toList());
        }
        return new Matrix(columns);
    }

    private static Optional<Matrix> product(Product product) {
        List<Expression> numbers = new ArrayList<>();
        Matrix total = null;
        for (Expression factor : product.factors()) {
            Optional<Matrix> matrix = matrix(factor);
            if (matrix.isEmpty()) {
                numbers.add(factor);
            } else if (total == null) {
                total = matrix.get();
            } else if (total.columns() == matrix.get().rows().size()
                    && total.parts().size() <= 100) {
                total = times(total, matrix.get());
            } else {
                return Optional.empty();
            }
        }
        if (total == null) {
            return Optional.empty();
        }
        return Optional.of(
                numbers.isEmpty() ? total : scaled(total, numbers.size() == 1 ? numbers.get(0) : new Product(numbers)));
    }

    private static Matrix scaled(Matrix matrix, Expression factor) {
        return new Matrix(matrix.rows().stream()
                .map(row -> row.stream()
                        .<Expression>map(entry -> new Product(List.of(factor, entry)))
                        .toList())
                .toList());
    }

    private static Optional<Matrix> plus(Matrix a, Matrix b) {
        if (a.rows().size() != b.rows().size() || a.columns() != b.columns()) {
            return Optional.empty();
        }
        List<List<Expression>> rows = new ArrayList<>();
        for (int r = 0; r < a.rows().size(); r++) {
            List<Expression> row = new ArrayList<>();
            for (int c = 0; c < a.columns(); c++) {
                row.add(new Sum(List.of(a.rows().get(r).get(c), b.rows().get(r).get(c))));
            }
            rows.add(row);
        }
        return Optional.of(new Matrix(rows));
    }

    private static Matrix times(Matrix a, Matrix b) {
        List<List<Expression>> rows = new ArrayList<>();
        for (List<Expression> left : a.rows()) {
            List<Expression> row = new ArrayList<>();
            for (int c = 0; c < b.columns(); c++) {
                List<Expression> terms = new ArrayList<>(List.of(Expression.Num.of(0)));
                for (int k = 0; k < left.size(); k++) {
                    terms.add(new Product(List.of(left.get(k), b.rows().get(k).get(c))));
                }
                row.add(new Sum(terms));
            }
            rows.add(row);
        }
        return new Matrix(rows);
    }
}
