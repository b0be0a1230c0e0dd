package io.troupe.actors.wire;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;

/** The field {@code reply_to} of a payload. */
final class ReplyTo {

    private ReplyTo() {}

    static String get(Message payload) {
        return (String) payload.getField(field(payload));
    }

    static Message set(Message payload, String address) {
        return payload.toBuilder().setField(field(payload), address).build();
    }

    @SuppressWarnings("unchecked") // a builder builds its own type
    static <P extends Message> P clear(P payload) {
        return (P) payload.toBuilder().clearField(field(payload)).build();
    }

    private static FieldDescriptor field(Message payload) {
        FieldDescriptor field = payload.getDescriptorForType().findFieldByName("reply_to");
        if (field == null) {
            throw new IllegalArgumentException(payload.getDescriptorForType().getFullName() + " has no reply_to");
        }
        return field;
    }
}
