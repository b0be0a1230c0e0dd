package io.troupe.verifier.math.answer;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Answers in words: what they come down to, and which texts are no words but mathematics. */
final class Words {

    private static final Set<String> FILLERS =
            Set.of("the", "a", "an", "is", "are", "it", "its", "there", "this", "that", "exactly", "of", "real", "any");
    private static final Set<String> EMPTY = Set.of(
            "no solution",
            "no solutions",
            "none",
            "empty set",
            "empty",
            "no such",
            "no answer",
            "no roots",
            "no root",
            "no values",
            "no value",
            "no integer solutions",
            "no solution exists",
            "no solutions exist",
            "null set",
            "no such number",
            "no intersection");
    private static final Set<String> MISSING = Set.of(
            "dne", "does not exist", "limit does not exist", "doesnt exist", "undefined", "not defined", "no limit");
    private static final Set<String> ENDLESS = Set.of(
            "infinitely many",
            "infinitely many solutions",
            "infinite solutions",
            "infinite number solutions",
            "infinite number",
            "infinitely many values",
            "infinitely many such");
    private static final Set<String> EVERYTHING =
            Set.of("all numbers", "all reals", "numbers", "all x", "all values", "all values x", "reals");
    private static final int MAX_PROSE = 300;
    private static final int MAX_BRACKETS = 6;

    private Words() {}

    /** Lower-case words without fillers and punctuation, with one blank between them. */
    static String normal(String text) {
        var normal = new StringBuilder();
        for (String word :
                text.toLowerCase(Locale.ROOT).replace("'", "").replace("’", "").split("[^\\p{L}\\p{N}+]+", -1)) {
            if (!word.isEmpty() && (!FILLERS.contains(word) || text.strip().length() == word.length())) {
                normal.append(normal.isEmpty() ? "" : " ").append(word);
            }
        }
        return normal.toString();
    }

    /** The set or number that the words name, or null. */
    static @Nullable Expression meaning(String text) {
        String normal = normal(text);
        if (EMPTY.contains(normal)) {
            return Expression.NamedSet.EMPTY;
        }
        if (EVERYTHING.contains(normal)) {
            return Expression.NamedSet.REALS;
        }
        if (normal.equals("infinity")) {
            return Expression.Constant.INFINITY;
        }
        Long number = NumberWords.value(normal);
        return number == null ? null : Expression.Num.of(number);
    }

    /** One spelling for statements that mean the same. */
    static String canonical(String text) {
        String normal = normal(text);
        return MISSING.contains(normal) ? "dne" : ENDLESS.contains(normal) ? "infinitely many" : normal;
    }

    /** Whether the text of {@code \text{...}} is a letter, a number or a formula. */
    static boolean isMathematics(String text) {
        String bare = text.startsWith("(") && text.endsWith(")")
                ? text.substring(1, text.length() - 1).strip()
                : text;
        if (bare.length() == 1) {
            return Character.isLetterOrDigit(bare.charAt(0));
        }
        for (int k = 0; k < text.length(); k++) {
            char c = text.charAt(k);
            if ((c >= '0' && c <= '9') || c == '\\' || c == '$' || c == '=' || c == '^') {
                return true;
            }
        }
        if (text.contains(" and ") || text.contains(" or ") || text.contains(", ")) {
            return text.length() <= 60;
        }
        return text.length() <= 8
                && (text.contains("+") || FunctionNames.constant(text).isPresent());
    }

    /** Whether a whole answer may be prose: some letters, no sign of mathematics, hardly a bracket. */
    static boolean isProse(String text) {
        int letters = 0;
        int others = text.length() > MAX_PROSE ? 1 : 0;
        int brackets = 0;
        for (int k = 0; k < text.length() && others == 0; k++) {
            char c = text.charAt(k);
            if (Character.isLetter(c)) {
                letters++;
            } else if (c == '(' || c == ')') {
                brackets++;
            } else if ("\\^_={}<>+*/[]|&%".indexOf(c) >= 0 || (c >= '0' && c <= '9')) {
                others++;
            }
        }
        return letters >= 2 && others == 0 && brackets <= MAX_BRACKETS;
    }

    /** Whether prose is a sentence: two words or more that are neither letters nor functions, and nothing that separates answers. */
    static boolean isSentence(String prose) {
        int words = 0;
        for (String word : prose.split("[^\\p{L}']+", -1)) {
            String lower = word.toLowerCase(Locale.ROOT);
            if (lower.equals("and") || lower.equals("or") || lower.equals("union")) {
                return false;
            }
            boolean known =
                    FunctionNames.isName(word) || FunctionNames.constant(word).isPresent();
            words += word.length() >= 2 && !known ? 1 : 0;
        }
        return words >= 2 && prose.indexOf(',') < 0;
    }
}
