package io.troupe.policy.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The searches and cases that take linear time find and make what Java's own do. */
class SearchTest {

    @Test
    void findsWhatAPlainSearchFinds() {
        var random = new SplittableRandom(1);
        int found = 0;
        for (int i = 0; i < 20_000; i++) {
            String part = letters(random, 17 + random.nextInt(12));
            String text = letters(random, random.nextInt(60))
                    + (random.nextBoolean() ? part : "")
                    + letters(random, random.nextInt(60));
            int place = random.nextInt(text.length() + 1);
            int first = new Search(new Budget(), part, false).first(text, place);
            int last = new Search(new Budget(), part, true).last(text, place);
            assertThat(first).isEqualTo(text.indexOf(part, place));
            assertThat(last).isEqualTo(text.substring(0, place).lastIndexOf(part));
            found += (first >= 0 ? 1 : 0) + (last >= 0 ? 1 : 0);
        }
        assertThat(found).isGreaterThan(5000);
    }

    /** Few letters, so that beginnings repeat. */
    private static String letters(SplittableRandom random, int length) {
        var text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(random.nextInt(8) == 0 ? 'b' : 'a');
        }
        return text.toString();
    }

    @Test
    void casesAreThoseOfJava() {
        var all = new StringBuilder();
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            all.appendCodePoint(c);
            if (c % 97 == 0) {
                all.append("a\u03a3 \u0130\u03a3 a\u03a3b\u0130");
            }
            if (all.length() > 500 || c == Character.MAX_CODE_POINT) {
                assertThat(Cases.upper(all.toString())).isEqualTo(all.toString().toUpperCase(Locale.ROOT));
                assertThat(Cases.lower(all.toString())).isEqualTo(all.toString().toLowerCase(Locale.ROOT));
                all.setLength(0);
            }
        }
    }
}
