package io.troupe.actors.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.config.ClusterSettings;
import io.troupe.actors.transport.NodeEngines;
import io.troupe.actors.wire.CoordinatorProtocol;
import io.troupe.actors.wire.WorkerProtocol;
import io.troupe.proto.v1.Delivery;
import io.troupe.proto.v1.Demand;
import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Lease;
import io.troupe.proto.v1.RunStamp;
import io.troupe.proto.v1.Trajectory;
import io.troupe.proto.v1.Work;
import io.troupe.proto.v1.WorkResult;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.remote.artery.tcp.SSLEngineProviderSetup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Everything that a node's port for actor messages may be sent and should not be, against a node in a process of its own. How many messages is the system property
 * {@code troupe.fuzz.messages}; docs/cluster-security.md has what a million came to.
 */
class PortFuzzIT {

    private static final int MESSAGES = Integer.getInteger("troupe.fuzz.messages", 6_000);
    private static final int BURST = 500;
    private static final long PATIENCE_SECONDS = 60;
    private static final long HEAP_GROWTH_KIB = 24 * 1024;
    private static final long RESIDENT_GROWTH_KIB = 160 * 1024;
    private static final byte[] MAGIC = {'A', 'K', 'K', 'A'};
    private static final int HEADER = 28;
    private static final int COMPRESSED_SENDER = 19;
    private static final List<String> MANIFESTS =
            List.of("C1", "C2", "W1", "W4", "P1", "E1", "N1", "Z9", "", "C1\u0000");

    private final Random random = new Random(1);
    private final BlockingQueue<WorkerProtocol.Command> heard = new LinkedBlockingQueue<>();
    private final BlockingQueue<Object> foeHeard = new LinkedBlockingQueue<>();
    private Process process;
    private BufferedReader lines;
    private Writer asks;
    private Address address;
    private ActorSystem<WorkerProtocol.Command> friend;
    private ActorSystem<Object> foe;
    private long sent;

    private record State(String ledger, int collected, long heapKiB, long residentKiB, int unreachable) {}

    @BeforeEach
    void start() throws Exception {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx192m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dlogback.configurationFile=fuzzed-node-logback.xml",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FuzzedNode.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        lines = process.inputReader();
        asks = process.outputWriter();
        address = AddressFromURIString.parse(answer());
        friend = ActorSystems.create(
                Behaviors.receive(WorkerProtocol.Command.class)
                        .onAnyMessage(message -> {
                            heard.add(message);
                            return Behaviors.same();
                        })
                        .build(),
                ClusterSettings.at("127.0.0.1", 0, ""),
                null);
        Cluster.get(friend).manager().tell(new Join(address));
        foe = foe();
    }

    @AfterEach
    void stop() {
        friend.terminate();
        foe.terminate();
        process.destroyForcibly();
    }

    @Test
    void nothingThatIsSentToThePortCrashesFillsChangesOrStopsANode() throws Exception {
        WorkResult delivered = work();
        attack(delivered, Math.min(MESSAGES, 2_000)); // classes are loaded, buffers are there
        State before = state();

        attack(delivered, MESSAGES);

        State after = state();
        System.out.printf(
                "port fuzz: %d messages; heap %d -> %d KiB, resident %d -> %d KiB, unreachable %d%n",
                sent,
                before.heapKiB(),
                after.heapKiB(),
                before.residentKiB(),
                after.residentKiB(),
                after.unreachable());
        assertThat(process.isAlive()).isTrue();
        assertThat(after.ledger()).isEqualTo(before.ledger());
        assertThat(after.collected()).isEqualTo(before.collected());
        assertThat(after.heapKiB()).isLessThan(before.heapKiB() + HEAP_GROWTH_KIB);
        assertThat(after.residentKiB()).isLessThan(before.residentKiB() + RESIDENT_GROWTH_KIB);
        assertThat(after.unreachable())
                .as("times that a member was taken for dead")
                .isZero();
        work();
        assertThat(state().collected()).isEqualTo(after.collected() + 1);
    }

