package io.troupe.actors.node;

import org.apache.pekko.serialization.SerializerWithStringManifest;

/** Sends any bytes under any manifest as if Troupe's own serializer had made them; what comes back stays bytes. */
public class RawSerializer extends SerializerWithStringManifest {

    /** What it sends. */
    public record Raw(String manifest, byte[] bytes) {}

    /** Under an identifier that no node knows. */
    public static final class Foreign extends RawSerializer {

        /** What it sends. */
        public record Message(byte[] bytes) {}

        /** Called by Pekko. */
        public Foreign() {}

        @Override
        public int identifier() {
            return 740_999;
        }

        @Override
        public String manifest(Object message) {
            return "F1";
        }

        @Override
        public byte[] toBinary(Object message) {
            return ((Message) message).bytes();
        }
    }

    /** Called by Pekko. */
    public RawSerializer() {}

    @Override
    public int identifier() {
        return 740_001;
    }

    @Override
    public String manifest(Object message) {
        return ((Raw) message).manifest();
    }

    @Override
    public byte[] toBinary(Object message) {
        return ((Raw) message).bytes();
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) {
        return new Raw(manifest, bytes);
    }
}
