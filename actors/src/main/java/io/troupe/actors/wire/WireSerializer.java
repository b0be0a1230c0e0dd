package io.troupe.actors.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import io.troupe.proto.v1.Acknowledgement;
import io.troupe.proto.v1.Announcement;
import io.troupe.proto.v1.CloseSession;
import io.troupe.proto.v1.ClusterStatus;
import io.troupe.proto.v1.Delivery;
import io.troupe.proto.v1.Demand;
import io.troupe.proto.v1.Grant;
import io.troupe.proto.v1.GroupJudged;
import io.troupe.proto.v1.JudgeGroup;
import io.troupe.proto.v1.Loaded;
import io.troupe.proto.v1.NodeHello;
import io.troupe.proto.v1.NodeRefusal;
import io.troupe.proto.v1.NodeWelcome;
import io.troupe.proto.v1.OpenSession;
import io.troupe.proto.v1.OverdueSession;
import io.troupe.proto.v1.RunEnded;
import io.troupe.proto.v1.SessionFailed;
import io.troupe.proto.v1.SessionOpened;
import io.troupe.proto.v1.SessionStepped;
import io.troupe.proto.v1.StatusRequest;
import io.troupe.proto.v1.StepSession;
import io.troupe.proto.v1.Subscription;
import io.troupe.proto.v1.TruncateSession;
import io.troupe.proto.v1.Withdrawal;
import java.io.IOException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.pekko.actor.ActorPaths;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.ByteBufferSerializer;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * Turns {@link WireMessage}s into Protocol Buffers and back. Reading is total: an unknown manifest or bytes that make no sense
 * become an {@link Undecodable}, never an exception, so that one bad message stays one bad message. Thread-safe.
 */
public final class WireSerializer extends SerializerWithStringManifest implements ByteBufferSerializer {

    /** Unique in the cluster; never changed. */
    private static final int IDENTIFIER = 740_001;

    private static final int LONGEST_REASON = 200;

    private static final List<WireCodec<?>> CODECS = List.of(
            WireCodec.answered(
                    "C1",
                    CoordinatorProtocol.WorkWanted.class,
                    Demand.parser(),
                    CoordinatorProtocol.WorkWanted::demand,
                    CoordinatorProtocol.WorkWanted::replyTo,
                    CoordinatorProtocol.WorkWanted::new),
            WireCodec.answered(
                    "C2",
                    CoordinatorProtocol.WorkDelivered.class,
                    Delivery.parser(),
                    CoordinatorProtocol.WorkDelivered::delivery,
                    CoordinatorProtocol.WorkDelivered::replyTo,
                    CoordinatorProtocol.WorkDelivered::new),
            WireCodec.of(
                    "W1",
                    WorkerProtocol.WorkGranted.class,
                    Grant.parser(),
                    WorkerProtocol.WorkGranted::grant,
                    WorkerProtocol.WorkGranted::new),
            WireCodec.of(
                    "W2",
                    WorkerProtocol.DeliveryAcknowledged.class,
                    Acknowledgement.parser(),
                    WorkerProtocol.DeliveryAcknowledged::acknowledgement,
                    WorkerProtocol.DeliveryAcknowledged::new),
            WireCodec.of(
                    "W3",
                    WorkerProtocol.LeaseWithdrawn.class,
                    Withdrawal.parser(),
                    WorkerProtocol.LeaseWithdrawn::withdrawal,
                    WorkerProtocol.LeaseWithdrawn::new),
            WireCodec.of(
                    "W4",
                    WorkerProtocol.PolicyAnnounced.class,
                    Announcement.parser(),
                    WorkerProtocol.PolicyAnnounced::announcement,
                    WorkerProtocol.PolicyAnnounced::new),
            WireCodec.of(
                    "W5",
                    WorkerProtocol.EnvironmentOpened.class,
                    SessionOpened.parser(),
                    WorkerProtocol.EnvironmentOpened::opened,
                    WorkerProtocol.EnvironmentOpened::new),
            WireCodec.of(
                    "W6",
                    WorkerProtocol.EnvironmentStepped.class,
                    SessionStepped.parser(),
                    WorkerProtocol.EnvironmentStepped::stepped,
                    WorkerProtocol.EnvironmentStepped::new),
            WireCodec.of(
                    "W7",
                    WorkerProtocol.EnvironmentFailed.class,
                    SessionFailed.parser(),
                    WorkerProtocol.EnvironmentFailed::failed,
                    WorkerProtocol.EnvironmentFailed::new),
            WireCodec.of(
                    "W8",
                    WorkerProtocol.WholeGroupJudged.class,
                    GroupJudged.parser(),
                    WorkerProtocol.WholeGroupJudged::judged,
                    WorkerProtocol.WholeGroupJudged::new),
            WireCodec.answered(
                    "P1",
                    PolicyProtocol.PolicyWanted.class,
                    Subscription.parser(),
                    PolicyProtocol.PolicyWanted::subscription,
                    PolicyProtocol.PolicyWanted::replyTo,
                    PolicyProtocol.PolicyWanted::new),
            WireCodec.of(
                    "P2",
                    PolicyProtocol.PolicyLoaded.class,
                    Loaded.parser(),
                    PolicyProtocol.PolicyLoaded::loaded,
                    PolicyProtocol.PolicyLoaded::new),
            WireCodec.answered(
                    "E1",
                    EnvironmentProtocol.Open.class,
                    OpenSession.parser(),
                    EnvironmentProtocol.Open::open,
                    EnvironmentProtocol.Open::replyTo,
                    EnvironmentProtocol.Open::new),
            WireCodec.answered(
                    "E2",
                    EnvironmentProtocol.Step.class,
                    StepSession.parser(),
                    EnvironmentProtocol.Step::step,
                    EnvironmentProtocol.Step::replyTo,
                    EnvironmentProtocol.Step::new),
            WireCodec.answered(
                    "E3",
                    EnvironmentProtocol.Truncate.class,
                    TruncateSession.parser(),
                    EnvironmentProtocol.Truncate::truncate,
                    EnvironmentProtocol.Truncate::replyTo,
                    EnvironmentProtocol.Truncate::new),
            WireCodec.of(
                    "E4",
                    EnvironmentProtocol.Close.class,
                    CloseSession.parser(),
                    EnvironmentProtocol.Close::close,
                    EnvironmentProtocol.Close::new),
            WireCodec.of(
                    "E5",
                    EnvironmentProtocol.Overdue.class,
                    OverdueSession.parser(),
                    EnvironmentProtocol.Overdue::overdue,
                    EnvironmentProtocol.Overdue::new),
            WireCodec.answered(
                    "E6",
                    EnvironmentProtocol.Judge.class,
                    JudgeGroup.parser(),
                    EnvironmentProtocol.Judge::judge,
                    EnvironmentProtocol.Judge::replyTo,
                    EnvironmentProtocol.Judge::new),
            WireCodec.answered(
                    "N1",
                    NodeProtocol.Hello.class,
                    NodeHello.parser(),
                    NodeProtocol.Hello::hello,
                    NodeProtocol.Hello::replyTo,
                    NodeProtocol.Hello::new),
            WireCodec.of(
                    "N2",
                    NodeProtocol.Welcomed.class,
                    NodeWelcome.parser(),
                    NodeProtocol.Welcomed::welcome,
                    NodeProtocol.Welcomed::new),
            WireCodec.of(
                    "N3",
                    NodeProtocol.Refused.class,
                    NodeRefusal.parser(),
                    NodeProtocol.Refused::refusal,
                    NodeProtocol.Refused::new),
            WireCodec.of(
                    "N4",
                    NodeProtocol.RunOver.class,
                    RunEnded.parser(),
                    NodeProtocol.RunOver::ended,
                    NodeProtocol.RunOver::new),
            WireCodec.answered(
                    "N5",
                    NodeProtocol.StatusWanted.class,
                    StatusRequest.parser(),
                    NodeProtocol.StatusWanted::request,
                    NodeProtocol.StatusWanted::replyTo,
                    NodeProtocol.StatusWanted::new),
            WireCodec.of(
                    "N6",
                    NodeProtocol.Status.class,
                    ClusterStatus.parser(),
                    NodeProtocol.Status::status,
                    NodeProtocol.Status::new));

