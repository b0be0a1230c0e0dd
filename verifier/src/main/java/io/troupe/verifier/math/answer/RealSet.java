package io.troupe.verifier.math.answer;

import io.troupe.verifier.math.answer.Expression.Constant;
import io.troupe.verifier.math.answer.Expression.Negation;
import java.util.ArrayList;
import java.util.List;

/**
 * A union of intervals and points of the real line, in order, disjoint and not touching.
 *
 * @param pieces its intervals; a point is one whose ends are equal and closed
 */
record RealSet(List<Piece> pieces) {

    static final Expression MINUS_INFINITY = new Negation(Constant.INFINITY);

    RealSet {
        pieces = List.copyOf(pieces);
    }

    /**
     * An interval.
     *
     * @param lower its lower end, a closed real value or minus infinity
     * @param lowerClosed whether that belongs to it
     * @param upper its upper end, a closed real value or infinity
     * @param upperClosed whether that belongs to it
     */
    record Piece(Expression lower, boolean lowerClosed, Expression upper, boolean upperClosed) {}

    static RealSet empty() {
        return new RealSet(List.of());
    }

    static RealSet all() {
        return new RealSet(List.of(new Piece(MINUS_INFINITY, false, Constant.INFINITY, false)));
    }

    static RealSet point(Expression value) {
        return new RealSet(List.of(new Piece(value, true, value, true)));
    }

    /** Works with real sets by the order of their ends. */
    static final class Algebra {

        private static final int MAX_PIECES = 2_000;

        private final Scalars scalars;

        Algebra(Scalars scalars) {
            this.scalars = scalars;
        }

        private int order(Expression a, Expression b) {
            int rankA = rank(a);
            int rankB = rank(b);
            return rankA != 0 || rankB != 0 ? Integer.compare(rankA, rankB) : scalars.order(a, b);
        }

        private static int rank(Expression end) {
            return end == Constant.INFINITY ? 1 : Atoms.isInfinity(end) ? -1 : 0;
        }

        RealSet interval(Expression lower, boolean lowerClosed, Expression upper, boolean upperClosed) {
            boolean closedBelow = lowerClosed && rank(lower) == 0;
            boolean closedAbove = upperClosed && rank(upper) == 0;
            int order = order(lower, upper);
            return order > 0 || (order == 0 && !(closedBelow && closedAbove))
                    ? empty()
                    : new RealSet(List.of(new Piece(lower, closedBelow, upper, closedAbove)));
        }

        RealSet complement(RealSet set) {
            List<Piece> gaps = new ArrayList<>();
            Expression from = MINUS_INFINITY;
            boolean closed = false;
            for (Piece piece : set.pieces) {
                gaps.addAll(interval(from, closed, piece.lower, !piece.lowerClosed).pieces);
                from = piece.upper;
                closed = !piece.upperClosed;
            }
            gaps.addAll(interval(from, closed, Constant.INFINITY, false).pieces);
            return new RealSet(gaps);
        }

        RealSet intersection(RealSet a, RealSet b) {
            List<Piece> common = new ArrayList<>();
            for (Piece p : a.pieces) {
                for (Piece q : b.pieces) {
                    int low = order(p.lower, q.lower);
                    int high = order(p.upper, q.upper);
                    common.addAll(interval(
                                    low >= 0 ? p.lower : q.lower,
                                    low > 0 ? p.lowerClosed : low < 0 ? q.lowerClosed : p.lowerClosed && q.lowerClosed,
                                    high <= 0 ? p.upper : q.upper,
                                    high < 0
                                            ? p.upperClosed
                                            : high > 0 ? q.upperClosed : p.upperClosed && q.upperClosed)
                            .pieces);
                }
            }
            return merged(common);
        }

        RealSet union(RealSet a, RealSet b) {
            List<Piece> both = new ArrayList<>(a.pieces);
            both.addAll(b.pieces);
            return merged(both);
        }

        RealSet difference(RealSet a, RealSet b) {
            return intersection(a, complement(b));
        }

        private RealSet merged(List<Piece> pieces) {
            if (pieces.size() > MAX_PIECES) {
                throw new UndefinedValueException("more than " + MAX_PIECES + " intervals");
            }
            List<Piece> sorted = new ArrayList<>(pieces);
            sorted.sort((p, q) -> {
                int order = order(p.lower, q.lower);
                return order != 0 ? order : Boolean.compare(q.lowerClosed, p.lowerClosed);
            });
            List<Piece> merged = new ArrayList<>();
            for (Piece next : sorted) {
                Piece last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
                int gap = last == null ? 1 : order(next.lower, last.upper);
                if (last == null || gap > 0 || (gap == 0 && !next.lowerClosed && !last.upperClosed)) {
                    merged.add(next);
                } else {
                    merged.set(merged.size() - 1, joined(last, next));
                }
            }
            return new RealSet(merged);
        }

        private Piece joined(Piece last, Piece next) {
            int order = order(last.upper, next.upper);
            Expression upper = order >= 0 ? last.upper : next.upper;
            boolean closed =
                    order > 0 ? last.upperClosed : order < 0 ? next.upperClosed : last.upperClosed || next.upperClosed;
            return new Piece(last.lower, last.lowerClosed, upper, closed);
        }

        boolean areEqual(RealSet a, RealSet b) {
            if (a.pieces.size() != b.pieces.size()) {
                return false;
            }
            for (int k = 0; k < a.pieces.size(); k++) {
                Piece p = a.pieces.get(k);
                Piece q = b.pieces.get(k);
                if (p.lowerClosed != q.lowerClosed
                        || p.upperClosed != q.upperClosed
                        || order(p.lower, q.lower) != 0
                        || order(p.upper, q.upper) != 0) {
                    return false;
                }
            }
            return true;
        }
    }
}
