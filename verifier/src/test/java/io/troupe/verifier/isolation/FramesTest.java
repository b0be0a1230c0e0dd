package io.troupe.verifier.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.proto.v1.EnvironmentReply;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FramesTest {

    private static final EnvironmentReply REPLY =
            EnvironmentReply.newBuilder().setId(7).build();

    private static byte[] frames(int count) throws IOException {
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            Frames.write(out, REPLY);
        }
        return out.toByteArray();
    }

    @Test
    void messagesComeBackOneByOneAndThenTheEnd() throws IOException {
        var in = new ByteArrayInputStream(frames(2));
        assertThat(EnvironmentReply.parseFrom(Frames.read(in, 100))).isEqualTo(REPLY);
        assertThat(EnvironmentReply.parseFrom(Frames.read(in, 100))).isEqualTo(REPLY);
        assertThat(Frames.read(in, 100)).isNull();
    }

    @Test
    void aStreamThatEndsWithinAMessageIsNoEnd() throws IOException {
        byte[] whole = frames(1);
        for (int length = 1; length < whole.length; length++) {
            var cut = new ByteArrayInputStream(Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> Frames.read(cut, 100)).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void aLengthOverTheLimitIsRefusedBeforeAnythingIsAllocated() {
        for (byte[] head :
                List.of(new byte[] {0x7f, -1, -1, -1}, new byte[] {-1, -1, -1, -1}, new byte[] {0, 0, 0, 101})) {
            assertThatThrownBy(() -> Frames.read(new ByteArrayInputStream(head), 100))
                    .isInstanceOf(Frames.TooLongException.class)
                    .hasMessageContaining("at most 100");
        }
    }

    @Test
    void theLastLinesAreKeptCutAndTheRestIsCounted() throws IOException {
        List<String> heard = new ArrayList<>();
        var lines = new LastLines(heard::add);
        byte[] text = ("first\n" + "x".repeat(1000) + "\n\n\u0007bell\n" + "line\n".repeat(20) + "last")
                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        lines.drain(new ByteArrayInputStream(text));
        assertThat(heard)
                .hasSize(24)
                .startsWith("first", "x".repeat(400), "bell")
                .endsWith("last");
        assertThat(lines.text()).isEqualTo("line | ".repeat(11) + "last");
        assertThat(lines.bytes()).isEqualTo(text.length);
    }
}
