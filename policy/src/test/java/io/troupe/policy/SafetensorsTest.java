package io.troupe.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.policy.Safetensors.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {

    @TempDir
    Path folder;

    @Test
    void whatWasWrittenIsReadBackAndTheSameTensorsGiveTheSameBytes() throws IOException {
        List<TensorData> tensors = List.of(tensor("b", 2, 3), tensor("a", 4));
        Safetensors.write(folder.resolve("x"), tensors, Map.of("format", "pt"));
        Safetensors.write(folder.resolve("y"), tensors, Map.of("format", "pt"));
        assertThat(folder.resolve("x")).hasSameBinaryContentAs(folder.resolve("y"));
        try (Safetensors file = Safetensors.open(folder.resolve("x"))) {
            assertThat(file.entries().keySet()).containsExactly("b", "a");
            assertThat(file.entries().get("b").shape()).containsExactly(2L, 3L);
            assertThat(file.floats("a")).containsExactly(0, 0.5f, 1, 1.5f);
        }
    }

    @ParameterizedTest
    @CsvSource({"0x3C00, 1", "0xC000, -2", "0x0001, 5.9604645E-8", "0x7BFF, 65504", "0x8000, -0.0", "0x3555, 0.33325195"
    })
    void halvesAreWidenedAsIeeeSays(String bits, float value) {
        assertThat(Safetensors.half(Integer.decode(bits))).isEqualTo(value);
    }

    @Test
    void bfloat16IsTheUpperHalfOfASinglePrecisionNumber() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putShort((short) 0x3F80).putShort((short) 0xC0A0).flip();
        Safetensors.write(
                folder.resolve("x"), List.of(new TensorData("t", "BF16", new long[] {2}, () -> bytes)), Map.of());
        try (Safetensors file = Safetensors.open(folder.resolve("x"))) {
            assertThat(file.floats("t")).containsExactly(1f, -5f);
        }
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> Safetensors.open(folder.resolve("nowhere")))
                .isInstanceOf(PolicyFormatException.class)
                .hasMessageContaining("nowhere is missing");
    }

    @Test
    void aTruncatedFileIsNamedWithTheTensorThatIsCut() throws IOException {
        Path file = folder.resolve("x");
        Safetensors.write(file, List.of(tensor("a", 4), tensor("b", 100)), Map.of());
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 7));
        assertThatThrownBy(() -> Safetensors.open(file))
                .isInstanceOf(PolicyFormatException.class)
                .hasMessageContaining("'b'")
                .hasMessageContaining("truncated");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"t\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807,9],\"data_offsets\":[0,8]}}",
                "{\"t\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,9223372036854775807]}}",
                "{\"t\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}",
                "{\"t\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}",
                "{\"t\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}",
                "{\"t\":{\"dtype\":\"F99\",\"shape\":[2],\"data_offsets\":[0,8]}}",
                "{\"t\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"u\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
                "{\"t\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"t\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
                "{\"t\":{\"shape\":[2],\"data_offsets\":[0,8]}}",
                "{\"t\":17}",
                "[]",
                "not json"
            })
    void aHeaderThatDoesNotFitIsRefusedByName(String header) throws IOException {
        Path file = folder.resolve("x");
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + 8).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(json.length).put(json);
        Files.write(file, bytes.array());
        assertThatThrownBy(() -> Safetensors.open(file))
                .isInstanceOf(PolicyFormatException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void damagedBytesGiveAClearErrorOrAFileThatCanBeReadButNeverACrash() throws IOException {
        Path file = folder.resolve("x");
        Safetensors.write(file, List.of(tensor("first", 4), tensor("second", 3, 5)), Map.of("format", "pt"));
        byte[] good = Files.readAllBytes(file);
        var random = new SplittableRandom(3);
        for (int round = 0; round < 2000; round++) {
            byte[] bad = Arrays.copyOf(good, random.nextInt(4) == 0 ? random.nextInt(good.length + 1) : good.length);
            for (int flips = random.nextInt(6); flips > 0 && bad.length > 0; flips--) {
                bad[random.nextInt(Math.min(bad.length, 200))] = (byte) random.nextInt(256);
            }
            Files.write(file, bad);
            try (Safetensors opened = Safetensors.open(file)) {
                for (String name : opened.entries().keySet()) {
                    readIfFloat(opened, name);
                }
            } catch (PolicyFormatException e) {
                assertThat(e).hasMessageContaining(file.toString());
            }
        }
    }

    private static void readIfFloat(Safetensors opened, String name) {
        if (List.of("F32", "F16", "BF16").contains(opened.entries().get(name).type())) {
            assertThat(opened.floats(name)).isNotNull();
        }
    }

    private static TensorData tensor(String name, long... shape) {
        int elements = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        ByteBuffer bytes = ByteBuffer.allocate(4 * elements).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < elements; i++) {
            bytes.putFloat(i / 2f);
        }
        bytes.flip();
        return new TensorData(name, "F32", shape, bytes::duplicate);
    }
}
