package io.troupe.actors.weights;

import com.google.protobuf.InvalidProtocolBufferException;
import io.troupe.actors.weights.WeightTransferException.Kind;
import io.troupe.proto.v1.Refusal;
import io.troupe.proto.v1.RunStamp;
import io.troupe.proto.v1.WeightReply;
import io.troupe.proto.v1.WeightRequest;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A fetcher's connection to one server: requests and answers, one after the other. Used by one thread. */
final class Call implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Call.class);

    /** A server said no. */
    static final class RefusedException extends IOException {
        private final Refusal refusal;

        RefusedException(Endpoint from, Refusal refusal) {
            super(from + " refused: " + refusal.getReason());
            this.refusal = refusal;
        }

        Refusal refusal() {
            return refusal;
        }

        /** Who else has the file, as far as it can be understood. */
        List<Endpoint> others() {
            var others = new ArrayList<Endpoint>();
            for (String text :
                    refusal.getOthersList().stream().limit(Shelf.NAMED_HOLDERS).toList()) {
                try {
                    others.add(Endpoint.parse(text));
                } catch (IllegalArgumentException e) {
                    LOG.debug("{} names a source that is none: {}", getMessage(), e.getMessage());
                }
            }
            return others;
        }
    }

    private final Endpoint to;
    private final Link link;
    private final IdleWatch watch;
    private final FetchSettings settings;
    private final WeightRequest.Builder request;
    private final LongSupplier nanoTime;

    private Call(
            Endpoint to,
            Link link,
            IdleWatch watch,
            FetchSettings settings,
            WeightRequest.Builder request,
            LongSupplier nanoTime) {
        this.to = to;
        this.link = link;
        this.watch = watch;
        this.settings = settings;
        this.request = request;
        this.nanoTime = nanoTime;
    }

    /**
     * Connects.
     *
     * @param servesAt where this node serves what it has; null if it does not
     */
    static Call open(
            Endpoint to,
            @Nullable SSLContext tls,
            IdleWatch watch,
            FetchSettings settings,
            RunStamp stamp,
            @Nullable Endpoint servesAt,
            LongSupplier nanoTime)
            throws IOException {
        Link link = Links.connect(to, tls, settings.connectTimeout());
        WeightRequest.Builder request =
                WeightRequest.newBuilder().setStamp(stamp).setNode(settings.node());
        if (servesAt != null) {
            request.setServesAt(servesAt.toString());
        }
        var call = new Call(to, link, watch, settings, request, nanoTime);
        watch.add(link);
        try {
            if (link instanceof TlsLink secured) {
                link.within("the TLS handshake", settings.answerTimeout().toNanos(), nanoTime.getAsLong());
                secured.handshake();
            }
            return call;
        } catch (SSLHandshakeException e) {
            call.close();
            throw new WeightTransferException(
                    Kind.FOREIGN, to + ": the certificates do not fit each other: " + e.getMessage(), e);
        } catch (IOException e) {
            call.close();
            throw link.explained(e);
        }
    }

    Endpoint to() {
        return to;
    }

    Link link() {
        return link;
    }

    /** What to fill a request into. */
    WeightRequest.Builder request() {
        return request.clone();
    }

    /**
     * Asks, and waits for the answer.
     *
     * @throws RefusedException if the answer is no
     * @throws WeightTransferException if it is not the answer to this question
     */
    WeightReply ask(WeightRequest question, WeightReply.AnswerCase expected) throws IOException {
        link.within("an answer", settings.answerTimeout().toNanos(), nanoTime.getAsLong());
        try {
            Frames.write(link, question);
            byte[] bytes = Frames.read(link, Frames.MAX_REPLY);
            if (bytes == null) {
                throw new EOFException("the connection ended before an answer");
            }
            WeightReply reply = WeightReply.parseFrom(bytes);
            if (reply.hasRefusal()) {
                throw new RefusedException(to, reply.getRefusal());
            }
            if (reply.getAnswerCase() != expected) {
                throw new WeightTransferException(
                        Kind.CORRUPT, to + " answered " + reply.getAnswerCase() + " instead of " + expected);
            }
            return reply;
        } catch (InvalidProtocolBufferException | Frames.FrameException e) {
            throw new WeightTransferException(Kind.CORRUPT, to + " gave no answer that is one: " + e.getMessage(), e);
        } catch (RefusedException | WeightTransferException e) {
            throw e;
        } catch (IOException e) {
            throw link.explained(e);
        }
    }

    @Override
    public void close() {
        watch.remove(link);
        link.close();
    }
}
