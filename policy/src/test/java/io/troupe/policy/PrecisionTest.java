package io.troupe.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PrecisionTest {

    @Test
    void everyHalfPrecisionNumberSurvivesTheWayThereAndBack() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = Safetensors.half(bits);
            if (!Float.isNaN(value)) {
                assertThat(Precision.half(value) & 0xFFFF).isEqualTo(bits);
            }
        }
        assertThat(Safetensors.half(Precision.half(Float.NaN) & 0xFFFF)).isNaN();
    }

    @Test
    void numbersBetweenTwoHalvesGoToTheNearerAndFromTheMiddleToTheEvenOne() {
        for (int bits = 0; bits < 0x7BFF; bits++) {
            float low = Safetensors.half(bits);
            float high = Safetensors.half(bits + 1);
            float middle = (low + high) / 2; // exact in single precision
            assertThat(Precision.half(Math.nextDown(middle)) & 0xFFFF).isEqualTo(bits);
            assertThat(Precision.half(Math.nextUp(middle)) & 0xFFFF).isEqualTo(bits + 1);
            assertThat(Precision.half(middle) & 0xFFFF).isEqualTo(bits + bits % 2);
        }
    }

    @Test
    void brainFloatsAreTheNearestOfTheirKind() {
        var random = new SplittableRandom(5);
        for (int i = 0; i < 100_000; i++) {
            float value = Float.intBitsToFloat(random.nextInt());
            if (!Float.isFinite(value) || Math.abs(value) > 3e38f) {
                continue;
            }
            int bits = Precision.brain(value) & 0xFFFF;
            double error = Math.abs(widened(bits) - (double) value);
            assertThat(error).isLessThanOrEqualTo(Math.abs(widened(bits - 1) - (double) value));
            assertThat(error).isLessThanOrEqualTo(Math.abs(widened(bits + 1) - (double) value));
        }
    }

    @Test
    void aNumberThatIsTooLargeIsNamedAndNotWrittenAsInfinity() {
        assertThatThrownBy(() -> Precision.FLOAT16.bytes("model.norm.weight", new float[] {1, 70_000}))
                .isInstanceOf(PolicyFormatException.class)
                .hasMessageContaining("model.norm.weight")
                .hasMessageContaining("70000");
        assertThat(Precision.BFLOAT16
                        .bytes("model.norm.weight", new float[] {1, 70_000})
                        .remaining())
                .isEqualTo(4);
    }

    private static double widened(int bits) {
        return Float.intBitsToFloat(bits << 16);
    }
}
