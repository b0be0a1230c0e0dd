package io.troupe.verifier.math.grading;

import java.util.Optional;

/**
 * The spelling that the graders of MATH (arXiv 2103.03874) compare: two answers are equal if their texts are, after these replacements. Pure
 * functions, safe for any thread.
 */
final class HendrycksText {

    private HendrycksText() {}

    /**
     * The common spelling of an answer.
     *
     * @param answer an answer
     * @return its spelling; empty where the peers' code fails and they compare the raw texts instead
     */
    static Optional<String> spelling(String answer) {
        String text = answer.replace("\n", "")
                .replace("\\!", "")
                .replace("\\\\", "\\")
                .replace("tfrac", "frac")
                .replace("dfrac", "frac")
                .replace("\\left", "")
                .replace("\\right", "")
                .replace("^{\\circ}", "")
                .replace("^\\circ", "")
                .replace("\\$", "");
        int unit = text.indexOf("\\text{ ");
        if (unit >= 0) {
            if (text.indexOf("\\text{ ", unit + 1) >= 0) {
                return Optional.empty();
            }
            text = text.substring(0, unit);
        }
        text = text.replace("\\%", "").replace(" .", " 0.").replace("{.", "{0.");
        if (text.isEmpty()) {
            return Optional.of(text);
        }
        if (text.charAt(0) == '.') {
            text = "0" + text;
        }
        return withBraces(withoutName(text)).map(HendrycksText::slash);
    }

    /** {@code k=5} is 5. */
    private static String withoutName(String text) {
        int equals = text.indexOf('=');
        boolean once = equals >= 0 && text.indexOf('=', equals + 1) < 0;
        return once && equals <= 2 ? text.substring(equals + 1) : text;
    }

    private static Optional<String> withBraces(String text) {
        Optional<String> roots = roots(text);
        return roots.flatMap(rooted -> fractions(rooted.replace(" ", "")))
                .map(spelled -> spelled.equals("0.5") ? "\\frac{1}{2}" : spelled);
    }

    /** {@code \sqrt3} is {@code \sqrt{3}}. */
    private static Optional<String> roots(String text) {
        var spelled = new StringBuilder();
        int from = 0;
        for (int at = text.indexOf("\\sqrt"); at >= 0; at = text.indexOf("\\sqrt", from)) {
            int next = at + "\\sqrt".length();
            if (next >= text.length() || text.startsWith("\\sqrt", next)) {
                return Optional.empty();
            }
            spelled.append(text, from, next);
            char first = text.charAt(next);
            spelled.append(first == '{' ? "{" : "{" + first + "}");
            from = next + 1;
        }
        return Optional.of(spelled.append(text, from, text.length()).toString());
    }

    /** {@code \frac12} and {@code \frac1{2}} are {@code \frac{1}{2}}; a fraction that ends too early leaves the whole text as it is. */
    private static Optional<String> fractions(String text) {
        var spelled = new StringBuilder();
        int from = 0;
        for (int at = text.indexOf("\\frac"); at >= 0; at = text.indexOf("\\frac", from)) {
            int next = at + "\\frac".length();
            int following = text.indexOf("\\frac", next);
            int end = following < 0 ? text.length() : following;
            spelled.append(text, from, next);
            from = next;
            if (next == end) {
                return Optional.empty();
            }
            if (text.charAt(next) != '{') {
                if (end - next < 2) {
                    return Optional.of(text);
                }
                char below = text.charAt(next + 1);
                spelled.append('{').append(text.charAt(next)).append('}');
                spelled.append(below == '{' ? "{" : "{" + below + "}");
                from = next + 2;
            }
        }
        return Optional.of(spelled.append(text, from, text.length()).toString());
    }

    /** {@code 3/4} is {@code \frac{3}{4}}, where both are whole numbers without leading zeros or plus signs. */
    private static String slash(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !isWhole(text, 0, slash) || !isWhole(text, slash + 1, text.length())) {
            return text;
        }
        return "\\frac{" + text.substring(0, slash) + "}{" + text.substring(slash + 1) + "}";
    }

    private static boolean isWhole(String text, int from, int to) {
        int start = from < to && text.charAt(from) == '-' ? from + 1 : from;
        if (start == to || (text.charAt(start) == '0' && (to > start + 1 || start > from))) {
            return false;
        }
        for (int at = start; at < to; at++) {
            if (text.charAt(at) < '0' || text.charAt(at) > '9') {
                return false;
            }
        }
        return true;
    }
}
