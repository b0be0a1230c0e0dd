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
        M decode(CodedInputStream in, References references) throws IOException;
    }

    /** Finds the actor that a text names. */
    interface References {
        <C> ActorRef<C> resolve(String text);
    }

    /** A message that is its payload. */
    static <M extends WireMessage, P extends Message> WireCodec<M> of(
            String manifest, Class<M> type, Parser<P> parser, Function<M, P> payload, Function<P, M> message) {
        return new WireCodec<>(
                manifest,
                type,
                (value, toText) -> payload.apply(value),
                (in, references) -> message.apply(parser.parseFrom(in)));
    }

    /** A message with the address of who is to be answered, which travels in the payload's field {@code reply_to}. */
    static <M extends WireMessage, P extends Message, C> WireCodec<M> answered(
            String manifest,
            Class<M> type,
            Parser<P> parser,
            Function<M, P> payload,
            Function<M, ActorRef<C>> replyTo,
            BiFunction<P, ActorRef<C>, M> message) {
        return new WireCodec<>(
                manifest,
                type,
                (value, toText) -> ReplyTo.set(payload.apply(value), toText.apply(replyTo.apply(value))),
                (in, references) -> {
                    P read = parser.parseFrom(in);
                    return message.apply(ReplyTo.clear(read), references.resolve(ReplyTo.get(read)));
                });
    }

    Message encode(WireMessage message, Function<ActorRef<?>, String> toText) {
        return encoder.encode(type.cast(message), toText);
    }
}
