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
import java.security.MessageDigest;
import java.util.function.LongSupplier;

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
    private final MessageDigest chunkDigest = FileDigests.sha256();
    private final byte[] copy = new byte[1 << 16];

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

    /** How a download went. */
    record Result(long received, long resumedAt) {}

    /** Fetches what is missing. */
    Result from(Call call) throws IOException {
        Files.createDirectories(target.toAbsolutePath().getParent());
        try (FileChannel out = FileChannel.open(
                partial, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long have = verified(out);
            out.truncate(have);
            out.position(have);
            if (have < manifest.getSize()) {
                receive(call, out, have);
            }
            Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            return new Result(manifest.getSize() - have, have);
        }
    }

    /** How many bytes from the beginning are whole chunks that fit. */
    private long verified(FileChannel file) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        long size = Math.min(file.size(), manifest.getSize());
        file.position(0);
        long begin = 0;
        while (begin < size) {
            long end = chunkEnd(begin);
            if (end > size) {
                break;
            }
            chunkDigest.reset();
            for (long at = begin; at < end; ) {
                int read = file.read(buffer.clear().limit((int) Math.min(BUFFER, end - at)));
                if (read < 0) {
                    return begin;
                }
                digest(buffer.flip());
                at += read;
            }
            if (!FileDigests.fits(manifest, begin / manifest.getChunkBytes(), chunkDigest.digest())) {
                break;
            }
            begin = end;
        }
        return begin;
    }

    private void receive(Call call, FileChannel out, long have) throws IOException {
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
            ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
            for (long begin = have; begin < manifest.getSize(); begin = chunkEnd(begin)) {
                receiveChunk(call, out, buffer, begin);
                observer.progressed(manifest.getName(), chunkEnd(begin), manifest.getSize(), call.to());
            }
        } catch (WeightTransferException e) {
            throw e;
        } catch (IOException e) {
            throw link.explained(e);
        }
    }

    private void receiveChunk(Call call, FileChannel out, ByteBuffer buffer, long begin) throws IOException {
        long end = chunkEnd(begin);
        chunkDigest.reset();
        for (long at = begin; at < end; ) {
            buffer.clear().limit((int) Math.min(BUFFER, end - at));
            int read = call.link().read(buffer);
            if (read < 0) {
                throw new EOFException(call.to() + " broke off at byte " + at + " of " + manifest.getSize() + " of "
                        + manifest.getName());
            }
            at += read;
            call.link().moved(read, nanoTime.getAsLong());
            digest(buffer.flip());
            keep(out, buffer.rewind());
        }
        if (!FileDigests.fits(manifest, begin / manifest.getChunkBytes(), chunkDigest.digest())) {
            out.truncate(begin);
            throw new WeightTransferException(
                    Kind.CORRUPT,
                    call.to() + " sent other bytes than the manifest of " + manifest.getName() + " tells of, from byte "
                            + begin + " to " + end);
        }
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

    private void digest(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            int length = Math.min(copy.length, bytes.remaining());
            bytes.get(copy, 0, length);
            chunkDigest.update(copy, 0, length);
        }
    }

    private long chunkEnd(long begin) {
        return Math.min(begin + manifest.getChunkBytes(), manifest.getSize());
    }
}
