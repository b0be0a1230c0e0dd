package io.troupe.actors.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameCheckTest {

    private static final int MOST = 1000;

    @Property(tries = 300, seed = "1")
    void whatANodeSendsPassesHoweverItIsCutUp(
            @ForAll @Size(max = 20) List<@IntRange(min = 28, max = MOST) Integer> lengths,
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 70) int most)
            throws SSLException {
        byte[] stream = stream(2, lengths);
        feed(stream, new Random(seed), most);
    }

    @Property(tries = 300, seed = "1")
    void aLengthOutOfBoundsEndsTheConnectionAtItsLastByte(
            @ForAll @Size(max = 5) List<@IntRange(min = 28, max = MOST) Integer> before, @ForAll int length)
            throws SSLException {
        boolean allowed = length >= 28 && length <= MOST;
        FrameCheck check = new FrameCheck(MOST);
        byte[] good = stream(1, before);
        check.accept(ByteBuffer.wrap(good), 0, good.length);
        byte[] head = ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(length)
                .array();
        check.accept(ByteBuffer.wrap(head), 0, 3);
        if (allowed) {
            check.accept(ByteBuffer.wrap(head), 3, 4);
        } else {
            assertThatThrownBy(() -> check.accept(ByteBuffer.wrap(head), 3, 4))
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining(Integer.toUnsignedString(length) + " bytes");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, -4, 0, 27, MOST + 1, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void lengthsAtTheEdgesAreRefused(int length) {
        assertThatThrownBy(() -> feed(stream(1, List.of(length), 0)))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("28 to 1000 are allowed");
    }

    @Test
    void aNodeThatSpeaksTlsToOneThatDoesNotIsNamed() {
        assertThatThrownBy(() -> feed(new byte[] {0x16, 3, 1, 0, 5}))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("the other end speaks TLS and this node does not");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\n", "AKKB", "\u0016AKKA", "AAKKA", "\u0000"})
    void otherProtocolsAreRefused(String bytes) {
        assertThatThrownBy(() -> feed(bytes.getBytes(StandardCharsets.ISO_8859_1)))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("do not come from a node");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 4, 127, 255})
    void onlyTheTwoStreamsThatAreUsedAreThere(int stream) {
        assertThatThrownBy(() -> feed(stream(stream, List.of())))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("no stream");
    }

    @Test
    void aHeaderOfAnotherVersionIsRefused() {
        byte[] stream = stream(1, List.of(30));
        stream[9] = 1;
        assertThatThrownBy(() -> feed(stream)).isInstanceOf(SSLException.class).hasMessageContaining("version 1");
    }

    @Property(tries = 2000, seed = "1")
    void garbageNeverThrowsAnythingElse(@ForAll @Size(max = 64) byte[] garbage, @ForAll boolean afterMagic) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (afterMagic) {
            bytes.writeBytes(new byte[] {'A', 'K', 'K', 'A', 1});
        }
        bytes.writeBytes(garbage);
        try {
            feed(bytes.toByteArray());
        } catch (SSLException e) {
            assertThat(e).hasMessageMatching(".*(node|stream|frame|allowed).*");
        }
    }

    private static byte[] stream(int id, List<Integer> lengths) {
        return stream(
                id, lengths, lengths.stream().mapToInt(Integer::intValue).max().orElse(0));
    }

    private static byte[] stream(int id, List<Integer> lengths, int body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {'A', 'K', 'K', 'A', (byte) id});
        for (int length : lengths) {
            bytes.writeBytes(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(length)
                    .array());
            byte[] frame = new byte[body == 0 ? 0 : length];
            for (int i = 1; i < frame.length; i++) {
                frame[i] = (byte) (i * 37);
            }
            bytes.writeBytes(frame);
        }
        return bytes.toByteArray();
    }

    private static void feed(byte[] bytes) throws SSLException {
        new FrameCheck(MOST).accept(ByteBuffer.wrap(bytes), 0, bytes.length);
    }

    private static void feed(byte[] bytes, Random random, int most) throws SSLException {
        FrameCheck check = new FrameCheck(MOST);
        List<Integer> cuts = new ArrayList<>(Collections.singletonList(0));
        while (cuts.get(cuts.size() - 1) < bytes.length) {
            int last = cuts.get(cuts.size() - 1);
            int next = Math.min(bytes.length, last + 1 + random.nextInt(most));
            check.accept(ByteBuffer.wrap(bytes), last, next);
            cuts.add(next);
        }
    }
}