    /** One group, as a worker does it: asked for, granted, delivered, acknowledged. */
    private WorkResult work() throws InterruptedException {
        ActorRef<CoordinatorProtocol.Command> coordinator =
                ActorRefResolver.get(friend).resolveActorRef(address + "/user/coordinator");
        heard.clear(); // what was granted beyond the group before
        Work work = null;
        for (long until = deadline(); work == null && System.nanoTime() < until; ) {
            coordinator.tell(new CoordinatorProtocol.WorkWanted(demand(FuzzedNode.STAMP, "friend" + sent), friend));
            if (heard.poll(1, TimeUnit.SECONDS) instanceof WorkerProtocol.WorkGranted granted) {
                work = granted.grant().getWork(0);
            }
        }
        assertThat(work).as("work within %s s", PATIENCE_SECONDS).isNotNull();
        Group.Builder group = Group.newBuilder().setId(work.getLease().getGroupId());
        for (int i = 0; i < FuzzedNode.GROUP_SIZE; i++) {
            group.addTrajectories(Trajectory.newBuilder().setIndex(i));
        }
        WorkResult result = WorkResult.newBuilder()
                .setLease(work.getLease())
                .setGroup(group)
                .build();
        coordinator.tell(new CoordinatorProtocol.WorkDelivered(
                Delivery.newBuilder()
                        .setWorker("friend" + sent)
                        .setResult(result)
                        .build(),
                friend));
        for (long until = deadline(); System.nanoTime() < until; ) {
            if (heard.poll(1, TimeUnit.SECONDS) instanceof WorkerProtocol.DeliveryAcknowledged acknowledged) {
                assertThat(acknowledged.acknowledgement().getTaken()).isTrue();
                return result;
            }
        }
        throw new AssertionError("no acknowledgement within " + PATIENCE_SECONDS + " s");
    }

    private void attack(WorkResult delivered, int messages) throws Exception {
        ActorRef<Object> coordinator = ActorRefResolver.get(foe).resolveActorRef(address + "/user/coordinator");
        byte[] replay = Delivery.newBuilder()
                .setResult(delivered)
                .setWorker("foe")
                .setReplyTo(ActorRefResolver.get(foe).toSerializationFormat(foe))
                .build()
                .toByteArray();
        for (long end = sent + messages; sent < end; ) {
            for (int i = 0; i < BURST; i++) {
                coordinator.tell(message(replay));
                sent++;
            }
            rawFrames();
            for (int i = 0; i < BURST / 50; i++) {
                raw(connection());
                sent++;
            }
            // the node answers what makes sense, however much did not
            foeHeard.clear();
            Object answer = null;
            for (long until = deadline(); answer == null && System.nanoTime() < until; ) {
                coordinator.tell(new RawSerializer.Raw("C2", replay));
                sent++;
                answer = foeHeard.poll(1, TimeUnit.SECONDS);
            }
            assertThat(answer)
                    .as("answer to a replayed delivery after %s messages", sent)
                    .isNotNull();
        }
    }

    /** A well-formed frame with something in it that should not be. */
    private Object message(byte[] replay) {
        String manifest = MANIFESTS.get(random.nextInt(MANIFESTS.size()));
        return switch (random.nextInt(7)) {
            case 0 -> new RawSerializer.Raw(manifest, garbage(random.nextInt(300)));
            case 1 -> new RawSerializer.Raw("C2", damaged(replay));
            case 2 ->
                new RawSerializer.Raw(
                        "C1", damaged(demand(FuzzedNode.STAMP, "foe").toByteArray()));
            case 3 -> new RawSerializer.Raw("C1", ghost());
            case 4 -> new RawSerializer.Raw("C2", replay);
            case 5 -> new RawSerializer.Foreign.Message(garbage(random.nextInt(300)));
            default -> new RawSerializer.Raw(manifest, random.nextInt(200) == 0 ? garbage(100_000) : nested());
        };
    }

    /** Well-formed, of another run or another epoch. */
    private byte[] ghost() {
        RunStamp stamp = random.nextBoolean()
                ? FuzzedNode.STAMP.toBuilder().setEpoch(random.nextInt(2)).build()
                : RunStamp.newBuilder().setRunId("other").setEpoch(2).build();
        return demand(stamp, "ghost").toBuilder()
                .setReplyTo(ActorRefResolver.get(foe).toSerializationFormat(foe))
                .build()
                .toByteArray();
    }

    private byte[] nested() {
        byte[] bytes = new byte[random.nextInt(2_000)];
        java.util.Arrays.fill(bytes, (byte) 0x0b);
        return bytes;
    }

