package io.troupe.policy.jinja;

import io.troupe.policy.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/** Reads the statements of a template. */
final class StatementParser {

    private static final Set<String> OUTSIDE = Set.of("include", "import", "from", "extends", "block");

    private final TokenStream tokens;
    private final ExpressionParser expressions;
    private int loops;

    StatementParser(TokenStream tokens) {
        this.tokens = tokens;
        expressions = new ExpressionParser(tokens);
    }

    List<Statement> template() {
        List<Statement> statements = body(Set.of());
        if (!tokens.isAt(Kind.END)) {
            throw tokens.unexpected("the end of the template");
        }
        return statements;
    }

    /** The statements up to a block of one of these names, which is left to be read. */
    private List<Statement> body(Set<String> ends) {
        tokens.enter();
        var statements = new ArrayList<Statement>();
        while (!tokens.isAt(Kind.END)) {
            Token token = tokens.peek();
            switch (token.kind()) {
                case TEXT -> statements.add(new Statements.Text(tokens.next().text(), token.line()));
                case OUTPUT_BEGIN -> {
                    tokens.next();
                    statements.add(new Statements.Print(expressions.tuple(true), token.line()));
                    tokens.expect(Kind.OUTPUT_END, "the end of the tag '}}'");
                }
                default -> {
                    if (ends.contains(tokens.peekSecond().text())) {
                        tokens.next();
                        tokens.leave();
                        return statements;
                    }
                    tokens.next();
                    statements.add(block());
                }
            }
        }
        if (!ends.isEmpty()) {
            throw tokens.unexpected("one of the blocks " + String.join(", ", new java.util.TreeSet<>(ends)));
        }
        tokens.leave();
        return statements;
    }

    private Statement block() {
        Token name = tokens.expect(Kind.NAME, "the name of a block");
        int line = name.line();
        return switch (name.text()) {
            case "if" -> ifBlock(line);
            case "for" -> forBlock(line);
            case "set" -> setBlock(line);
            case "macro" -> macro(line);
            case "call" -> callBlock(line);
            case "filter" -> filterBlock(line);
            case "with" -> withBlock(line);
            case "generation" -> {
                endOfTag();
                List<Statement> inside = body(Set.of("endgeneration"));
                closing("endgeneration");
                yield new Statements.With(List.of(), List.of(), inside, line);
            }
            case "break", "continue" -> {
                if (loops == 0) {
                    throw tokens.error(name.text() + " stands in no loop");
                }
                endOfTag();
                yield new Statements.Leave(
                        name.text().equals("break") ? Statement.Flow.BREAK : Statement.Flow.CONTINUE, line);
            }
            default ->
                throw new TemplateException(
                                OUTSIDE.contains(name.text())
                                        ? "'" + name.text() + "' reaches outside of the template and is not supported"
                                        : "there is no block '" + name.text() + "'")
                        .inLine(line);
        };
    }

    private void endOfTag() {
        tokens.expect(Kind.BLOCK_END, "the end of the tag '%}'");
    }

    private void closing(String name) {
        tokens.expectName(name);
        endOfTag();
    }

    private Statement ifBlock(int line) {
        var branches = new ArrayList<Statements.Branch>();
        List<Statement> otherwise = List.of();
        do {
            Expression condition = expressions.tuple(true);
            endOfTag();
            branches.add(new Statements.Branch(condition, body(Set.of("elif", "else", "endif"))));
        } while (tokens.skipName("elif"));
        if (tokens.skipName("else")) {
            endOfTag();
            otherwise = body(Set.of("endif"));
        }
        closing("endif");
        return new Statements.If(branches, otherwise, line);
    }

    private Statement forBlock(int line) {
        Statements.Target target = target(true);
        tokens.expectName("in");
        Expression iterated = expressions.tuple(false);
        Expression filter = tokens.skipName("if") ? expressions.expression() : null;
        boolean recursive = tokens.skipName("recursive");
        endOfTag();
        loops++;
        List<Statement> body = body(Set.of("else", "endfor"));
        loops--;
        List<Statement> otherwise = List.of();
        if (tokens.skipName("else")) {
            endOfTag();
            otherwise = body(Set.of("endfor"));
        }
        closing("endfor");
        return new Statements.For(target, iterated, filter, recursive, body, otherwise, line);
    }

