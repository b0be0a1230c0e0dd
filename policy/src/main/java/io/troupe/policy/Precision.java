package io.troupe.policy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** How numbers are kept in a file of weights. */
public enum Precision {
    FLOAT32("F32", "float32", Float.BYTES),
    BFLOAT16("BF16", "bfloat16", Short.BYTES),
    FLOAT16("F16", "float16", Short.BYTES);

    private final String type;
    private final String word;
    private final int width;

    Precision(String type, String word, int width) {
        this.type = type;
        this.word = word;
        this.width = width;
    }

    /** The name in safetensors files. */
    public String type() {
        return type;
    }

    /** The name in config.json. */
    public String word() {
        return word;
    }

    /**
     * The numbers as bytes, rounded to the nearest, ties to even.
     *
     * @throws PolicyFormatException if a finite number is too large for the precision
     */
    ByteBuffer bytes(String tensor, float[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(values.length, width)).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            switch (this) {
                case FLOAT32 -> bytes.putFloat(value);
                case BFLOAT16 -> bytes.putShort(brain(value));
                case FLOAT16 -> bytes.putShort(half(value));
            }
            if (Float.isFinite(value) && isInfinite(bytes)) {
                throw new PolicyFormatException(
                        "tensor '" + tensor + "' holds " + value + ", which " + word + " cannot hold — use bfloat16");
            }
        }
        return bytes.flip();
    }

    private boolean isInfinite(ByteBuffer bytes) {
        int last = bytes.position() - width;
        return switch (this) {
            case FLOAT32 -> false;
            case BFLOAT16 -> (bytes.getShort(last) & 0x7FFF) == 0x7F80;
            case FLOAT16 -> (bytes.getShort(last) & 0x7FFF) == 0x7C00;
        };
    }

    /** The upper half of a float's bits. */
    static short brain(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) ((bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16);
    }

    /** IEEE 754 binary16. */
    static short half(float value) {
        int sign = Float.floatToRawIntBits(value) >>> 16 & 0x8000;
        float magnitude = Math.abs(value);
        if (Float.isNaN(value)) {
            return (short) (sign | 0x7E00);
        }
        if (magnitude >= 65520) { // half way from the largest number to what would be the next
            return (short) (sign | 0x7C00);
        }
        if (magnitude < 0x1p-14f) { // subnormal: a multiple of 2^-24
            return (short) (sign | (int) Math.rint(magnitude * 0x1p24f));
        }
        int bits = Float.floatToRawIntBits(magnitude);
        int rounded = bits + 0xFFF + (bits >>> 13 & 1);
        return (short) (sign | ((rounded >>> 13) - (112 << 10)));
    }
}
