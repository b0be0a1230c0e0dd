package io.troupe.actors.weights;

import io.troupe.actors.weights.WeightTransferException.Kind;
import io.troupe.proto.v1.FileHead;
import io.troupe.proto.v1.FileManifest;
import io.troupe.proto.v1.SendFile;
import io.troupe.proto.v1.WeightReply;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings one file over a call, into a partial file beside its place. A partial file left by an earlier try is read and believed as far as its chunks fit
 * the manifest. The file gets its name when every chunk does.
 */
final class Download {

    private static final int BUFFER = 1 << 20;

    private final FileManifest manifest;
    private final Path target;
    private final Path partial;
    private final FetchSettings settings;
    private final FetchObserver observer;
    private final LongSupplier nanoTime;
    private @Nullable MappedFile pages;
    private @Nullable ByteBuffer buffer;

    /**
     * @param manifest believed
     * @param target where the file is to be
     */
    Download(
            FileManifest manifest, Path target, FetchSettings settings, FetchObserver observer, LongSupplier nanoTime) {
        this.manifest = manifest;
        this.target = target;
        this.settings = settings;
        this.observer = observer;
        this.nanoTime = nanoTime;
        partial = partial(target);
    }

    static Path partial(Path target) {
        return target.resolveSibling(target.getFileName() + ".part");
    }

    /**
     * How a download went.
     *
     * @param pages the file's pages in memory, if it was written into such
     */
    record Result(long received, long resumedAt, @Nullable MappedFile pages) {}

    /** Fetches what is missing, and holds each chunk to its SHA-256. */
    Result from(Call call) throws IOException {
        return from(call, ChunkCheck.byDigests(manifest), null);
    }

    /**
     * Fetches what is missing.
     *
     * @param check what each chunk is held to
     * @param spare is written over, if no earlier try has left a partial file; null for new space
     */
    Result from(Call call, ChunkCheck check, KeptVersions.@Nullable Spare spare) throws IOException {
        Files.createDirectories(target.toAbsolutePath().getParent());
        boolean anew = spare != null && !Files.exists(partial);
        if (spare != null && anew) {
            Files.move(spare.file(), partial, StandardCopyOption.ATOMIC_MOVE);
            pages = spare.mapped();
        } else if (spare != null) {
            Files.deleteIfExists(spare.file());
        }
        try (FileChannel out = FileChannel.open(
                partial, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long have = anew ? 0 : verified(out);
            out.position(have);
            if (have < manifest.getSize()) {
                receive(call, out, check, have);
            }
            out.truncate(manifest.getSize());
            Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            return new Result(manifest.getSize() - have, have, pages);
        }
    }

    /** How many bytes from the beginning are whole chunks that fit. */
    private long verified(FileChannel file) throws IOException {
        ChunkCheck check = ChunkCheck.byDigests(manifest);
        ByteBuffer window = buffer();
        long size = Math.min(file.size(), manifest.getSize());
        file.position(0);
        long begin = 0;
        while (begin < size) {
            long end = chunkEnd(begin);
            if (end > size) {
                break;
            }
            for (long at = begin; at < end; ) {
                int read = file.read(window.clear().limit((int) Math.min(BUFFER, end - at)));
                if (read < 0) {
                    return begin;
                }
                check.update(window.flip());
                at += read;
            }
            if (!check.chunkFits(begin / manifest.getChunkBytes())) {
                break;
            }
            begin = end;
        }
        return begin;
    }

    private void receive(Call call, FileChannel out, ChunkCheck check, long have) throws IOException {
        SendFile wanted = SendFile.newBuilder()
                .setName(manifest.getName())
                .setSha256(manifest.getSha256())
                .setOffset(have)
                .build();
        FileHead head = call.ask(call.request().setSend(wanted).build(), WeightReply.AnswerCase.SENDING)
                .getSending();
        if (head.getOffset() != have || head.getLength() != manifest.getSize() - have) {
            throw new WeightTransferException(
                    Kind.CORRUPT,
                    call.to() + " sends " + head.getLength() + " bytes of " + manifest.getName() + " from "
                            + head.getOffset() + " instead of " + (manifest.getSize() - have) + " from " + have);
        }
        Link link = call.link();
        link.movingWithin(
                "bytes of " + manifest.getName(), settings.idleTimeout().toNanos(), nanoTime.getAsLong());
        try {
            for (long begin = have; begin < manifest.getSize(); begin = chunkEnd(begin)) {
                receiveChunk(call, out, check, begin);
                observer.progressed(manifest.getName(), chunkEnd(begin), manifest.getSize(), call.to());
            }
        } catch (WeightTransferException e) {
            throw e;
        } catch (IOException e) {
            throw link.explained(e);
        }
    }

    private void receiveChunk(Call call, FileChannel out, ChunkCheck check, long begin) throws IOException {
        long end = chunkEnd(begin);
        for (long at = begin; at < end; ) {
            ByteBuffer window = window(at, (int) Math.min(BUFFER, end - at));
            int read = call.link().read(window);
            if (read < 0) {
                throw new EOFException(call.to() + " broke off at byte " + at + " of " + manifest.getSize() + " of "
                        + manifest.getName());
            }
            at += read;
            call.link().moved(read, nanoTime.getAsLong());
            check.update(window.flip());
            if (pages == null) {
                keep(out, window.rewind());
            }
        }
        if (!check.chunkFits(begin / manifest.getChunkBytes())) {
            throw new WeightTransferException(
                    Kind.CORRUPT,
                    call.to() + " sent other bytes than the manifest of " + manifest.getName() + " tells of, from byte "
                            + begin + " to " + end);
        }
    }

    private ByteBuffer window(long at, int length) {
        return pages == null ? buffer().clear().limit(length) : pages.window(at, length);
    }

    private ByteBuffer buffer() {
        ByteBuffer known = buffer;
        if (known == null) {
            known = ByteBuffer.allocateDirect(BUFFER);
            buffer = known;
        }
        return known;
    }

    private void keep(FileChannel out, ByteBuffer bytes) throws WeightTransferException {
        try {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        } catch (IOException e) {
            throw new WeightTransferException(Kind.DISK, "cannot write " + partial + ": " + e.getMessage(), e);
        }
    }

    private long chunkEnd(long begin) {
        return Math.min(begin + manifest.getChunkBytes(), manifest.getSize());
    }
}
