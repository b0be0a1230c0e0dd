package io.troupe.policy.jinja;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** A time in C's {@code strftime} format, with the English names of the C locale. */
final class TimeText {

    private static final int COST = 32; // steps: microseconds

    private TimeText() {}

    static String format(Budget budget, LocalDateTime time, String format) {
        var text = new StringBuilder();
        budget.text(format.length());
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' || i + 1 == format.length()) {
                text.append(c);
            } else {
                budget.spend(COST);
                c = format.charAt(++i);
                boolean bare = c == '-' && i + 1 < format.length();
                if (bare) {
                    c = format.charAt(++i);
                }
                String part = part(time, c);
                text.append(bare ? part.replaceFirst("^0+(?=.)", "") : part);
            }
        }
        return text.toString();
    }

    private static String part(LocalDateTime time, char code) {
        String pattern = switch (code) {
            case 'Y' -> "uuuu";
            case 'y' -> "uu";
            case 'm' -> "MM";
            case 'B' -> "MMMM";
            case 'b', 'h' -> "MMM";
            case 'd' -> "dd";
            case 'j' -> "DDD";
            case 'A' -> "EEEE";
            case 'a' -> "EEE";
            case 'H' -> "HH";
            case 'I' -> "hh";
            case 'M' -> "mm";
            case 'S' -> "ss";
            case 'f' -> "SSSSSS";
            case 'p' -> "a";
            case 'F' -> "uuuu-MM-dd";
            case 'T' -> "HH:mm:ss";
            case 'R' -> "HH:mm";
            case 'D', 'x' -> "MM/dd/uu";
            case 'X' -> "HH:mm:ss";
            case 'Z', 'z' -> "";
            default -> null;
        };
        if (pattern != null) {
            return pattern.isEmpty() ? "" : time.format(DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH));
        }
        return switch (code) {
            case '%' -> "%";
            case 'n' -> "\n";
            case 't' -> "\t";
            case 'e' -> String.format(Locale.ROOT, "%2d", time.getDayOfMonth());
            default -> throw new TemplateException("strftime_now does not know %" + code);
        };
    }
}
