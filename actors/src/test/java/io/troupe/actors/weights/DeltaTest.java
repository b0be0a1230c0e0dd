package io.troupe.actors.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.troupe.proto.v1.FileManifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeltaTest {

    private static final int CHUNK = 1 << 12;
    private static final int RECORD = DeltaFormat.HEAD_BYTES;

    @TempDir
    Path folder;

    private Path old;
    private Path young;
    private Path delta;
    private FileManifest oldManifest;
    private FileManifest youngManifest;

    @BeforeEach
    void twoVersions() throws IOException {
        old = folder.resolve("old");
        young = folder.resolve("young");
        delta = folder.resolve("delta");
        byte[] bytes = new byte[3 * CHUNK + 77];
        new Random(1).nextBytes(bytes);
        Files.write(old, bytes);
        for (int i = 0; i < CHUNK; i += 100) {
            bytes[CHUNK + i] ^= 1;
        }
        Files.write(young, bytes);
        oldManifest = FileDigests.of("version/1", old, CHUNK);
        youngManifest = FileDigests.of("version/2", young, CHUNK);
        assertThat(write(1_000_000)).isTrue();
    }

    @Test
    void aFewChangedBytesMakeASmallDelta() throws IOException {
        assertThat(Files.size(delta)).isLessThan(CHUNK / 8);
        assertThat(apply()).hasSameBinaryContentAs(young);
    }

    @Test
    void aDeltaThatWouldBeTooLargeIsNotWrittenToItsEnd() throws IOException {
        assertThat(write(100)).isFalse();
    }

    @Property(tries = 60, seed = "1")
    void anyFileIsMadeOfAnyOther(
            @ForAll @IntRange(max = 5 * 1024) int oldSize,
            @ForAll @IntRange(max = 5 * 1024) int youngSize,
            @ForAll @IntRange(max = 100) int changedPercent,
            @ForAll long seed)
            throws IOException {
        var random = new Random(seed);
        byte[] before = new byte[oldSize];
        random.nextBytes(before);
        byte[] after = Arrays.copyOf(before, youngSize);
        for (int i = 0; i < youngSize; i++) {
            after[i] = random.nextInt(100) < changedPercent ? (byte) random.nextInt() : after[i];
        }
        Path here = Files.createTempDirectory("delta");
        Path from = Files.write(here.resolve("from"), before);
        Path to = Files.write(here.resolve("to"), after);
        FileManifest fromManifest = FileDigests.of("a", from, 1024);
        FileManifest toManifest = FileDigests.of("b", to, 1024);
        try (var writer = new DeltaWriter(3)) {
            Path made = here.resolve("made");
            assertThat(writer.write(from, fromManifest.getSha256(), to, toManifest, here.resolve("d"), Long.MAX_VALUE))
                    .isTrue();
            Files.write(made, new byte[7000]); // what is there is written over
            DeltaReader.apply(from, fromManifest.getSha256(), here.resolve("d"), toManifest, made);
            assertThat(made).hasBinaryContent(after);
        }
        try (var files = Files.list(here)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(here);
    }

    @Test
    void anotherBaseIsRefused() {
        assertThatThrownBy(() -> DeltaReader.apply(
                        young, youngManifest.getSha256(), delta, youngManifest, folder.resolve("made")))
                .isInstanceOf(DeltaException.class)
                .hasMessage("its base is not the version that is here");
    }

    @Test
    void anotherResultIsRefused() {
        assertThatThrownBy(() ->
                        DeltaReader.apply(old, oldManifest.getSha256(), delta, oldManifest, folder.resolve("made")))
                .hasMessage("it makes another file");
    }

    @Test
    void aBaseThatIsDamagedOnDiskMakesOtherBytesThanWereAnnounced() throws IOException {
        byte[] bytes = Files.readAllBytes(old);
        bytes[2 * CHUNK + 5] ^= 4;
        Files.write(old, bytes);
        assertThatThrownBy(this::apply)
                .hasMessage("it makes other bytes than were announced, from byte " + 2 * CHUNK + " on");
    }

    @Test
    void aFrameThatUnpacksToMoreThanItsBlockIsRefused() throws IOException {
        byte[] bomb = Zstd.compress(new byte[1 << 28]);
        assertThat(bomb.length).as("it has the room of a record").isLessThan(1 << 15);
        byte[] small = Zstd.compress(new byte[CHUNK + 1]);
        for (byte[] frame : new byte[][] {small, Arrays.copyOf(bomb, Math.min(bomb.length, CHUNK))}) {
            record((byte) 2, frame.length, frame);
            assertThatThrownBy(this::apply)
                    .isInstanceOf(DeltaException.class)
                    .hasMessageContaining("cannot be unpacked");
        }
    }

    @Test
    void aRecordThatClaimsMoreThanABlockCanNeedIsRefusedBeforeItIsRead() throws IOException {
        for (int claimed : new int[] {Integer.MAX_VALUE, -1, CHUNK * 2}) {
            record((byte) 1, claimed, new byte[8]);
            assertThatThrownBy(this::apply)
                    .hasMessageContaining("it claims " + Integer.toUnsignedString(claimed) + " bytes");
        }
    }

    @Test
    void unknownKindsTooFewAndTooManyBytesAreRefused() throws IOException {
        record((byte) 9, 0, new byte[0]);
        assertThatThrownBy(this::apply).hasMessageContaining("the unknown kind 9");
        write(1_000_000);
        byte[] whole = Files.readAllBytes(delta);
        Files.write(delta, Arrays.copyOf(whole, whole.length - 3));
        assertThatThrownBy(this::apply).hasMessage("it ends too early");
        Files.write(delta, Arrays.copyOf(whole, whole.length + 1));
        assertThatThrownBy(this::apply).hasMessage("it goes on behind its last block");
        Files.write(delta, "GET / HTTP/1.1".repeat(20).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThatThrownBy(this::apply).hasMessageContaining("it does not begin as a delta");
    }

    @Property(tries = 300, seed = "1")
    void aDamagedDeltaNeverMakesAnythingButTheAnnouncedFile(@ForAll long seed) throws IOException {
        folder = Files.createTempDirectory("damaged");
        twoVersions();
        var random = new Random(seed);
        byte[] bytes = Files.readAllBytes(delta);
        for (int i = 0; i <= random.nextInt(4); i++) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        Files.write(delta, bytes);
        Path made = folder.resolve("made");
        try {
            DeltaReader.apply(old, oldManifest.getSha256(), delta, youngManifest, made);
            assertThat(made).hasSameBinaryContentAs(young);
        } catch (DeltaException e) {
            assertThat(e).hasMessageNotContaining("null");
        } finally {
            for (Path file : new Path[] {old, young, delta, made}) {
                Files.deleteIfExists(file);
            }
            Files.delete(folder);
        }
    }

    private boolean write(long limit) throws IOException {
        try (var writer = new DeltaWriter(1)) {
            return writer.write(old, oldManifest.getSha256(), young, youngManifest, delta, limit);
        }
    }

    private Path apply() throws IOException {
        Path made = folder.resolve("made");
        DeltaReader.apply(old, oldManifest.getSha256(), delta, youngManifest, made);
        return made;
    }

    /** A delta of which the first record is this. */
    private void record(byte kind, int length, byte[] bytes) throws IOException {
        byte[] head = Arrays.copyOf(Files.readAllBytes(delta), RECORD);
        ByteBuffer all = ByteBuffer.allocate(RECORD + DeltaFormat.RECORD_HEAD_BYTES + bytes.length);
        Files.write(delta, all.put(head).put(kind).putInt(length).put(bytes).array());
    }
}
