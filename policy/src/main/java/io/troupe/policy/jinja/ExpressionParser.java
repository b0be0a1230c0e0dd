package io.troupe.policy.jinja;

import io.troupe.policy.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads expressions, with the precedence that Jinja gives its operators: a filter binds closer than any of them. */
final class ExpressionParser {

    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
    private static final Set<String> AFTER_TEST = Set.of("else", "or", "and", "if", "in", "not");
    private static final Map<String, @Nullable Object> CONSTANTS = constants();

    private final TokenStream tokens;

    ExpressionParser(TokenStream tokens) {
        this.tokens = tokens;
    }

    private static Map<String, @Nullable Object> constants() {
        var constants = new LinkedHashMap<String, @Nullable Object>();
        for (String name : List.of("true", "false", "none")) {
            Object value = name.equals("none") ? null : name.equals("true");
            constants.put(name, value);
            constants.put(Character.toUpperCase(name.charAt(0)) + name.substring(1), value);
        }
        return constants;
    }

    static boolean isConstant(String name) {
        return CONSTANTS.containsKey(name);
    }

    /** An expression, or several with commas between them: a tuple. */
    Expression tuple(boolean conditional) {
        Expression first = conditional ? expression() : guarded(this::or);
        if (!tokens.peek().isOperator(",")) {
            return first;
        }
        var items = new ArrayList<>(List.of(first));
        while (tokens.skipOperator(",")) {
            if (atEnd()) {
                break;
            }
            items.add(conditional ? expression() : guarded(this::or));
        }
        return new Expressions.TupleOf(items);
    }

    private boolean atEnd() {
        return tokens.isAt(Kind.BLOCK_END)
                || tokens.isAt(Kind.OUTPUT_END)
                || tokens.isAt(Kind.END)
                || tokens.peek().isOperator(")")
                || tokens.peek().isOperator("=");
    }

    Expression expression() {
        return guarded(this::conditional);
    }

    private Expression guarded(Supplier<Expression> reading) {
        tokens.enter();
        Expression read = reading.get();
        tokens.leave();
        return read;
    }

    private Expression conditional() {
        Expression value = or();
        while (tokens.skipName("if")) {
            Expression condition = or();
            Expression otherwise = tokens.skipName("else")
                    ? expression()
                    : new Expressions.Literal(new Undefined("the value of an if without else"));
            value = new Expressions.Conditional(condition, value, otherwise);
        }
        return value;
    }

    private Expression or() {
        Expression left = and();
        while (tokens.skipName("or")) {
            left = new Expressions.Or(left, and());
        }
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (tokens.skipName("and")) {
            left = new Expressions.And(left, not());
        }
        return left;
    }

    private Expression not() {
        if (tokens.skipName("not")) {
            return new Expressions.Not(guarded(this::not));
        }
        return comparison();
    }

    private Expression comparison() {
        Expression first = sum();
        var operators = new ArrayList<String>();
        var operands = new ArrayList<Expression>();
        while (true) {
            Token token = tokens.peek();
            if (token.kind() == Kind.OPERATOR && COMPARISONS.contains(token.text())) {
                operators.add(tokens.next().text());
            } else if (tokens.skipName("in")) {
                operators.add("in");
            } else if (token.isName("not") && tokens.peekSecond().isName("in")) {
                tokens.next();
                tokens.next();
                operators.add("not in");
            } else {
                return operators.isEmpty() ? first : new Expressions.Compare(first, operators, operands);
            }
            operands.add(sum());
        }
    }

    private Expression sum() {
        Expression left = concatenation();
        while (tokens.peek().isOperator("+") || tokens.peek().isOperator("-")) {
            String operator = tokens.next().text();
            left = new Expressions.Arithmetic(operator, left, concatenation());
        }
        return left;
    }

