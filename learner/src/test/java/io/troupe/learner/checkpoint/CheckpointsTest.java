package io.troupe.learner.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.learner.checkpoint.Checkpoints.Rejected;
import io.troupe.proto.v1.CheckpointManifest;
import io.troupe.proto.v1.LedgerState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {

    @TempDir
    private Path folder;

    @Test
    void aFolderWithoutCheckpointsHasNoLatest() {
        var latest = Checkpoints.open(folder.resolve("new"), 3).latest();
        assertThat(latest.checkpoint()).isEmpty();
        assertThat(latest.rejected()).isEmpty();
    }

    @Test
    void whatIsSavedIsFoundAgainWithItsManifestAndFiles() throws IOException {
        var checkpoints = Checkpoints.open(folder, 3);
        var manifest = manifest(25).toBuilder()
                .setLedger(LedgerState.newBuilder().setTrained(600).addOpen(601))
                .build();
        var saved = checkpoints.save(manifest, CheckpointsTest::write);

        assertThat(saved.folder()).isEqualTo(folder.resolve("step-000025"));
        var found = Checkpoints.open(folder, 3).latest().checkpoint().orElseThrow();
        assertThat(found).isEqualTo(saved);
        assertThat(found.manifest().getFormat()).isEqualTo(1);
        assertThat(found.manifest().getLedger()).isEqualTo(manifest.getLedger());
        assertThat(found.manifest().getFilesList())
                .extracting(file -> file.getName() + " " + file.getSize())
                .containsExactly("model.safetensors 1000", "optimizer/moments.bin 10");
        assertThat(Files.size(found.file("optimizer/moments.bin"))).isEqualTo(10);
        assertThat(listing()).containsExactly("step-000025");
    }

    @Test
    void onlyTheNewestAreKept() {
        var checkpoints = Checkpoints.open(folder, 2);
        for (long version : new long[] {1, 2, 3, 1000000}) {
            checkpoints.save(manifest(version), CheckpointsTest::write);
        }
        assertThat(listing()).containsExactlyInAnyOrder("step-000003", "step-1000000");
        assertThat(latestVersion()).isEqualTo(1000000);
    }

    @Test
    void aTornCheckpointDoesNotTakeThePlaceOfAGoodOne() throws IOException {
        var checkpoints = Checkpoints.open(folder, 2);
        checkpoints.save(manifest(1), CheckpointsTest::write);
        checkpoints.save(manifest(2), CheckpointsTest::write);
        Files.delete(folder.resolve("step-000002/manifest.pb"));
        checkpoints.save(manifest(3), CheckpointsTest::write);
        assertThat(listing()).containsExactlyInAnyOrder("step-000001", "step-000003");
    }

    @Test
    void theOneJustSavedIsKeptAlthoughNewerNamesAreThere() throws IOException {
        var checkpoints = Checkpoints.open(folder, 1);
        checkpoints.save(manifest(7), CheckpointsTest::write);
        Files.delete(folder.resolve("step-000007/model.safetensors"));
        checkpoints.save(manifest(5), CheckpointsTest::write);
        assertThat(latestVersion()).isEqualTo(5);
    }

    @Test
    void aTruncatedFileIsPassedOverByName() throws IOException {
        twoCheckpoints();
        Path file = folder.resolve("step-000002/model.safetensors");
        Files.write(file, new byte[999]);
        assertRejected("model.safetensors has 999 bytes instead of 1000");
    }

    @Test
    void aFlippedByteIsFoundInEveryFile() throws IOException {
        for (String name : List.of("model.safetensors", "optimizer/moments.bin", "manifest.pb", "manifest.sha256")) {
            twoCheckpoints();
            Path file = folder.resolve("step-000002").resolve(name);
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length / 2] ^= 1;
            Files.write(file, bytes);
            assertRejected("does not have the digest");
        }
    }

    @Test
    void aMissingFileIsPassedOverByName() throws IOException {
        for (String name : List.of("model.safetensors", "manifest.pb", "manifest.sha256")) {
            twoCheckpoints();
            Files.delete(folder.resolve("step-000002").resolve(name));
            assertRejected(name + " is missing");
        }
    }

    @Test
    void aRenamedCheckpointIsPassedOver() throws IOException {
        twoCheckpoints();
        Files.move(folder.resolve("step-000002"), folder.resolve("step-000009"));
        var latest = Checkpoints.open(folder, 3).latest();
        assertThat(latest.checkpoint().orElseThrow().manifest().getVersion()).isEqualTo(1);
        assertThat(latest.rejected())
                .containsExactly(new Rejected(folder.resolve("step-000009"), "its manifest is of version 2"));
    }

    @Test
    void leftOverTemporariesAreClearedAwayAndNothingElse() throws IOException {
        twoCheckpoints();
        Files.createDirectories(folder.resolve(".step-000003.tmp-0/optimizer"));
        Files.write(folder.resolve(".step-000003.tmp-0/optimizer/moments.bin"), new byte[5]);
        Files.writeString(folder.resolve("notes.txt"), "mine");
        Checkpoints.open(folder, 3);
        assertThat(listing()).containsExactlyInAnyOrder("notes.txt", "step-000001", "step-000002");
    }

    @Test
    void aWriterThatFailsHalfWayLeavesTheFormerOnesAndSaysWhy() throws IOException {
        twoCheckpoints();
        var checkpoints = Checkpoints.open(folder, 3);
        assertThatThrownBy(() -> checkpoints.save(manifest(3), temporary -> {
                    write(temporary);
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("the checkpoint " + folder.resolve("step-000003")
                        + " could not be written; earlier checkpoints are untouched: No space left on device")
                .hasCauseInstanceOf(IOException.class);
        assertThat(listing()).containsExactlyInAnyOrder("step-000001", "step-000002");
        assertThat(latestVersion()).isEqualTo(2);
    }

    @Test
    void aWriterThatBreaksLeavesTheFormerOnesToo() throws IOException {
        twoCheckpoints();
        assertThatThrownBy(() -> Checkpoints.open(folder, 3).save(manifest(3), temporary -> {
                    throw new IllegalStateException("the engine is gone");
                }))
                .isInstanceOf(CheckpointException.class)
                .hasMessageEndingWith("the engine is gone");
        assertThat(listing()).containsExactlyInAnyOrder("step-000001", "step-000002");
    }

    @Test
    void aCheckpointOfTheSameVersionIsReplaced() throws IOException {
        twoCheckpoints();
        var again = manifest(2).toBuilder().setEpoch(2).build();
        Checkpoints.open(folder, 3).save(again, CheckpointsTest::write);
        assertThat(listing()).containsExactlyInAnyOrder("step-000001", "step-000002");
        assertThat(Checkpoints.open(folder, 3)
                        .latest()
                        .checkpoint()
                        .orElseThrow()
                        .manifest()
                        .getEpoch())
                .isEqualTo(2);
    }

    @Test
    void aCrashAtAnyOperationLosesNothingThatWasSaved() throws IOException {
        for (long version : new long[] {2, 3}) { // replaces, and adds
            boolean crashed = true;
            for (int operation = 1; crashed; operation++) {
                twoCheckpoints();
                var disk = FailingDisk.crashingAt(operation);
                try {
                    Checkpoints.open(folder, 1, disk).save(manifest(version), CheckpointsTest::write);
                } catch (FailingDisk.Crash e) {
                    assertThat(disk.failed()).isTrue();
                }
                crashed = disk.failed();
                var latest = Checkpoints.open(folder, 1).latest();
                assertThat(latest.checkpoint().orElseThrow().manifest().getVersion())
                        .as("after a crash at operation %s", operation)
                        .isIn(2L, version);
                assertThat(latest.rejected()).isEmpty();
                assertThat(listing()).allMatch(name -> name.startsWith("step-"));
                assertThat(operation).isLessThan(60);
            }
            assertThat(latestVersion()).isEqualTo(version);
        }
    }

    @Test
    void anOperationThatIsRefusedEndsInAnExceptionOrASavedCheckpoint() throws IOException {
        for (long version : new long[] {2, 3}) {
            boolean refused = true;
            for (int operation = 1; refused; operation++) {
                twoCheckpoints();
                var disk = FailingDisk.refusing(operation);
                var checkpoints = Checkpoints.open(folder, 1, disk);
                String message = "";
                try {
                    checkpoints.save(manifest(version), CheckpointsTest::write);
                } catch (CheckpointException e) {
                    message = e.getMessage();
                    assertThat(message).contains(folder.toString(), "No space left on device");
                }
                refused = disk.failed();
                assertThat(message.isEmpty()).isEqualTo(!refused);
                assertThat(latestVersion()).isIn(2L, version);
                if (message.contains("is saved")) {
                    assertThat(latestVersion()).isEqualTo(version);
                }
                assertThat(operation).isLessThan(60);
            }
        }
    }

    @Test
    void aFolderThatIsAFileIsRefusedByName() throws IOException {
        Path file = Files.writeString(folder.resolve("checkpoints"), "");
        assertThatThrownBy(() -> Checkpoints.open(file, 3))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(file.toString());
        assertThatThrownBy(() -> Checkpoints.open(folder, 0)).hasMessageContaining("train.keep-checkpoints is 0");
    }

    /** Checkpoints 1 and 2, whole, and nothing else. */
    private void twoCheckpoints() throws IOException {
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                if (!path.equals(folder)) {
                    Files.delete(path);
                }
            }
        }
        var checkpoints = Checkpoints.open(folder, 3);
        checkpoints.save(manifest(1), CheckpointsTest::write);
        checkpoints.save(manifest(2), CheckpointsTest::write);
    }

    private void assertRejected(String reason) {
        var latest = Checkpoints.open(folder, 3).latest();
        assertThat(latest.checkpoint().orElseThrow().manifest().getVersion()).isEqualTo(1);
        assertThat(latest.rejected()).hasSize(1);
        assertThat(latest.rejected().get(0).folder()).isEqualTo(folder.resolve("step-000002"));
        assertThat(latest.rejected().get(0).reason()).contains(reason);
    }

    private long latestVersion() {
        return Checkpoints.open(folder, 3)
                .latest()
                .checkpoint()
                .orElseThrow()
                .manifest()
                .getVersion();
    }

    private List<String> listing() {
        try (var paths = Files.list(folder)) {
            return paths.map(path -> path.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CheckpointManifest manifest(long version) {
        return CheckpointManifest.newBuilder()
                .setRunId("run")
                .setEpoch(1)
                .setVersion(version)
                .setSeed(17)
                .build();
    }

    private static void write(Path temporary) throws IOException {
        Files.write(temporary.resolve("model.safetensors"), new byte[1000]);
        Files.createDirectory(temporary.resolve("optimizer"));
        Files.write(temporary.resolve("optimizer/moments.bin"), new byte[10]);
    }
}