    private Statements.Target target(boolean looped) {
        boolean bracketed = tokens.skipOperator("(");
        var names = new ArrayList<String>();
        names.add(variable());
        if (!looped && tokens.skipOperator(".")) {
            return new Statements.Target(
                    names, false, tokens.expect(Kind.NAME, "a name").text());
        }
        boolean tuple = false;
        while (tokens.skipOperator(",")) {
            tuple = true;
            if (!tokens.isAt(Kind.NAME) || (looped && tokens.peek().isName("in"))) {
                break;
            }
            names.add(variable());
        }
        if (bracketed) {
            tokens.expectOperator(")");
        }
        return new Statements.Target(names, tuple, null);
    }

    private String variable() {
        Token name = tokens.expect(Kind.NAME, "a name");
        if (ExpressionParser.isConstant(name.text())) {
            throw new TemplateException("'" + name.text() + "' cannot be assigned to").inLine(name.line());
        }
        return name.text();
    }

    private Statement setBlock(int line) {
        Statements.Target target = target(false);
        if (tokens.skipOperator("=")) {
            Expression value = expressions.tuple(true);
            endOfTag();
            return new Statements.Set(target, value, line);
        }
        Expression value = new Expressions.Name(Statements.Captured.BODY);
        if (tokens.skipOperator("|")) {
            value = expressions.filterChain(value);
        }
        endOfTag();
        List<Statement> body = body(Set.of("endset"));
        closing("endset");
        return new Statements.Captured(body, value, target, line);
    }

    private Statement filterBlock(int line) {
        Expression value = expressions.filterChain(new Expressions.Name(Statements.Captured.BODY));
        endOfTag();
        List<Statement> body = body(Set.of("endfilter"));
        closing("endfilter");
        return new Statements.Captured(body, value, null, line);
    }

    private Statement withBlock(int line) {
        var targets = new ArrayList<Statements.Target>();
        var values = new ArrayList<Expression>();
        while (!tokens.isAt(Kind.BLOCK_END)) {
            if (!targets.isEmpty()) {
                tokens.expectOperator(",");
            }
            targets.add(new Statements.Target(List.of(variable()), false, null));
            tokens.expectOperator("=");
            values.add(expressions.expression());
        }
        endOfTag();
        List<Statement> body = body(Set.of("endwith"));
        closing("endwith");
        return new Statements.With(targets, values, body, line);
    }

    private Statements.Signature signature() {
        var parameters = new ArrayList<String>();
        var defaults = new LinkedHashMap<String, Expression>();
        tokens.expectOperator("(");
        while (!tokens.skipOperator(")")) {
            if (!parameters.isEmpty()) {
                tokens.expectOperator(",");
            }
            String name = variable();
            parameters.add(name);
            if (tokens.skipOperator("=")) {
                defaults.put(name, expressions.expression());
            } else if (!defaults.isEmpty()) {
                throw tokens.error("the parameter '" + name + "' needs a default, since one before it has one");
            }
        }
        return new Statements.Signature(parameters, defaults);
    }

    private Statement macro(int line) {
        String name = variable();
        Statements.Signature signature = signature();
        endOfTag();
        int around = loops;
        loops = 0;
        List<Statement> body = body(Set.of("endmacro"));
        loops = around;
        closing("endmacro");
        return new Statements.Macro(name, signature, body, line);
    }

    private Statement callBlock(int line) {
        var none = new Statements.Signature(List.of(), new LinkedHashMap<>());
        Statements.Signature signature = tokens.peek().isOperator("(") ? signature() : none;
        if (!(expressions.expression() instanceof Expressions.Call call)) {
            throw new TemplateException("call needs a macro with its arguments").inLine(line);
        }
        endOfTag();
        int around = loops;
        loops = 0;
        List<Statement> body = body(Set.of("endcall"));
        loops = around;
        closing("endcall");
        return new Statements.CallBlock(call, new Statements.Macro("caller", signature, body, line), line);
    }
}