    private Expression concatenation() {
        Expression first = product();
        if (!tokens.peek().isOperator("~")) {
            return first;
        }
        var parts = new ArrayList<>(List.of(first));
        while (tokens.skipOperator("~")) {
            parts.add(product());
        }
        return new Expressions.Concatenation(parts);
    }

    private Expression product() {
        Expression left = power();
        while (true) {
            Token token = tokens.peek();
            if (!(token.isOperator("*") || token.isOperator("/") || token.isOperator("//") || token.isOperator("%"))) {
                return left;
            }
            tokens.next();
            left = new Expressions.Arithmetic(token.text(), left, power());
        }
    }

    private Expression power() {
        Expression left = unary(true);
        while (tokens.skipOperator("**")) {
            left = new Expressions.Arithmetic("**", left, unary(true));
        }
        return left;
    }

    private Expression unary(boolean filtered) {
        Expression value;
        if (tokens.skipOperator("-")) {
            value = new Expressions.Negation(guarded(() -> unary(false)));
        } else if (tokens.skipOperator("+")) {
            value = guarded(() -> unary(false));
        } else {
            value = primary();
        }
        value = postfix(value);
        return filtered ? filters(value) : value;
    }

    private Expression primary() {
        Token token = tokens.peek();
        switch (token.kind()) {
            case NAME -> {
                tokens.next();
                return CONSTANTS.containsKey(token.text())
                        ? new Expressions.Literal(CONSTANTS.get(token.text()))
                        : new Expressions.Name(token.text());
            }
            case STRING -> {
                var text = new StringBuilder();
                while (tokens.isAt(Kind.STRING)) {
                    text.append(tokens.next().text());
                }
                return new Expressions.Literal(text.toString());
            }
            case INTEGER, FLOAT -> {
                return new Expressions.Literal(number(tokens.next()));
            }
            default -> {
                return bracketed();
            }
        }
    }

    private Object number(Token token) {
        try {
            return token.kind() == Kind.FLOAT ? (Object) Double.valueOf(token.text()) : Long.valueOf(token.text());
        } catch (NumberFormatException e) {
            throw new TemplateException("the number " + Values.shorten(token.text()) + " is too great")
                    .inLine(token.line());
        }
    }

    private Expression bracketed() {
        if (tokens.skipOperator("(")) {
            if (tokens.skipOperator(")")) {
                return new Expressions.TupleOf(List.of());
            }
            Expression inside = tuple(true);
            tokens.expectOperator(")");
            return inside;
        }
        if (tokens.skipOperator("[")) {
            return new Expressions.ListOf(until("]"));
        }
        if (tokens.skipOperator("{")) {
            var keys = new ArrayList<Expression>();
            var values = new ArrayList<Expression>();
            while (!tokens.skipOperator("}")) {
                separator(keys);
                if (!tokens.skipOperator("}")) {
                    keys.add(expression());
                    tokens.expectOperator(":");
                    values.add(expression());
                } else {
                    break;
                }
            }
            return new Expressions.MapOf(keys, values);
        }
        throw tokens.unexpected("a value");
    }

    private void separator(List<Expression> before) {
        if (!before.isEmpty()) {
            tokens.expectOperator(",");
        }
    }

    private List<Expression> until(String end) {
        var items = new ArrayList<Expression>();
        while (!tokens.skipOperator(end)) {
            separator(items);
            if (tokens.skipOperator(end)) {
                break;
            }
            items.add(expression());
        }
        return items;
    }

    Expression postfix(Expression value) {
        Expression read = value;
        while (true) {
            if (tokens.skipOperator(".")) {
                Token name = tokens.next();
                read = switch (name.kind()) {
                    case NAME -> new Expressions.Attribute(read, name.text());
                    case INTEGER -> new Expressions.Item(read, new Expressions.Literal(number(name)));
                    default -> throw tokens.unexpected("a name after '.'");
                };
            } else if (tokens.skipOperator("[")) {
                read = subscript(read);
            } else if (tokens.peek().isOperator("(")) {
                read = new Expressions.Call(read, arguments());
            } else {
                return read;
            }
        }
    }

