package io.troupe.policy.jinja;

import io.troupe.policy.jinja.Token.Kind;
import java.util.List;

/** The tokens of a template as a parser takes them, and how deep it is in them. */
final class TokenStream {

    private static final int MAX_NESTING = 100;

    private final List<Token> tokens;
    private int at;
    private int depth;

    TokenStream(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(at);
    }

    Token peekSecond() {
        return tokens.get(Math.min(at + 1, tokens.size() - 1));
    }

    Token next() {
        Token token = tokens.get(at);
        at = Math.min(at + 1, tokens.size() - 1);
        return token;
    }

    boolean isAt(Kind kind) {
        return peek().kind() == kind;
    }

    boolean skipOperator(String operator) {
        boolean found = peek().isOperator(operator);
        if (found) {
            next();
        }
        return found;
    }

    boolean skipName(String name) {
        boolean found = peek().isName(name);
        if (found) {
            next();
        }
        return found;
    }

    void expectOperator(String operator) {
        if (!skipOperator(operator)) {
            throw unexpected("'" + operator + "'");
        }
    }

    void expectName(String name) {
        if (!skipName(name)) {
            throw unexpected("'" + name + "'");
        }
    }

    Token expect(Kind kind, String what) {
        if (!isAt(kind)) {
            throw unexpected(what);
        }
        return next();
    }

    TemplateException unexpected(String expected) {
        return error("expected " + expected + ", found " + peek().shown());
    }

    TemplateException error(String message) {
        return new TemplateException(message).inLine(peek().line());
    }

    void enter() {
        if (++depth > MAX_NESTING) {
            throw error("tags and parentheses are nested more than " + MAX_NESTING + " deep");
        }
    }

    void leave() {
        depth--;
    }
}
