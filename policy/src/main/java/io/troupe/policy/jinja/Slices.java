package io.troupe.policy.jinja;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code value[start:stop:step]} of lists and strings; a string's unit is the code point. */
final class Slices {

    private Slices() {}

    static Object slice(
            Budget budget, @Nullable Object sliced, @Nullable Long start, @Nullable Long stop, @Nullable Long step) {
        long stride = step == null ? 1 : step;
        if (stride == 0) {
            throw new TemplateException("a slice cannot have the step 0");
        }
        if (sliced instanceof String text) {
            budget.text(text.length());
            int[] characters = codePoints(text);
            var part = new StringBuilder(start == null && stop == null ? text.length() : 0);
            forEach(characters.length, start, stop, stride, i -> part.appendCodePoint(characters[i]));
            return part.toString();
        }
        if (sliced instanceof List<?> list) {
            budget.elements(Math.min(list.size(), Budget.MAX_ELEMENTS));
            var part = new ArrayList<@Nullable Object>();
            forEach(list.size(), start, stop, stride, i -> {
                budget.element(part.size());
                part.add(list.get(i));
            });
            return sliced instanceof Sequences.Tuple ? new Sequences.Tuple(part) : part;
        }
        if (sliced instanceof Undefined undefined) {
            throw undefined.error();
        }
        throw new TemplateException("a value of the type " + Values.type(sliced) + " cannot be sliced");
    }

    private static int[] codePoints(String text) {
        var codePoints = new int[text.codePointCount(0, text.length())];
        int at = 0;
        for (int i = 0; i < codePoints.length; i++) {
            codePoints[i] = text.codePointAt(at);
            at += Character.charCount(codePoints[i]);
        }
        return codePoints;
    }

    private static void forEach(
            int size, @Nullable Long start, @Nullable Long stop, long step, java.util.function.IntConsumer each) {
        long low = step > 0 ? 0 : -1;
        long high = step > 0 ? size : size - 1L;
        long at = start == null ? (step > 0 ? low : high) : clamp(start, size, low, high);
        long end = stop == null ? (step > 0 ? high : low) : clamp(stop, size, low, high);
        long stride = Math.max(-(size + 1L), Math.min(size + 1L, step));
        for (; step > 0 ? at < end : at > end; at += stride) {
            each.accept((int) at);
        }
    }

    private static long clamp(long index, int size, long low, long high) {
        long from = index < 0 ? Math.max(index, -Integer.MAX_VALUE - 1L) + size : index;
        return Math.max(low, Math.min(high, from));
    }
}
