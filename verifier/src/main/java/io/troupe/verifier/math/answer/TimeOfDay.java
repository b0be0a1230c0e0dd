package io.troupe.verifier.math.answer;

import io.troupe.verifier.math.answer.Expression.Function;
import io.troupe.verifier.math.answer.Expression.Num;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Times of the day that say which half they are in: {@code 10:30 a.m.}, {@code 7\text{ pm}}. Without it {@code 10:30} is a ratio. */
final class TimeOfDay {

    private static final int MAX_LENGTH = 40;
    /** Every part is bounded, so that matching is linear. */
    private static final Pattern TIME = Pattern.compile("(\\d{1,2})(?::(\\d{2}))?(am|pm|noon|midnight)");

    private TimeOfDay() {}

    /** The one spelling of a time, such as {@code 10:30 am}; null if a text is something else. */
    static @Nullable String of(String text) {
        if (text.length() > MAX_LENGTH) {
            return null;
        }
        String bare = text.toLowerCase(Locale.ROOT)
                .replaceAll("\\\\(text|textrm|mathrm|mbox|rm)(?![a-z])", "")
                .replaceAll("\\\\[,;: !]|[\\s~{}$.]", "");
        Matcher time = TIME.matcher(bare);
        if (!time.matches()) {
            return null;
        }
        int hour = Integer.parseInt(time.group(1));
        int minute = time.group(2) == null ? 0 : Integer.parseInt(time.group(2));
        return hour >= 1 && hour <= 12 && minute < 60
                ? "%d:%02d %s".formatted(hour, minute, half(time.group(3)))
                : null;
    }

    private static String half(String word) {
        return word.equals("noon") ? "pm" : word.equals("midnight") ? "am" : word;
    }

    /** Whether a ratio is the time that words name, which of its halves left open. */
    static boolean isOpenTime(Expression ratio, String time) {
        if (!(ratio instanceof Function function)
                || !function.name().equals("ratio")
                || function.arguments().size() != 2
                || !(function.arguments().get(0) instanceof Num hour)
                || !(function.arguments().get(1) instanceof Num minute)) {
            return false;
        }
        String open = hour.written() + ":" + minute.written();
        return time.equals(open + " am") || time.equals(open + " pm");
    }
}
