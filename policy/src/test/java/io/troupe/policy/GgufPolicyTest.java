package io.troupe.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.proto.v1.ChatMessage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds GGUF files to what gguf and transformers compute with them; {@code make_gguf_golden.py} made the file. */
class GgufPolicyTest {

    @TempDir
    Path folder;

    @Test
    void everyTypeIsWidenedAsTheReferenceDoes() throws Exception {
        JsonNode golden = golden().get("tensors");
        try (GgufFile file = GgufFile.open(tiny())) {
            assertThat(file.tensors().values().stream()
                            .map(GgufFile.Tensor::type)
                            .distinct())
                    .containsExactlyInAnyOrder(GgufType.values());
            for (GgufFile.Tensor tensor : file.tensors().values()) {
                JsonNode expected = golden.get(tensor.name());
                float[] values = file.floats(tensor);
                double sum = 0;
                double squares = 0;
                for (float value : values) {
                    sum += value;
                    squares += (double) value * value;
                }
                assertThat(sum).as(tensor.name()).isCloseTo(expected.get("sum").asDouble(), within(1e-6));
                assertThat(squares)
                        .as(tensor.name())
                        .isCloseTo(expected.get("squares").asDouble(), within(1e-6));
                for (int i = 0; i < 8; i++) {
                    assertThat((double) values[i])
                            .isEqualTo(expected.get("first").get(i).asDouble());
                    assertThat((double) values[values.length - 8 + i])
                            .isEqualTo(expected.get("last").get(i).asDouble());
                }
            }
        }
    }

    @Test
    void logProbabilitiesEqualThoseOfTransformers() throws Exception {
        Path unpacked = GgufPolicy.unpack(tiny(), folder);
        ModelConfig config = ModelConfig.read(unpacked);
        assertThat(config.endOfTurnTokens()).containsExactly(2);
        assertThat(config.rmsNormEpsilon()).isEqualTo(1e-5);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
                WeightFiles files = WeightFiles.open(tiny());
                Weights weights = Weights.load(config, files, manager, false);
                var decoder = new Decoder(config, manager, 64)) {
            for (JsonNode golden : golden().get("cases")) {
                int[] tokens = StreamSupport.stream(golden.get("tokens").spliterator(), false)
                        .mapToInt(JsonNode::asInt)
                        .toArray();
                try (NDManager scope = manager.newSubManager()) {
                    float[] scored = decoder.score(scope, weights, PackedRows.sequence(tokens), 1, false)
                            .toFloatArray();
                    for (int i = 0; i < tokens.length - 1; i++) {
                        assertThat((double) scored[i])
                                .isCloseTo(golden.get("logprobs").get(i).asDouble(), within(1e-4));
                    }
                }
            }
        }
    }

    @Test
    void tokenizerAndTemplateComeOutOfTheFile() throws Exception {
        Path unpacked = GgufPolicy.unpack(tiny(), folder);
        assertThat(GgufPolicy.unpack(tiny(), folder)).isEqualTo(unpacked);
        try (PolicyTokenizer tokenizer = PolicyTokenizer.load(unpacked)) {
            assertThat(tokenizer.encode("ab")).containsExactly(259);
            String text = "<|im_start|>user\nHélo 42 ✓<|im_end|>";
            int[] tokens = tokenizer.encode(text);
            assertThat(tokens[0]).isEqualTo(1);
            assertThat(tokens[tokens.length - 1]).isEqualTo(2);
            assertThat(tokenizer.decode(tokens)).isEqualTo(text);
        }
        ChatTemplate template = ChatTemplate.load(unpacked);
        assertThat(template.open(List.of(ChatMessage.newBuilder()
                        .setRole("user")
                        .setContent("hi")
                        .build())))
                .isEqualTo("<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(unpacked); // nothing was left beside it
        }
    }

    @Test
    void aTruncatedFileIsRefusedWhereverItEnds() throws Exception {
        byte[] bytes = Files.readAllBytes(tiny());
        for (int length = 0; length < bytes.length; length += 4099) {
            Path cut = Files.write(folder.resolve("cut.gguf"), java.util.Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> GgufPolicy.open(cut))
                    .isInstanceOf(PolicyFormatException.class)
                    .hasMessageContaining("cut.gguf");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 40, 1L << 62})
    void countsBeyondTheFileAreRefusedBeforeAnythingIsAllocated(long count) throws Exception {
        for (int at : new int[] {8, 16, 24}) { // tensors, keys, the first key's length
            assertRefused(
                    at,
                    ByteBuffer.allocate(8)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(count)
                            .array());
        }
    }

    @Test
    void whatIsNoGgufFileSaysSo() throws Exception {
        assertRefused(0, "PK".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertRefused(4, new byte[] {9});
        assertThatThrownBy(() -> GgufPolicy.open(folder.resolve("missing.gguf")))
                .isInstanceOf(PolicyFormatException.class)
                .hasMessageContaining("missing");
    }

    @Test
    void mutatedHeadsAreReadOrRefusedButNeverCrash() throws Exception {
        Path file = Files.copy(tiny(), folder.resolve("mutated.gguf"));
        long head;
        try (GgufFile opened = GgufFile.open(file)) {
            head = opened.head().length;
        }
        byte[] original = Files.readAllBytes(file);
        var random = new SplittableRandom(3);
        int refused = 0;
        try (var access = new RandomAccessFile(file.toFile(), "rw")) {
            for (int i = 0; i < 3000; i++) {
                int changes = 1 + random.nextInt(4);
                int[] places = random.ints(changes, 0, (int) head).toArray();
                for (int place : places) {
                    access.seek(place);
                    access.write(random.nextInt(4) == 0 ? 0xFF : random.nextInt(256));
                }
                try {
                    GgufPolicy.unpack(file, folder.resolve("cache"));
                } catch (PolicyFormatException e) {
                    assertThat(e.getMessage()).contains("mutated.gguf");
                    refused++;
                }
                for (int place : places) {
                    access.seek(place);
                    access.write(original[place]);
                }
            }
        }
        assertThat(refused).isGreaterThan(100);
    }

    private void assertRefused(int at, byte[] bytes) throws Exception {
        Path file = folder.resolve("wrong.gguf");
        byte[] all = Files.readAllBytes(tiny());
        System.arraycopy(bytes, 0, all, at, bytes.length);
        Files.write(file, all);
        assertThatThrownBy(() -> GgufPolicy.open(file))
                .isInstanceOf(PolicyFormatException.class)
                .hasMessageContaining("wrong.gguf");
    }

    private static Path tiny() throws URISyntaxException {
        return Path.of(Objects.requireNonNull(GgufPolicyTest.class.getResource("golden-gguf/tiny.gguf"))
                .toURI());
    }

    private static JsonNode golden() throws IOException, URISyntaxException {
        return new ObjectMapper().readTree(tiny().resolveSibling("golden.json").toFile());
    }
}
