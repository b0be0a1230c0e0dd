package io.troupe.policy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of numbers in a GGUF file that can be read, each as blocks of so many numbers in so many bytes. The layouts are those of ggml's quantised
 * types; every number of a block is widened to single precision exactly as ggml's reference does, scale times integer, plus or minus an offset.
 */
enum GgufType {
    F32(0, 1, 4) {
        @Override
        void widen(ByteBuffer in, float[] out, int at) {
            out[at] = in.getFloat();
        }
    },
    F16(1, 1, 2) {
        @Override
        void widen(ByteBuffer in, float[] out, int at) {
            out[at] = Safetensors.half(in.getShort());
        }
    },
    BF16(30, 1, 2) {
        @Override
        void widen(ByteBuffer in, float[] out, int at) {
            out[at] = Float.intBitsToFloat(in.getShort() << 16);
        }
    },
    Q4_0(2, 32, 18) {
        @Override
        void widen(ByteBuffer in, float[] out, int at) {
            float scale = Safetensors.half(in.getShort());
            for (int i = 0; i < 16; i++) {
                int pair = in.get();
                out[at + i] = ((pair & 0xF) - 8) * scale;
                out[at + i + 16] = ((pair >> 4 & 0xF) - 8) * scale;
            }
        }
    },
    Q4_1(3, 32, 20) {
        @Override
        void widen(ByteBuffer in, float[] out, int at) {
            float scale = Safetensors.half(in.getShort());
            float least = Safetensors.half(in.getShort());
            for (int i = 0; i < 16; i++) {
                int pair = in.get();
                out[at + i] = (pair & 0xF) * scale + least;
                out[at + i + 16] = (pair >> 4 & 0xF) * scale + least;
            }
        }
    },
    Q8_0(8, 32, 34) {
        @Override
        void widen(ByteBuffer in, float[] out, int at) {
            float scale = Safetensors.half(in.getShort());
            for (int i = 0; i < 32; i++) {
                out[at + i] = in.get() * scale;
            }
        }
    },
    /** 256 numbers in eight groups of 32, each with a scale and a minimum of six bits. */
    Q4_K(12, 256, 144) {
        @Override
        void widen(ByteBuffer in, float[] out, int at) {
            float scale = Safetensors.half(in.getShort());
            float least = Safetensors.half(in.getShort());
            var packed = new byte[12];
            in.get(packed);
            for (int pairOfGroups = 0; pairOfGroups < 4; pairOfGroups++) {
                int low = 2 * pairOfGroups;
                float lowScale = scale * sixBitScale(packed, low);
                float lowLeast = least * sixBitMinimum(packed, low);
                float highScale = scale * sixBitScale(packed, low + 1);
                float highLeast = least * sixBitMinimum(packed, low + 1);
                for (int i = 0; i < 32; i++) {
                    int pair = in.get();
                    out[at + 64 * pairOfGroups + i] = lowScale * (pair & 0xF) - lowLeast;
                    out[at + 64 * pairOfGroups + 32 + i] = highScale * (pair >> 4 & 0xF) - highLeast;
                }
            }
        }
    },
    /** 256 numbers in sixteen groups of 16, each with a scale of eight bits; a number has four low and two high bits. */
    Q6_K(14, 256, 210) {
        @Override
        void widen(ByteBuffer in, float[] out, int at) {
            var low = new byte[128];
            var high = new byte[64];
            var scales = new byte[16];
            in.get(low).get(high).get(scales);
            float scale = Safetensors.half(in.getShort());
            for (int half = 0; half < 2; half++) {
                for (int i = 0; i < 32; i++) {
                    int bits = high[32 * half + i];
                    int first = low[64 * half + i];
                    int second = low[64 * half + 32 + i];
                    int group = 8 * half + i / 16;
                    int place = at + 128 * half + i;
                    out[place] = scale * scales[group] * (((first & 0xF) | ((bits & 3) << 4)) - 32);
                    out[place + 32] = scale * scales[group + 2] * (((second & 0xF) | ((bits >> 2 & 3) << 4)) - 32);
                    out[place + 64] =
                            scale * scales[group + 4] * ((((first >> 4) & 0xF) | ((bits >> 4 & 3) << 4)) - 32);
                    out[place + 96] =
                            scale * scales[group + 6] * ((((second >> 4) & 0xF) | ((bits >> 6 & 3) << 4)) - 32);
                }
            }
        }
    };

    private final int code;
    private final int numbers;
    private final int bytes;

    GgufType(int code, int numbers, int bytes) {
        this.code = code;
        this.numbers = numbers;
        this.bytes = bytes;
    }

    /** The type of a code in a file; null if it is none of these. */
    static @Nullable GgufType of(int code) {
        return Arrays.stream(values())
                .filter(type -> type.code == code)
                .findFirst()
                .orElse(null);
    }

    /** How many numbers a block has. */
    int blockNumbers() {
        return numbers;
    }

    /** How many bytes a block has. */
    int blockBytes() {
        return bytes;
    }

    /** Widens the block at the buffer's position into {@code out} from {@code at} on. */
    abstract void widen(ByteBuffer in, float[] out, int at);

    private static int sixBitScale(byte[] packed, int group) {
        return group < 4 ? packed[group] & 63 : (packed[group + 4] & 0xF) | ((packed[group - 4] & 0xC0) >> 2);
    }

    private static int sixBitMinimum(byte[] packed, int group) {
        return group < 4 ? packed[group + 4] & 63 : ((packed[group + 4] >> 4) & 0xF) | ((packed[group] & 0xC0) >> 2);
    }
}
