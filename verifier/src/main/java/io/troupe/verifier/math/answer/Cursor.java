package io.troupe.verifier.math.answer;

import io.troupe.verifier.Fuel;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A place in a list of tokens, and what the parser remembers on the way: how deep it is and which letters are bound. */
final class Cursor {

    private static final int MAX_DEPTH = 120;

    final Fuel fuel;
    /** Letters that run over whole numbers here, so that {@code i} is no imaginary unit. */
    final Set<String> bound = new HashSet<>();

    private final List<Token> tokens;
    private int at;
    private int depth;
    /** While greater than 0, a bar closes or separates and never opens. */
    private int bars;

    private boolean squareCloses;

    Cursor(List<Token> tokens, Fuel fuel, int depth) {
        this.tokens = tokens;
        this.fuel = fuel;
        this.depth = depth;
    }

    Token peek() {
        return tokens.get(at);
    }

    Token peek(int ahead) {
        return tokens.get(Math.min(at + ahead, tokens.size() - 1));
    }

    Token take() {
        Token token = tokens.get(at);
        fuel.spend(4);
        if (token.kind() != Token.Kind.END) {
            at++;
        }
        return token;
    }

    boolean takeSign(String sign) {
        if (peek().isSign(sign)) {
            take();
            return true;
        }
        return false;
    }

    boolean takeCommand(String name) {
        if (peek().isCommand(name)) {
            take();
            return true;
        }
        return false;
    }

    int mark() {
        return at;
    }

    void reset(int mark) {
        at = mark;
    }

    /** Puts tokens in the place of the current one. */
    void replace(List<Token> parts) {
        fuel.spend(8L * parts.size());
        tokens.remove(at);
        tokens.addAll(at, parts);
    }

    int depth() {
        return depth;
    }

    void enter() throws AnswerSyntaxException {
        if (++depth > MAX_DEPTH) {
            throw error("nested more than " + MAX_DEPTH + " deep");
        }
    }

    void leave() {
        depth--;
    }

    /** Whether a square bracket closes what was opened by its mirror image. */
    boolean squareCloses() {
        return squareCloses;
    }

    boolean exchangeSquareCloses(boolean value) {
        boolean before = squareCloses;
        squareCloses = value;
        return before;
    }

    boolean barsSeparate() {
        return bars > 0;
    }

    int exchangeBars(int value) {
        int before = bars;
        bars = value;
        return before;
    }

    void expectSign(String sign) throws AnswerSyntaxException {
        if (!takeSign(sign)) {
            throw error("expected '" + sign + "' but found " + peek());
        }
    }

    AnswerSyntaxException unexpected() {
        return error(peek().kind() == Token.Kind.END ? "the answer ends too early" : "unexpected " + peek());
    }

    AnswerSyntaxException error(String what) {
        return new AnswerSyntaxException(what, peek().position());
    }
}
