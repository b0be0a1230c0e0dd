package io.troupe.actors.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class TokenPiecesTest {

    @Test
    void aCharacterOfSeveralTokensIsThePieceOfTheLast() {
        int[] tokens = bytes("a→b");

        assertThat(TokenPieces.of(TokenPiecesTest::decode, tokens)).containsExactly("a", "", "", "→", "b");
    }

    @Test
    void aCharacterThatNeverEndsIsShownAsSuch() {
        int[] tokens = Arrays.copyOf(bytes("a→"), 3);

        assertThat(TokenPieces.of(TokenPiecesTest::decode, tokens)).containsExactly("a", "", "\ufffd");
    }

    @Property(tries = 200, seed = "1")
    void thePiecesTogetherAreTheText(@ForAll @StringLength(max = 12) String any) {
        String text = new String(any.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).replace("\ufffd", "");

        assertThat(String.join("", TokenPieces.of(TokenPiecesTest::decode, bytes(text))))
                .isEqualTo(text);
    }

    private static int[] bytes(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int[] tokens = new int[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            tokens[i] = bytes[i];
        }
        return tokens;
    }

    private static String decode(int... tokens) {
        var bytes = new ByteArrayOutputStream();
        for (int token : tokens) {
            bytes.write(token);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
