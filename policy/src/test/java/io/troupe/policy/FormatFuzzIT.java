package io.troupe.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.policy.Safetensors.TensorData;
import io.troupe.proto.v1.ChatMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged checkpoints are read or refused in words: weights, configuration, tokenizer, template. */
class FormatFuzzIT {

    private static final long[] SIZES = {
        0,
        1,
        -1,
        2,
        7,
        255,
        1 << 16,
        Integer.MAX_VALUE,
        1L << 31,
        1L << 32,
        1L << 40,
        1L << 60,
        1L << 62,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };
    private static final String TEXT = "Grüße 😀 <|im_start|> 12*34 = ?\n\n\t\u0000 x";

    @TempDir
    private Path folder;

    private Path policy;

    @BeforeEach
    void makePolicy() throws IOException {
        policy = folder.resolve("policy");
        new NewPolicy(new BpeTrainer.Settings(280, 2, 0.5), 16, 32, 1, 2, 64, 3)
                .create(policy, List.of("one two", "three four"));
    }

    @Test
    void damagedSafetensorsAreReadOrRefused() throws IOException {
        Path file = folder.resolve("model.safetensors");
        var tensors = new ArrayList<TensorData>();
        for (int i = 0; i < 6; i++) {
            ByteBuffer zeros = ByteBuffer.allocate(i % 2 == 0 ? 48 : 24);
            tensors.add(new TensorData("t" + i, i % 2 == 0 ? "F32" : "BF16", new long[] {3, 4}, zeros::duplicate));
        }
        Safetensors.write(file, tensors, Map.of("format", "pt"));
        byte[] good = Files.readAllBytes(file);
        int headerBytes =
                (int) ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getLong();
        byte[] header = Arrays.copyOfRange(good, 8, 8 + headerBytes);
        int refused = Fuzzing.run("safetensors", 4000, random -> {
            byte[] bad = random.nextInt(3) == 0
                    ? bytesDamaged(good, good.length, random)
                    : withHeader(good, headerBytes, new JsonMutation(random).mutate(header), random);
            Files.write(file, bad);
            try (Safetensors opened = Safetensors.open(file)) {
                for (var entry : opened.entries().entrySet()) {
                    if (List.of("F32", "F16", "BF16").contains(entry.getValue().type())) {
                        opened.floats(entry.getKey());
                    }
                }
            }
            return bad.length;
        });
        assertThat(refused).isGreaterThan(1000);
    }

    private static byte[] withHeader(byte[] good, int headerBytes, byte[] header, SplittableRandom random) {
        int rest = good.length - 8 - headerBytes;
        ByteBuffer file = ByteBuffer.allocate(8 + header.length + rest).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(random.nextInt(10) == 0 ? SIZES[random.nextInt(SIZES.length)] : header.length);
        return file.put(header).put(good, 8 + headerBytes, rest).array();
    }

    @Test
    void damagedIndexesOfShardsAreReadOrRefusedAndNeverLeadOutOfTheirDirectory() throws IOException {
        Path shards = Files.createDirectories(folder.resolve("shards"));
        Path index = shards.resolve("model.safetensors.index.json");
        byte[] good = ShardedCheckpoint.write(shards, folder.resolve("outside.safetensors"));
        int refused = Fuzzing.run("model.safetensors.index.json", 1500, random -> {
            byte[] bad = ShardedCheckpoint.damaged(good, folder, random);
            Files.write(index, bad);
            try (WeightFiles opened = WeightFiles.open(shards)) {
                assertThat(ShardedCheckpoint.leadsOutside(bad)).isFalse();
                for (TensorShape shape : ShardedCheckpoint.SHAPES) {
                    float number = ShardedCheckpoint.SHAPES.indexOf(shape);
                    assertThat(opened.floats(shape)).containsOnly(number);
                }
            } catch (PolicyFormatException e) {
                assertThat(e).hasMessageContaining(shards.toString());
                throw e;
            }
            return bad.length;
        });
        assertThat(refused).isGreaterThan(500);
    }