    private Expression subscript(Expression value) {
        Expression start = tokens.peek().isOperator(":") ? null : expression();
        if (start != null && tokens.skipOperator("]")) {
            return new Expressions.Item(value, start);
        }
        tokens.expectOperator(":");
        Expression stop = sliceEnd();
        Expression step = tokens.skipOperator(":") ? sliceEnd() : null;
        tokens.expectOperator("]");
        return new Expressions.Slice(value, start, stop, step);
    }

    private @Nullable Expression sliceEnd() {
        return tokens.peek().isOperator(":") || tokens.peek().isOperator("]") ? null : expression();
    }

    Expressions.ArgumentList arguments() {
        tokens.expectOperator("(");
        var positional = new ArrayList<Expression>();
        var named = new LinkedHashMap<String, Expression>();
        boolean first = true;
        while (!tokens.skipOperator(")")) {
            if (!first) {
                tokens.expectOperator(",");
                if (tokens.skipOperator(")")) {
                    break;
                }
            }
            first = false;
            if (tokens.peek().isOperator("*") || tokens.peek().isOperator("**")) {
                throw tokens.error("arguments given as a list with * or ** are not supported");
            }
            if (tokens.isAt(Kind.NAME) && tokens.peekSecond().isOperator("=")) {
                String name = tokens.next().text();
                tokens.next();
                named.put(name, expression());
            } else {
                positional.add(expression());
            }
        }
        return new Expressions.ArgumentList(positional, named);
    }

    private Expression filters(Expression value) {
        Expression read = value;
        while (true) {
            if (tokens.peek().isOperator("|")) {
                read = filter(read);
            } else if (tokens.peek().isName("is")) {
                tokens.next();
                read = test(read);
            } else if (tokens.peek().isOperator("(")) {
                read = new Expressions.Call(read, arguments());
            } else {
                return read;
            }
        }
    }

    private Expression filter(Expression value) {
        tokens.expectOperator("|");
        return filterNamed(value);
    }

    /** A filter whose name comes next, and those behind it. */
    Expression filterChain(Expression value) {
        Expression read = filterNamed(value);
        while (tokens.peek().isOperator("|")) {
            read = filter(read);
        }
        return read;
    }

    private Expression filterNamed(Expression value) {
        Token name = tokens.expect(Kind.NAME, "a filter's name");
        Filter filter = Filters.find(name.text());
        if (filter == null) {
            throw new TemplateException("there is no filter '" + name.text() + "'").inLine(name.line());
        }
        Expressions.ArgumentList arguments =
                tokens.peek().isOperator("(") ? arguments() : Expressions.ArgumentList.NONE;
        return new Expressions.Filtered(value, filter, arguments);
    }

    private Expression test(Expression value) {
        boolean negated = tokens.skipName("not");
        Token name = tokens.expect(Kind.NAME, "a test's name");
        Test test = Tests.find(name.text());
        if (test == null) {
            throw new TemplateException("there is no test '" + name.text() + "'").inLine(name.line());
        }
        var arguments = Expressions.ArgumentList.NONE;
        if (tokens.peek().isOperator("(")) {
            arguments = arguments();
        } else if (startsArgument(tokens.peek())) {
            arguments = new Expressions.ArgumentList(List.of(postfix(guarded(this::primary))), Map.of());
        }
        Expression tested = new Expressions.Tested(value, test, arguments);
        return negated ? new Expressions.Not(tested) : tested;
    }

    private static boolean startsArgument(Token token) {
        return switch (token.kind()) {
            case NAME -> !AFTER_TEST.contains(token.text()) && !token.isName("is");
            case STRING, INTEGER, FLOAT -> true;
            case OPERATOR -> token.isOperator("[") || token.isOperator("{");
            default -> false;
        };
    }
}
