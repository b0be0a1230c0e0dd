package io.troupe.verifier.math.grading;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * The exact value of a number written with digits, a point and commas between thousands.
 *
 * @param value the value in its shortest form
 */
record DecimalValue(BigDecimal value) {

    private static final int MAX_LENGTH = 400;

    /**
     * Reads a number.
     *
     * @param text digits with an optional minus sign, commas before every three digits, and an optional point
     * @return the value; null if the text is anything else
     */
    static @Nullable DecimalValue of(String text) {
        if (text.length() > MAX_LENGTH) {
            return null;
        }
        int point = text.indexOf('.');
        String whole = point < 0 ? text : text.substring(0, point);
        String fraction = point < 0 ? "" : text.substring(point + 1);
        String unsigned = whole.startsWith("-") ? whole.substring(1) : whole;
        if (!isDigits(fraction) || !isGrouped(unsigned) || (fraction.isEmpty() && unsigned.isEmpty())) {
            return null;
        }
        String plain = unsigned.replace(",", "") + (fraction.isEmpty() ? "" : "." + fraction);
        BigDecimal value = new BigDecimal(plain);
        return new DecimalValue((whole.startsWith("-") ? value.negate() : value).stripTrailingZeros());
    }

    private static boolean isGrouped(String digits) {
        String[] groups = digits.split(",", -1);
        for (int k = 0; k < groups.length; k++) {
            boolean length = k == 0 ? groups.length == 1 || !groups[k].isEmpty() : groups[k].length() == 3;
            if (!length || !isDigits(groups[k])) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDigits(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
