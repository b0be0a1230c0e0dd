package io.troupe.policy.jinja;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Upper and lower case as Java and Python have it, in time that grows with the text: Java's own takes the square of how many letters become several. */
final class Cases {

    /** What the letters become that become several. */
    private static final @Nullable String[] SEVERAL = several();

    private Cases() {}

    private static @Nullable String[] several() {
        var several = new @Nullable String[Character.MAX_VALUE + 1]; // none of them lies beyond
        for (int c = 0; c < several.length; c++) {
            String upper = Character.toString(c).toUpperCase(Locale.ROOT);
            if (upper.length() > 1) {
                several[c] = upper;
            }
        }
        return several;
    }

    static String upper(String text) {
        if (text.chars().noneMatch(c -> c > 127 && SEVERAL[c] != null)) {
            return text.toUpperCase(Locale.ROOT);
        }
        var upper = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
            int c = text.codePointAt(i);
            String letters = c < SEVERAL.length ? SEVERAL[c] : null;
            if (letters == null) {
                upper.appendCodePoint(Character.toUpperCase(c));
            } else {
                upper.append(letters);
            }
        }
        return upper.toString();
    }

    static String lower(String text) {
        // the one letter that becomes two; as such they leave a final sigma after them final
        return text.replace("\u0130", "i\u0307").toLowerCase(Locale.ROOT);
    }
}
