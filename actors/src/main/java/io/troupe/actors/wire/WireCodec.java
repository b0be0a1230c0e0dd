package io.troupe.actors.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import java.io.IOException;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * How one type of message becomes bytes and back.
 *
 * @param manifest the type's name on the wire: short, with its version, never used for anything else
 * @param type the type
 */
record WireCodec<M extends WireMessage>(String manifest, Class<M> type, Encoder<M> encoder, Decoder<M> decoder) {

    /** Turns a message into its payload. */
    @FunctionalInterface
    interface Encoder<M> {
        Message encode(M message, Function<ActorRef<?>, String> toText);
    }

    /** Turns bytes into a message. */
    @FunctionalInterface
    interface Decoder<M> {
        M decode(CodedInputStream in, Function<String, ActorRef<WorkerProtocol.Command>> toReference)
                throws IOException;
    }

    /** A message that is its payload. */
    static <M extends WireMessage, P extends Message> WireCodec<M> of(
            String manifest, Class<M> type, Parser<P> parser, Function<M, P> payload, Function<P, M> message) {
        return new WireCodec<>(
                manifest,
                type,
                (value, toText) -> payload.apply(value),
                (in, toReference) -> message.apply(parser.parseFrom(in)));
    }

    /** A message with the address of a worker, which travels in the payload's field {@code reply_to}. */
    static <M extends WireMessage, P extends Message> WireCodec<M> answered(
            String manifest,
            Class<M> type,
            Parser<P> parser,
            Function<M, P> payload,
            Function<M, ActorRef<WorkerProtocol.Command>> replyTo,
            BiFunction<P, ActorRef<WorkerProtocol.Command>, M> message) {
        return new WireCodec<>(
                manifest,
                type,
                (value, toText) -> ReplyTo.set(payload.apply(value), toText.apply(replyTo.apply(value))),
                (in, toReference) -> {
                    P read = parser.parseFrom(in);
                    return message.apply(ReplyTo.clear(read), toReference.apply(ReplyTo.get(read)));
                });
    }

    Message encode(WireMessage message, Function<ActorRef<?>, String> toText) {
        return encoder.encode(type.cast(message), toText);
    }
}
