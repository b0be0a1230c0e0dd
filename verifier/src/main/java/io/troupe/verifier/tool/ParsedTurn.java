package io.troupe.verifier.tool;

import java.util.List;

/**
 * A policy's turn, taken apart.
 *
 * @param calls the calls, in their order
 * @param rest the turn without them
 */
public record ParsedTurn(List<CallAttempt> calls, String rest) {
    public ParsedTurn {
        calls = List.copyOf(calls);
    }
}