    private static final Map<Class<?>, WireCodec<?>> BY_TYPE = index(WireCodec::type);
    private static final Map<String, WireCodec<?>> BY_MANIFEST = index(WireCodec::manifest);

    private final ExtendedActorSystem system;

    /** Called by Pekko. */
    public WireSerializer(ExtendedActorSystem system) {
        this.system = system;
    }

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object message) {
        return codec(message).manifest();
    }

    @Override
    public byte[] toBinary(Object message) {
        return payload(message).toByteArray();
    }

    @Override
    public void toBinary(Object message, ByteBuffer buffer) {
        CodedOutputStream out = CodedOutputStream.newInstance(buffer);
        try {
            payload(message).writeTo(out);
            out.flush();
        } catch (CodedOutputStream.OutOfSpaceException e) {
            throw (BufferOverflowException) new BufferOverflowException().initCause(e);
        } catch (IOException e) {
            throw new IllegalStateException("a buffer in memory cannot fail: " + e.getMessage(), e);
        }
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) {
        return read(CodedInputStream.newInstance(bytes), manifest);
    }

    @Override
    public Object fromBinary(ByteBuffer buffer, String manifest) {
        return read(CodedInputStream.newInstance(buffer), manifest);
    }

    private Object read(CodedInputStream in, String manifest) {
        WireCodec<?> codec = BY_MANIFEST.get(manifest);
        if (codec == null) {
            return new Undecodable(clipped(manifest), "no message of this type is known here");
        }
        try {
            return codec.decoder().decode(in, this::resolve);
        } catch (IOException | RuntimeException e) {
            return new Undecodable(manifest, clipped(e.getClass().getSimpleName() + ": " + e.getMessage()));
        }
    }

    /** Others chose the text: it fills no log and writes no line of its own into one. */
    private static String clipped(String text) {
        String cut = text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON) + "…";
        return cut.replaceAll("\\p{C}", "?");
    }

    private Message payload(Object message) {
        return codec(message).encode((WireMessage) message, this::describe);
    }

    private static WireCodec<?> codec(Object message) {
        WireCodec<?> codec = BY_TYPE.get(message.getClass());
        if (codec == null) {
            throw new IllegalArgumentException(message.getClass().getName() + " is not a message for the wire");
        }
        return codec;
    }

    // Resolved at each use: while this object is made the system is still starting.
    private ActorRefResolver references() {
        return ActorRefResolver.get(Adapter.toTyped(system));
    }

    private String describe(ActorRef<?> reference) {
        return references().toSerializationFormat(reference);
    }

    private <C> ActorRef<C> resolve(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("reply_to is missing");
        }
        ActorPaths.fromString(text); // throws at what is no address; resolving would answer nobody and say nothing
        return references().resolveActorRef(text);
    }

    private static <K> Map<K, WireCodec<?>> index(Function<WireCodec<?>, K> key) {
        Map<K, WireCodec<?>> index = new LinkedHashMap<>();
        for (WireCodec<?> codec : CODECS) {
            if (index.put(key.apply(codec), codec) != null) {
                throw new IllegalStateException("two codecs for " + key.apply(codec));
            }
        }
        return index;
    }
}
