package io.troupe.actors.weights;

import com.google.protobuf.InvalidProtocolBufferException;
import io.troupe.proto.v1.DescribeDelta;
import io.troupe.proto.v1.FileHead;
import io.troupe.proto.v1.FileList;
import io.troupe.proto.v1.HoldsFile;
import io.troupe.proto.v1.Noted;
import io.troupe.proto.v1.Refusal;
import io.troupe.proto.v1.RefusalKind;
import io.troupe.proto.v1.RunStamp;
import io.troupe.proto.v1.SendFile;
import io.troupe.proto.v1.WeightReply;
import io.troupe.proto.v1.WeightRequest;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the requests of connections, each on its own thread. Thread-safe. */
final class Desk {

    private static final Logger LOG = LoggerFactory.getLogger(Desk.class);
    private static final long SLICE = 1 << 20;
    private static final long LAST_WORD_NANOS = 1_000_000_000;
    private static final int LONGEST_NAME = 200;

    private final WeightServerSettings settings;
    private final Shelf shelf;
    private final Deltas deltas;
    private final Tally tally;
    private final LongSupplier nanoTime;
    private final Semaphore transfers;
    private volatile RunStamp stamp;

    Desk(
            WeightServerSettings settings,
            Shelf shelf,
            Deltas deltas,
            Tally tally,
            RunStamp stamp,
            LongSupplier nanoTime) {
        this.settings = settings;
        this.shelf = shelf;
        this.deltas = deltas;
        this.tally = tally;
        this.stamp = stamp;
        this.nanoTime = nanoTime;
        transfers = new Semaphore(settings.transfers());
    }

    void belongTo(RunStamp newStamp) {
        stamp = newStamp;
    }

