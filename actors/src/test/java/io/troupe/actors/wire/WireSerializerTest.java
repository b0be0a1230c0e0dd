package io.troupe.actors.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import java.lang.reflect.RecordComponent;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WireSerializerTest {

    private static final ActorTestKit TEST_KIT = ActorTestKit.create();
    private static final ActorRef<WorkerProtocol.Command> WORKER =
            TEST_KIT.<WorkerProtocol.Command>createTestProbe().getRef();
    private static final WireSerializer SERIALIZER =
            new WireSerializer((ExtendedActorSystem) Adapter.toClassic(TEST_KIT.system()));

    @AfterAll
    static void stop() {
        TEST_KIT.shutdownTestKit();
    }

    /** Every type that the sealed hierarchy permits. */
    static Stream<Class<?>> types() {
        return leaves(WireMessage.class).stream();
    }

    @ParameterizedTest
    @MethodSource("types")
    void everyMessageSurvivesTheWireWithItsUnknownFields(Class<?> type) throws ReflectiveOperationException {
        Object message = example(type);

        Object read = SERIALIZER.fromBinary(SERIALIZER.toBinary(message), SERIALIZER.manifest(message));

        assertThat(read).isEqualTo(message);
    }

    @ParameterizedTest
    @MethodSource("types")
    void aBufferCarriesTheSameBytesAsAnArray(Class<?> type) throws ReflectiveOperationException {
        Object message = example(type);
        ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);

        SERIALIZER.toBinary(message, buffer);
        buffer.flip();

        assertThat(SERIALIZER.fromBinary(buffer, SERIALIZER.manifest(message))).isEqualTo(message);
    }

    @ParameterizedTest
    @MethodSource("types")
    void bytesThatMakeNoSenseBecomeUndecodable(Class<?> type) throws ReflectiveOperationException {
        byte[] garbage = new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, 7, 9};

        Object read = SERIALIZER.fromBinary(garbage, SERIALIZER.manifest(example(type)));

        assertThat(read).isInstanceOf(Undecodable.class);
    }

    @Test
    void anUnknownManifestBecomesUndecodable() {
        assertThat(SERIALIZER.fromBinary(new byte[0], "Z9"))
                .isEqualTo(new Undecodable("Z9", "no message of this type is known here"));
    }

    @Test
    void aMessageWithoutAnAddressToAnswerBecomesUndecodable() {
        assertThat(SERIALIZER.fromBinary(new byte[0], "C1")).isInstanceOf(Undecodable.class);
    }

    @Test
    void aLengthBeyondTheMessageBecomesUndecodableBeforeItIsAllocated() {
        // field 1 (stamp), length 2 GiB - 1, and nothing of it
        assertUndecodable("C1", 0x0a, 0xff, 0xff, 0xff, 0xff, 0x07);
        // a field of packed numbers that claims 2 GiB - 1, within a group of a delivery
        assertUndecodable("W1", 0x0a, 0x06, 0x12, 0xff, 0xff, 0xff, 0xff, 0x07);
    }

    @Test
    void nestingWithoutEndBecomesUndecodable() {
        byte[] nested = new byte[200_000];
        Arrays.fill(nested, (byte) 0x1b); // the start of an unknown group, again and again
        assertThat(SERIALIZER.fromBinary(nested, "C1")).isInstanceOf(Undecodable.class);
        assertThat(SERIALIZER.fromBinary(ByteBuffer.wrap(nested), "W1")).isInstanceOf(Undecodable.class);
    }

    @Test
    void textThatIsNoUtf8BecomesUndecodable() {
        assertUndecodable("C1", 0x12, 0x02, 0xc3, 0x28); // the worker's name
    }

    @Test
    void anAddressThatIsNoneBecomesUndecodable() {
        assertUndecodable("C1", 0x42, 0x03, ':', ':', ':');
    }

    @Test
    void whatIsRepeatedToPeopleIsShortAndOneLine() {
        Undecodable read = (Undecodable) SERIALIZER.fromBinary(new byte[0], "Z\n" + "9".repeat(100_000));

        assertThat(read.manifest()).hasSizeLessThan(250).doesNotContain("\n");
    }

    /** Bytes changed, cut off and added at random in every type of message: never an exception, nothing large. */
    @ParameterizedTest
    @MethodSource("types")
    void damagedMessagesAreReadOrUndecodable(Class<?> type) throws ReflectiveOperationException {
        byte[] whole = SERIALIZER.toBinary(example(type));
        String manifest = SERIALIZER.manifest(example(type));
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            byte[] damaged = Arrays.copyOf(whole, random.nextInt(whole.length + 8));
            for (int changes = random.nextInt(4); changes > 0 && damaged.length > 0; changes--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            assertThat(SERIALIZER.fromBinary(damaged, manifest)).isInstanceOfAny(type, Undecodable.class);
        }
    }

    private static void assertUndecodable(String manifest, int... bytes) {
        byte[] message = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            message[i] = (byte) bytes[i];
        }
        assertThat(SERIALIZER.fromBinary(message, manifest)).isInstanceOf(Undecodable.class);
    }

    @Test
    void aFrameThatIsTooSmallIsReportedAsOverflow() throws ReflectiveOperationException {
        Object message = example(WorkerProtocol.WorkGranted.class);

        assertThatThrownBy(() -> SERIALIZER.toBinary(message, ByteBuffer.allocate(3)))
                .isInstanceOf(BufferOverflowException.class);
    }

    private static List<Class<?>> leaves(Class<?> type) {
        if (!type.isSealed()) {
            return List.of(type);
        }
        List<Class<?>> leaves = new ArrayList<>();
        for (Class<?> permitted : type.getPermittedSubclasses()) {
            leaves.addAll(leaves(permitted));
        }
        return leaves;
    }

    private static Object example(Class<?> type) throws ReflectiveOperationException {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            values[i] = Message.class.isAssignableFrom(components[i].getType())
                    ? filled(
                            (Message) components[i]
                                    .getType()
                                    .getMethod("getDefaultInstance")
                                    .invoke(null),
                            0)
                    : WORKER;
        }
        Class<?>[] parameters =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        return type.getDeclaredConstructor(parameters).newInstance(values);
    }

    /** A message with a value in every field and one field that this version does not know. */
    private static Message filled(Message empty, int depth) {
        Message.Builder builder = empty.newBuilderForType();
        for (FieldDescriptor field : empty.getDescriptorForType().getFields()) {
            if (field.getName().equals("reply_to") || depth > 5) {
                continue;
            }
            Object value = value(builder, field, depth);
            if (field.isRepeated()) {
                builder.addRepeatedField(field, value);
            } else {
                builder.setField(field, value);
            }
        }
        return builder.setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                1234,
                                UnknownFieldSet.Field.newBuilder()
                                        .addLengthDelimited(ByteString.copyFromUtf8("from the future"))
                                        .build())
                        .build())
                .build();
    }

    private static Object value(Message.Builder builder, FieldDescriptor field, int depth) {
        return switch (field.getJavaType()) {
            case INT -> 7;
            case LONG -> 1L << 40;
            case FLOAT -> -0.25f;
            case DOUBLE -> 1.5;
            case BOOLEAN -> true;
            case STRING -> "Ω " + field.getName();
            case BYTE_STRING -> ByteString.copyFromUtf8(field.getName());
            case ENUM -> field.getEnumType().findValueByNumber(1);
            case MESSAGE -> filled(builder.newBuilderForField(field).build(), depth + 1);
        };
    }
}
