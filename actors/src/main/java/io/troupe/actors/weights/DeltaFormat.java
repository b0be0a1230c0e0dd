package io.troupe.actors.weights;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * What makes one file of another: a head, then one record for each block of the file that is made, all big-endian. A record is a byte that says how the
 * block is made, the length of its bytes in four, and the bytes:
 *
 * <ul>
 *   <li>{@link #SAME}: as the base has it, no bytes;
 *   <li>1, 2 or 4: the bytes are a Zstandard frame. It holds the exclusive or of both blocks, as {@link WordPlanes} of words of that width;
 *   <li>{@link #COPY}: the block itself.
 * </ul>
 *
 * Where the base has ended, zeros stand for it. Blocks are the chunks of the file that is made, so that each can be verified when it is.
 */
final class DeltaFormat {

    static final byte SAME = 0;
    static final byte COPY = 'C';

    /** Larger blocks are not made and not read, whatever a head says. */
    static final int LARGEST_BLOCK = 16 << 20;

    static final int HEAD_BYTES = 92;
    static final int RECORD_HEAD_BYTES = 5;

    private static final int MAGIC = 0x54525044; // TRPD
    private static final short VERSION = 1;

    private DeltaFormat() {}

    /**
     * The head.
     *
     * @param blockBytes how large blocks are; the last may be shorter
     * @param fromSize bytes of the base
     * @param fromSha256 its SHA-256, in lower-case hexadecimal
     * @param toSize bytes of the file that is made
     * @param toSha256 its SHA-256
     */
    record Head(int blockBytes, long fromSize, String fromSha256, long toSize, String toSha256) {

        ByteBuffer bytes() {
            ByteBuffer bytes = ByteBuffer.allocate(HEAD_BYTES);
            bytes.putInt(MAGIC).putShort(VERSION).putShort((short) 0).putInt(blockBytes);
            bytes.putLong(fromSize).putLong(toSize);
            bytes.put(HexFormat.of().parseHex(fromSha256)).put(HexFormat.of().parseHex(toSha256));
            return bytes.flip();
        }

        /** @throws DeltaException if it is none */
        static Head read(ByteBuffer bytes) throws DeltaException {
            int magic = bytes.getInt();
            short version = bytes.getShort();
            short reserved = bytes.getShort();
            if (magic != MAGIC || version != VERSION || reserved != 0) {
                throw new DeltaException("it does not begin as a delta of version " + VERSION + " does");
            }
            int blockBytes = bytes.getInt();
            long fromSize = bytes.getLong();
            long toSize = bytes.getLong();
            return new Head(blockBytes, fromSize, digest(bytes), toSize, digest(bytes));
        }

        private static String digest(ByteBuffer bytes) {
            byte[] digest = new byte[FileDigests.DIGEST_BYTES];
            bytes.get(digest);
            return HexFormat.of().formatHex(digest);
        }
    }
}
