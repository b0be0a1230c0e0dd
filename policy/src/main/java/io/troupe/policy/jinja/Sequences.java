package io.troupe.policy.jinja;

import java.util.AbstractList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The lists that are not plain ones. */
final class Sequences {

    private Sequences() {}

    /** An immutable list that prints in parentheses. */
    static final class Tuple extends AbstractList<@Nullable Object> {
        private final List<@Nullable Object> items;

        Tuple(List<@Nullable Object> items) {
            this.items = items;
        }

        @Override
        public @Nullable Object get(int index) {
            return items.get(index);
        }

        @Override
        public int size() {
            return items.size();
        }
    }

    /** {@code range(…)}: its elements are computed when they are asked for. */
    static final class Range extends AbstractList<@Nullable Object> {
        private final long start;
        private final long step;
        private final int size;

        Range(long start, long stop, long step) {
            if (step == 0) {
                throw new TemplateException("range() cannot have the step 0");
            }
            this.start = start;
            this.step = step;
            double count = Math.ceil(((double) stop - start) / step);
            size = (int) Math.max(0, Math.min(count, Integer.MAX_VALUE));
        }

        @Override
        public Object get(int index) {
            return start + index * step;
        }

        @Override
        public int size() {
            return size;
        }
    }

    /** What a filter such as {@code select} gives: it can be iterated, but has neither length nor index, and is true even if empty. */
    record Generated(List<@Nullable Object> items) {}
}