    /** Answers request after request until the other end closes, says what is no request, or stands still. */
    void converse(Link link) throws IOException {
        try {
            if (link instanceof TlsLink secured) {
                within(link, "the TLS handshake");
                secured.handshake();
            }
            within(link, "a request");
            for (byte[] bytes = Frames.read(link, Frames.MAX_REQUEST);
                    bytes != null;
                    bytes = Frames.read(link, Frames.MAX_REQUEST)) {
                answer(link, bytes);
                within(link, "the next request");
            }
        } catch (Frames.FrameException e) {
            lastWord(link, e);
        } catch (EOFException e) {
            log(RefusalKind.REFUSAL_KIND_MALFORMED, link, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            ended(link, e);
        }
    }

    /** Whoever sent what is no message may not read an answer either. */
    private void lastWord(Link link, Frames.FrameException fault) {
        try {
            refuse(link, fault.kind(), String.valueOf(fault.getMessage()), List.of());
            link.finish();
            link.within("its end", LAST_WORD_NANOS, nanoTime.getAsLong());
            ByteBuffer unread = ByteBuffer.allocate(Frames.MAX_REQUEST);
            while (unread.hasRemaining() && link.read(unread) >= 0) {
                // closing with bytes unread would reset the connection, and the answer with it
            }
        } catch (IOException e) {
            LOG.debug("the connection of {} ended: {}", link.peer(), e.toString());
        }
    }

    private void ended(Link link, IOException e) {
        String expired = link.expired();
        if (expired == null) {
            LOG.debug("the connection of {} ended: {}", link.peer(), e.toString());
        } else {
            tally.timeouts.increment();
            LOG.info("cut a connection: {}", expired);
        }
    }

    private void answer(Link link, byte[] bytes) throws IOException {
        WeightRequest request;
        try {
            request = WeightRequest.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new Frames.FrameException(
                    RefusalKind.REFUSAL_KIND_MALFORMED, "the bytes of a message are no request: " + e.getMessage());
        }
        if (!request.getStamp().equals(stamp)) {
            refuse(link, RefusalKind.REFUSAL_KIND_RUN, wrongRun(request.getStamp()), List.of());
            return;
        }
        switch (request.getAskCase()) {
            case LIST -> {
                tally.requests.increment();
                list(link, request.getList().getFolder());
            }
            case DESCRIBE -> {
                tally.requests.increment();
                describe(
                        link,
                        request.getDescribe().getName(),
                        request.getDescribe().getSha256());
            }
            case SEND -> {
                tally.requests.increment();
                send(link, request.getSend(), request.getNode());
            }
            case DELTA -> {
                tally.requests.increment();
                delta(link, request.getDelta());
            }
            case HOLDS -> {
                tally.requests.increment();
                holds(link, request.getHolds(), request.getServesAt());
            }
            case ASK_NOT_SET ->
                refuse(link, RefusalKind.REFUSAL_KIND_MALFORMED, "a request that asks for nothing known", List.of());
        }
    }

    private void list(Link link, String folder) throws IOException {
        FileList.Builder list = FileList.newBuilder();
        for (Shelf.Item item : shelf.below(folder)) {
            list.addFiles(item.manifest().toBuilder().clearChunkSha256());
        }
        if (list.getFilesCount() == 0) {
            refuse(
                    link,
                    RefusalKind.REFUSAL_KIND_ABSENT,
                    "no folder '" + shown(folder) + "' is served here",
                    List.of());
        } else {
            reply(link, WeightReply.newBuilder().setList(list).build());
        }
    }

    private void describe(Link link, String name, String sha256) throws IOException {
        Shelf.Item item = shelf.find(name, sha256);
        if (item == null) {
            absent(link, name);
        } else {
            reply(link, WeightReply.newBuilder().setDescribed(item.manifest()).build());
        }
    }

    private void delta(Link link, DescribeDelta wanted) throws IOException {
        Shelf.Item to = shelf.find(wanted.getTo(), wanted.getToSha256());
        if (to == null) {
            absent(link, wanted.getTo());
            return;
        }
        link.within("a delta to be made", deltas.patienceNanos() + LAST_WORD_NANOS, nanoTime.getAsLong());
        Deltas.Found found = deltas.between(wanted.getFromSha256(), to);
        if (found instanceof Deltas.Ready ready) {
            reply(
                    link,
                    WeightReply.newBuilder()
                            .setDescribed(ready.delta().manifest())
                            .build());
        } else if (found instanceof Deltas.None none) {
            refuse(link, RefusalKind.REFUSAL_KIND_NO_DELTA, none.reason(), List.of());
        }
    }

    private void holds(Link link, HoldsFile holds, String servesAt) throws IOException {
        Endpoint holder;
        try {
            holder = Endpoint.parse(servesAt);
        } catch (IllegalArgumentException e) {
            refuse(link, RefusalKind.REFUSAL_KIND_IMPOSSIBLE, String.valueOf(e.getMessage()), List.of());
            return;
        }
        if (shelf.find(holds.getName(), holds.getSha256()) == null) {
            absent(link, holds.getName());
            return;
        }
        shelf.held(holds.getName(), holder);
        reply(
                link,
                WeightReply.newBuilder().setNoted(Noted.getDefaultInstance()).build());
    }

    private void send(Link link, SendFile wanted, String node) throws IOException {
        Shelf.Item item = shelf.lend(wanted.getName(), wanted.getSha256());
        if (item == null) {
            absent(link, wanted.getName());
            return;
        }
        try {
            send(link, item, wanted, node);
        } finally {
            shelf.giveBack(item);
        }
    }

    private void send(Link link, Shelf.Item item, SendFile wanted, String node) throws IOException {
        long size = item.manifest().getSize();
        if (wanted.getOffset() < 0 || wanted.getOffset() > size) {
            refuse(
                    link,
                    RefusalKind.REFUSAL_KIND_IMPOSSIBLE,
                    shown(wanted.getName()) + " has " + size + " bytes, none at " + wanted.getOffset(),
                    List.of());
            return;
        }
        if (!transfers.tryAcquire()) {
            refuse(
                    link,
                    RefusalKind.REFUSAL_KIND_BUSY,
                    settings.transfers() + " transfers go on already",
                    shelf.holders(wanted.getName()));
            return;
        }
        try (FileChannel file = open(item)) {
            stream(link, file, wanted.getOffset(), size, wanted.getName() + " to " + shown(node));
        } catch (UnreadableFileException e) {
            refuse(link, RefusalKind.REFUSAL_KIND_FAILED, String.valueOf(e.getMessage()), List.of());
        } finally {
            transfers.release();
        }
    }

    private static FileChannel open(Shelf.Item item) throws IOException {
        FileChannel file;
        try {
            file = FileChannel.open(item.path(), StandardOpenOption.READ);
        } catch (IOException e) {
            throw new UnreadableFileException(item.manifest().getName() + " cannot be read any more: " + e, e);
        }
        if (file.size() != item.manifest().getSize()) {
            file.close();
            throw new UnreadableFileException(
                    item.manifest().getName() + " has another size than when it was put here", null);
        }
        return file;
    }

    /** A file on the shelf is not what it was. */
    private static final class UnreadableFileException extends IOException {
        UnreadableFileException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    private void stream(Link link, FileChannel file, long offset, long size, String what) throws IOException {
        link.movingWithin("sending " + what, settings.idleTimeout().toNanos(), nanoTime.getAsLong());
        FileHead.Builder head = FileHead.newBuilder().setOffset(offset).setLength(size - offset);
        Frames.write(link, WeightReply.newBuilder().setSending(head).build());
        for (long at = offset; at < size; ) {
            long sent = link.send(file, at, Math.min(SLICE, size - at));
            at += sent;
            tally.bytes.add(sent);
            link.moved(sent, nanoTime.getAsLong());
        }
    }

    private void absent(Link link, String name) throws IOException {
        refuse(
                link,
                RefusalKind.REFUSAL_KIND_ABSENT,
                "'" + shown(name) + "' is not served here, or has another content",
                List.of());
    }

    private void refuse(Link link, RefusalKind kind, String reason, List<Endpoint> others) throws IOException {
        log(kind, link, reason);
        Refusal.Builder refusal = Refusal.newBuilder().setKind(kind).setReason(reason);
        others.forEach(other -> refusal.addOthers(other.toString()));
        reply(link, WeightReply.newBuilder().setRefusal(refusal).build());
    }

    private void reply(Link link, WeightReply reply) throws IOException {
        within(link, "its reading of an answer");
        Frames.write(link, reply);
    }

    /** The first of its kind and then ever fewer, so that nobody can fill the log. */
    private void log(RefusalKind kind, Link link, String reason) {
        long times = tally.refused(kind);
        if (kind != RefusalKind.REFUSAL_KIND_BUSY
                && kind != RefusalKind.REFUSAL_KIND_NO_DELTA
                && Long.bitCount(times) == 1) {
            LOG.warn("refused a request of {}: {} (refusals of this kind so far: {})", link.peer(), reason, times);
        }
    }

    private void within(Link link, String what) {
        link.within(what, settings.requestTimeout().toNanos(), nanoTime.getAsLong());
    }

    private String wrongRun(RunStamp theirs) {
        RunStamp ours = stamp;
        return theirs.getRunId().equals(ours.getRunId())
                ? "epoch " + theirs.getEpoch() + " of the run is not this one: " + ours.getEpoch()
                : "this is not run '" + shown(theirs.getRunId()) + "'";
    }

    private static String shown(String theirs) {
        String start = theirs.length() > LONGEST_NAME ? theirs.substring(0, LONGEST_NAME) + "…" : theirs;
        return start.replaceAll("\\p{Cntrl}", "?");
    }
}