    private byte[] damaged(byte[] whole) {
        byte[] bytes =
                java.util.Arrays.copyOf(whole, random.nextInt(whole.length)); // its end, the address, is never whole
        for (int changes = random.nextInt(4); changes > 0 && bytes.length > 0; changes--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return bytes;
    }

    /** Frames of the right length with a header that is none, on one connection. */
    private void rawFrames() throws IOException {
        ByteArrayOutputStream stream = begin();
        for (int i = 0; i < BURST / 2; i++) {
            byte[] frame = garbage(HEADER + random.nextInt(200));
            frame[0] = 0;
            if (i % 4 == 0) {
                frame[COMPRESSED_SENDER] =
                        (byte) 0xff; // a number in a table that the system it claims to be from would have sent
            }
            stream.writeBytes(length(frame.length));
            stream.writeBytes(frame);
            sent++;
        }
        raw(stream.toByteArray());
    }

    /** What a connection may begin with and should not. */
    private byte[] connection() {
        ByteArrayOutputStream stream = random.nextInt(5) == 0 ? new ByteArrayOutputStream() : begin();
        switch (random.nextInt(6)) {
            case 0 -> stream.writeBytes(garbage(random.nextInt(2_000)));
            case 1 -> stream.writeBytes(length(-random.nextInt(100)));
            case 2 -> stream.writeBytes(length(Integer.MAX_VALUE - random.nextInt(100)));
            case 3 -> { // a frame that ends in the middle
                stream.writeBytes(length(1_000));
                stream.writeBytes(new byte[random.nextInt(1_000)]);
            }
            case 4 -> stream.writeBytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            default -> { // longer than any frame may be, and all of it
                stream.writeBytes(length((4 << 20) + 1));
                stream.writeBytes(new byte[100_000]);
            }
        }
        return stream.toByteArray();
    }

    private ByteArrayOutputStream begin() {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        stream.writeBytes(MAGIC);
        stream.write(random.nextInt(20) == 0 ? random.nextInt(256) : 1 + random.nextInt(2));
        return stream;
    }

    private void raw(byte[] bytes) throws IOException {
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), (Integer) address.port().get())) {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            socket.shutdownOutput();
        } catch (IOException e) {
            // cut off in the middle of it, as it should be
            assertThat(process.isAlive()).isTrue();
        }
    }

    private byte[] garbage(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] length(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    private static Demand demand(RunStamp stamp, String worker) {
        return Demand.newBuilder()
                .setStamp(stamp)
                .setWorker(worker)
                .setFreeSlots(FuzzedNode.GROUP_SIZE)
                .addHeld(
                        Lease.newBuilder().setStamp(stamp).setGroupId(1_000_000).setAttempt(1))
                .build();
    }

    private State state() throws Exception {
        asks.write("state\n");
        asks.flush();
        String[] parts = answer().split(" ", -1);
        return new State(
                parts[1],
                Integer.parseInt(parts[2]),
                Long.parseLong(parts[3]),
                Long.parseLong(parts[4]),
                Integer.parseInt(parts[5]));
    }

    private String answer() throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("> ")) {
                return line.substring(2);
            }
        }
        throw new AssertionError("the node ended");
    }

    private static long deadline() {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    }

    /** A system that shakes hands like a node and then sends whatever it likes. */
    private ActorSystem<Object> foe() {
        Config config = ConfigFactory.parseString("""
                        pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                        pekko.actor.serializers {
                          troupe-wire = "io.troupe.actors.node.RawSerializer"
                          foreign = "io.troupe.actors.node.RawSerializer$Foreign"
                        }
                        pekko.actor.serialization-bindings {
                          "io.troupe.actors.node.RawSerializer$Raw" = troupe-wire
                          "io.troupe.actors.node.RawSerializer$Foreign$Message" = foreign
                        }
                        """)
                .withFallback(ConfigFactory.parseResources(ActorSystems.class, "node.conf"))
                .withFallback(ConfigFactory.defaultReference())
                .resolve();
        Behavior<Object> listening = Behaviors.receive(Object.class)
                .onAnyMessage(message -> {
                    foeHeard.add(message);
                    return Behaviors.same();
                })
                .build();
        return ActorSystem.create(
                listening,
                "troupe",
                ActorSystemSetup.create(
                        BootstrapSetup.create(config),
                        SSLEngineProviderSetup.create(starting -> new NodeEngines(null, 4 << 20))));
    }
}
