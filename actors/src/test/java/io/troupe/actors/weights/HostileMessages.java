package io.troupe.actors.weights;

import com.google.protobuf.ByteString;
import io.troupe.proto.v1.DescribeDelta;
import io.troupe.proto.v1.DescribeFile;
import io.troupe.proto.v1.HoldsFile;
import io.troupe.proto.v1.ListFiles;
import io.troupe.proto.v1.RunStamp;
import io.troupe.proto.v1.SendFile;
import io.troupe.proto.v1.WeightRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Bytes that nobody who means well sends to a weight server: a function of a seed and a number. */
final class HostileMessages {

    private static final int MAGIC = 0x54525057;
    private static final String[] NAMES = {
        "version/1",
        "version/-1",
        "../../etc/passwd",
        "/etc/passwd",
        "policy",
        "",
        "version/\u0000\n\r",
        "delta/0-0",
        "x".repeat(3000)
    };

    private final RunStamp ours;
    private final String sha256;
    private final long seed;

    /** @param sha256 of a file that is served as version/1 */
    HostileMessages(RunStamp ours, String sha256, long seed) {
        this.ours = ours;
        this.sha256 = sha256;
        this.seed = seed;
    }

    byte[] get(long number) {
        var random = new SplittableRandom(seed + number * 0x9E3779B97F4A7C15L);
        return switch (random.nextInt(10)) {
            case 0 -> bytes(random, random.nextInt(300));
            case 1 -> framed(MAGIC, (short) 1, random.nextInt(), bytes(random, random.nextInt(100)));
            case 2 -> framed(MAGIC, (short) random.nextInt(), 10, bytes(random, 10));
            case 3 -> framed(bytes(random, random.nextInt(4000)));
            case 4 -> framed(MAGIC, (short) 1, Frames.MAX_REQUEST + 1 + random.nextInt(1 << 20), bytes(random, 50));
            case 5 -> truncated(random, framed(request(random, ours).toByteArray()));
            case 6 -> framed(request(random, foreign(random)).toByteArray());
            case 7 -> damaged(random, request(random, ours));
            case 8 -> "GET /version/1 HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            default -> framed(request(random, ours).toByteArray());
        };
    }

    private RunStamp foreign(SplittableRandom random) {
        return random.nextBoolean()
                ? ours.toBuilder().setEpoch(random.nextInt()).build()
                : RunStamp.newBuilder()
                        .setRunId("x".repeat(random.nextInt(2000)))
                        .build();
    }

    /** What is understood, but cannot be had: replays and impossible wishes. Nobody is told that somebody holds a file, for that would be believed. */
    private WeightRequest request(SplittableRandom random, RunStamp stamp) {
        var request = WeightRequest.newBuilder().setStamp(stamp).setNode("n".repeat(random.nextInt(50)));
        String name = random.nextBoolean() ? "version/1" : NAMES[random.nextInt(NAMES.length)];
        String digest = random.nextBoolean()
                ? sha256
                : ByteString.copyFrom(bytes(random, 16)).toStringUtf8();
        switch (random.nextInt(6)) {
            case 0 -> request.setList(ListFiles.newBuilder().setFolder(name));
            case 1 ->
                request.setDescribe(DescribeFile.newBuilder().setName(name).setSha256(digest));
            case 2 ->
                request.setSend(SendFile.newBuilder()
                        .setName(name)
                        .setSha256(digest)
                        .setOffset(random.nextBoolean() ? random.nextLong() : random.nextInt(2000)));
            case 3 ->
                request.setDelta(DescribeDelta.newBuilder()
                        .setFromSha256(random.nextBoolean() ? sha256 : "f".repeat(random.nextInt(500)))
                        .setTo(name)
                        .setToSha256(digest));
            case 4 ->
                request.setHolds(HoldsFile.newBuilder().setName(name).setSha256(digest))
                        .setServesAt("nowhere:" + random.nextInt(65_536, 1_000_000));
            default -> request.setServesAt("x".repeat(random.nextInt(300)));
        }
        return request.build();
    }

    private static byte[] framed(byte[] body) {
        return framed(MAGIC, (short) 1, body.length, body);
    }

    private static byte[] framed(int magic, short protocol, int length, byte[] body) {
        return ByteBuffer.allocate(10 + body.length)
                .putInt(magic)
                .putShort(protocol)
                .putInt(length)
                .put(body)
                .array();
    }

    private static byte[] truncated(SplittableRandom random, byte[] message) {
        return Arrays.copyOf(message, random.nextInt(message.length));
    }

    /** A flipped bit can make an address out of what is none, and that its writer holds the file would be believed: such a request is cut off instead. */
    private static byte[] damaged(SplittableRandom random, WeightRequest request) {
        byte[] message = framed(request.toByteArray());
        return request.hasHolds() ? truncated(random, message) : flipped(random, message);
    }

    private static byte[] flipped(SplittableRandom random, byte[] message) {
        for (int i = 0; i <= random.nextInt(5); i++) {
            message[random.nextInt(message.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return message;
    }

    private static byte[] bytes(SplittableRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