    @Test
    void damagedGgufFilesAreReadOrRefusedWithTokenizerAndTemplate() throws Exception {
        Path tiny = Path.of(Objects.requireNonNull(FormatFuzzIT.class.getResource("golden-gguf/tiny.gguf"))
                .toURI());
        byte[] good = Files.readAllBytes(tiny);
        int head;
        try (GgufFile opened = GgufFile.open(tiny)) {
            head = opened.head().length;
        }
        Path file = folder.resolve("damaged.gguf");
        int refused = Fuzzing.run("GGUF", 1200, random -> {
            byte[] bad = bytesDamaged(good, head, random);
            Files.write(file, bad);
            Path cache = folder.resolve("cache");
            try {
                Path unpacked = GgufPolicy.unpack(file, cache);
                PolicyDirectory.open(file).config();
                use(unpacked);
                try (WeightFiles weights = WeightFiles.open(file)) {
                    for (TensorShape shape : ModelConfig.read(unpacked).tensors()) {
                        weights.floats(shape);
                    }
                }
            } finally {
                delete(cache);
            }
            return bad.length;
        });
        assertThat(refused).isGreaterThan(300);
    }

    /** Bytes overwritten, sizes made extreme, pieces moved, the end cut. */
    private static byte[] bytesDamaged(byte[] good, int head, SplittableRandom random) {
        byte[] bad = good.clone();
        ByteBuffer buffer = ByteBuffer.wrap(bad).order(ByteOrder.LITTLE_ENDIAN);
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            int at = random.nextInt(Math.min(head, bad.length - 8));
            switch (random.nextInt(5)) {
                case 0 -> buffer.putLong(at, SIZES[random.nextInt(SIZES.length)]);
                case 1 -> buffer.putInt(at, (int) SIZES[random.nextInt(SIZES.length)]);
                case 2 -> System.arraycopy(good, random.nextInt(head - 8), bad, at, Math.min(8, head - at));
                default -> bad[at] = (byte) random.nextInt(256);
            }
        }
        return random.nextInt(10) == 0 ? Arrays.copyOf(bad, random.nextInt(bad.length)) : bad;
    }

    @Test
    void damagedConfigurationsAreReadOrRefused() throws IOException {
        fuzzJson("config.json", ModelConfig.FILE, 3000);
        fuzzJson("generation_config.json", ModelConfig.GENERATION_FILE, 500);
    }

    @Test
    void damagedTokenizersAreReadOrRefused() throws IOException {
        fuzzJson("tokenizer.json", PolicyTokenizer.FILE, 1000);
        fuzzJson("tokenizer_config.json", ChatTemplate.TOKENIZER_CONFIG, 800);
    }

    private void fuzzJson(String name, String fileName, int cases) throws IOException {
        Path file = policy.resolve(fileName);
        byte[] good = Files.readAllBytes(file);
        int refused = Fuzzing.run(name, cases, random -> {
            byte[] bad = new JsonMutation(random).mutate(good);
            Files.write(file, bad);
            if (fileName.equals(ModelConfig.FILE) || fileName.equals(ModelConfig.GENERATION_FILE)) {
                PolicyDirectory.open(policy);
                GenerationDefaults.read(policy);
            } else {
                use(policy);
            }
            return bad.length;
        });
        Files.write(file, good);
        assertThat(refused).isGreaterThan(cases / 20);
        use(policy);
    }

    /** What a run does first with a tokenizer and a template. */
    private static void use(Path directory) {
        try (PolicyTokenizer tokenizer = PolicyTokenizer.load(directory)) {
            tokenizer.decode(tokenizer.encode(TEXT));
            tokenizer.decode(0, Math.max(0, tokenizer.size() - 1));
            ChatTemplate template = ChatTemplate.load(directory);
            template.endOfTurn();
            tokenizer.encode(template.open(List.of(
                    ChatMessage.newBuilder().setRole("user").setContent(TEXT).build())));
        }
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (var files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
