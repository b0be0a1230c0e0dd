package io.troupe.verifier.math.answer;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.FuelExhaustedException;
import io.troupe.verifier.math.answer.Expression.Product;
import io.troupe.verifier.math.answer.Expression.Text;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/**
 * Reads an answer in LaTeX or plain text. Total: any text gives an answer, an {@link AnswerSyntaxException}, or uses up the fuel. The text is only ever
 * parsed, never run. Stateless; safe for any thread.
 */
public final class AnswerParser {

    /** Longer texts are no answers. */
    private static final int MAX_LENGTH = 20_000;
    /** Deeper trees are no answers: whoever walks one may recurse. */
    private static final int MAX_TREE_DEPTH = 400;

    private AnswerParser() {}

    /**
     * Reads an answer.
     *
     * @param latexOrPlain any text
     * @param fuel pays for characters, tokens and digits
     * @return what it says
     * @throws AnswerSyntaxException if it says nothing that is known here; the message tells what and where
     * @throws FuelExhaustedException if the text is bigger than the fuel allows
     */
    public static Answer parse(String latexOrPlain, Fuel fuel) throws AnswerSyntaxException {
        Expression expression = expression(latexOrPlain, fuel, 0);
        requireShallow(expression, fuel);
        return new Answer(latexOrPlain, expression);
    }

    static Expression expression(String text, Fuel fuel, int depth) throws AnswerSyntaxException {
        fuel.spend(text.length() + 1L);
        if (text.length() > MAX_LENGTH) {
            throw new AnswerSyntaxException("longer than " + MAX_LENGTH + " characters", MAX_LENGTH);
        }
        String bare = unmarked(text);
        if (bare.isEmpty()) {
            throw new AnswerSyntaxException("no answer", 0);
        }
        String time = TimeOfDay.of(bare);
        if (time != null) {
            return new Text(time);
        }
        boolean prose = Words.isProse(bare);
        if (prose && (Words.meaning(bare) != null || Words.isSentence(bare))) {
            return new Text(bare);
        }
        try {
            Expression expression = new Grammar(Lexer.tokens(bare, fuel), fuel, depth).answer();
            return prose
                            && expression instanceof Product product
                            && product.factors().stream().anyMatch(Text.class::isInstance)
                    ? new Text(bare)
                    : expression;
        } catch (AnswerSyntaxException e) {
            if (prose) {
                return new Text(bare);
            }
            throw e;
        }
    }

    /** Without blanks around it, marks of bold type and the full stop of a sentence. */
    private static String unmarked(String text) {
        String bare = text.strip();
        for (String mark : new String[] {"**", "__", "`", "\"", "*"}) {
            while (bare.length() > 2 * mark.length() && bare.startsWith(mark) && bare.endsWith(mark)) {
                bare = bare.substring(mark.length(), bare.length() - mark.length())
                        .strip();
            }
        }
        int end = bare.length();
        while (end > 0 && isTrailing(bare, end - 1)) {
            end--;
        }
        return bare.substring(0, end);
    }

    private static boolean isTrailing(String text, int at) {
        boolean stop = text.charAt(at) == '.' && !text.startsWith("...", Math.max(0, at - 2));
        return stop || text.charAt(at) == ' ';
    }

    private static void requireShallow(Expression root, Fuel fuel) throws AnswerSyntaxException {
        Deque<Map.Entry<Expression, Integer>> open = new ArrayDeque<>();
        open.push(Map.entry(root, 0));
        while (!open.isEmpty()) {
            Map.Entry<Expression, Integer> next = open.pop();
            fuel.spend(1);
            if (next.getValue() > MAX_TREE_DEPTH) {
                throw new AnswerSyntaxException("nested more than " + MAX_TREE_DEPTH + " deep", 0);
            }
            for (Expression part : next.getKey().parts()) {
                open.push(Map.entry(part, next.getValue() + 1));
            }
        }
    }
}
