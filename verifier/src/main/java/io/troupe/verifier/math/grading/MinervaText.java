package io.troupe.verifier.math.grading;

import java.util.List;

/**
 * The spelling that Minerva (arXiv 2206.14858, appendix) and DAPO ({@code verl/utils/reward_score/math_dapo.py}) compare. It confuses answers that
 * differ only in a unit, a variable or an article; that is theirs. Pure functions, safe for any thread.
 */
final class MinervaText {

    private record Replacement(String from, String to) {}

    private static final List<Replacement> REPLACED = List.of(
            new Replacement("an ", ""),
            new Replacement("a ", ""),
            new Replacement(".$", "$"),
            new Replacement("\\$", ""),
            new Replacement("\\ ", ""),
            new Replacement(" ", ""),
            new Replacement("mbox", "text"),
            new Replacement(",\\text{and}", ","),
            new Replacement("\\text{and}", ","),
            new Replacement("\\text{m}", "\\text{}"));
    private static final List<String> REMOVED = List.of(
            "square",
            "ways",
            "integers",
            "dollars",
            "mph",
            "inches",
            "hours",
            "km",
            "units",
            "\\ldots",
            "sue",
            "points",
            "feet",
            "minutes",
            "digits",
            "cents",
            "degrees",
            "cm",
            "gm",
            "pounds",
            "meters",
            "meals",
            "edges",
            "students",
            "childrentickets",
            "multiples",
            "\\text{s}",
            "\\text{.}",
            "\\text{\ns}",
            "\\text{}^2",
            "\\text{}^3",
            "\\text{\n}",
            "\\text{}",
            "\\mathrm{th}",
            "^\\circ",
            "^{\\circ}",
            "\\;",
            ",\\!",
            "{,}",
            "\"",
            "\\dots");

    /** How often a text is passed over, for whoever pays. */
    static final int PASSES = REPLACED.size() + REMOVED.size() + 10;

    private MinervaText() {}

    /**
     * The common spelling of an answer.
     *
     * @param answer an answer
     * @return its spelling
     */
    static String spelling(String answer) {
        String text = answer.substring(answer.lastIndexOf('=') + 1);
        for (Replacement replacement : REPLACED) {
            text = text.replace(replacement.from(), replacement.to());
        }
        for (String removed : REMOVED) {
            text = text.replace(removed, "");
        }
        text = firstFormula(text);
        for (String command : List.of("\\text{", "\\textbf{", "\\overline{")) {
            text = unwrapped(text, command);
        }
        text = shorthand(unboxed(text)).replace("$", "");
        String digits = text.replace(",", "");
        return (isDigits(digits) ? digits : text).strip();
    }

    /** What stands between the first two dollar signs of a line, between dollar signs; another text as it is. */
    private static String firstFormula(String text) {
        int open = text.indexOf('$');
        int close = open < 0 ? -1 : text.indexOf('$', open + 1);
        if (close < 0) {
            return text;
        }
        boolean sameLine = text.lastIndexOf('\n', close) < open;
        int line = text.lastIndexOf('\n', open) + 1;
        int end = text.indexOf('\n', close);
        return sameLine
                ? text.substring(0, line) + text.substring(open, close + 1) + (end < 0 ? "" : text.substring(end))
                : text;
    }

    /** Every {@code command...}} becomes what it holds up to the first closing brace. */
    private static String unwrapped(String text, String command) {
        var bare = new StringBuilder();
        int from = 0;
        for (int at = text.indexOf(command); at >= 0; at = text.indexOf(command, from)) {
            int close = text.indexOf('}', at);
            if (close < 0) {
                break;
            }
            bare.append(text, from, at).append(text, at + command.length(), close);
            from = close + 1;
        }
        return bare.append(text, from, text.length()).toString();
    }

    /** From the first box to the last closing brace. */
    private static String unboxed(String text) {
        int at = text.indexOf("\\boxed{");
        int close = text.lastIndexOf('}');
        return at < 0 || close < at
                ? text
                : text.substring(0, at) + text.substring(at + "\\boxed{".length(), close) + text.substring(close + 1);
    }

    /** {@code frac12} is {@code frac{1}{2}}, {@code sqrt3} is {@code sqrt{3}}. */
    private static String shorthand(String text) {
        var spelled = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            int next = at + "frac".length();
            if (text.startsWith("frac", at) && next + 1 < text.length() && text.charAt(next) != '{') {
                spelled.append("frac{").append(text.charAt(next)).append("}{");
                spelled.append(text.charAt(next + 1)).append('}');
                at = next + 2;
            } else {
                spelled.append(text.charAt(at++));
            }
        }
        text = spelled.toString();
        spelled.setLength(0);
        at = 0;
        while (at < text.length()) {
            int next = at + "sqrt".length();
            if (text.startsWith("sqrt", at) && next < text.length() && text.charAt(next) != '{') {
                spelled.append("sqrt{").append(text.charAt(next)).append('}');
                at = next + 1;
            } else {
                spelled.append(text.charAt(at++));
            }
        }
        return spelled.toString();
    }

    private static boolean isDigits(String text) {
        return !text.isEmpty() && text.chars().allMatch(Character::isDigit);
    }
}
