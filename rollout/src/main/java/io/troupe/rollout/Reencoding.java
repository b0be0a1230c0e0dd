package io.troupe.rollout;

import io.troupe.policy.PolicyTokenizer;
import io.troupe.rollout.remote.Completion;
import io.troupe.rollout.remote.RemoteException;
import java.util.List;

/** From text back to tokens, for servers that give no ids. What does not come back piece by piece is refused, for other tokens were sampled than those. */
final class Reencoding {

    private Reencoding() {}

    static int[] of(Completion completion, PolicyTokenizer tokenizer) {
        List<String> pieces = completion.pieces();
        int[] tokens = tokenizer.encode(String.join("", pieces));
        if (tokens.length != pieces.size()) {
            throw mismatch(pieces.size() + " tokens were sampled, and their text is " + tokens.length);
        }
        for (int i = 0; i < tokens.length; i++) {
            String piece = tokenizer.decode(tokens[i]);
            if (!piece.equals(pieces.get(i)) || piece.indexOf('\uFFFD') >= 0) {
                throw mismatch(
                        "token " + i + " was sampled as '" + pieces.get(i) + "' and comes back as '" + piece + "'");
            }
        }
        return tokens;
    }

    private static RemoteException mismatch(String message) {
        return new RemoteException(RemoteException.Kind.REENCODING_MISMATCH, message);
    }
}
