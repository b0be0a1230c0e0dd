package io.troupe.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.policy.Safetensors.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** A checkpoint in two shards, a third that repeats a tensor of theirs, a whole one beside their directory, and damaged indexes of them. */
final class ShardedCheckpoint {

    /** Six tensors, each filled with its number. */
    static final List<TensorShape> SHAPES = IntStream.range(0, 6)
            .mapToObj(i -> new TensorShape("t" + i, new long[] {2, 2}))
            .toList();

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ONE = "model-00001-of-00002.safetensors";
    private static final String TWO = "model-00002-of-00002.safetensors";
    private static final String AGAIN = "again.safetensors";

    private ShardedCheckpoint() {}

    /** Writes the shards and the file beside them; returns what their index holds. */
    static byte[] write(Path shards, Path outside) throws IOException {
        write(shards.resolve(ONE), SHAPES.subList(0, 3));
        write(shards.resolve(TWO), SHAPES.subList(3, 6));
        write(shards.resolve(AGAIN), SHAPES.subList(2, 3));
        write(outside, SHAPES);
        ObjectNode index = JSON.createObjectNode();
        index.putObject("metadata").put("total_size", 96);
        ObjectNode map = index.putObject("weight_map");
        for (int i = 0; i < 6; i++) {
            map.put("t" + i, i < 3 ? ONE : TWO);
        }
        return JSON.writeValueAsBytes(index);
    }

    private static void write(Path file, List<TensorShape> shapes) throws IOException {
        Safetensors.write(
                file,
                shapes.stream()
                        .map(shape -> new TensorData(shape.name(), "F32", shape.shape(), () -> filled(shape)))
                        .toList(),
                Map.of("format", "pt"));
    }

    private static ByteBuffer filled(TensorShape shape) {
        ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 4; i++) {
            bytes.putFloat(SHAPES.indexOf(shape));
        }
        return bytes.flip();
    }

    /** An index whose names lead elsewhere, that claims what is not so, has entries without end, or is damaged as any JSON may be. */
    static byte[] damaged(byte[] good, Path folder, SplittableRandom random) throws IOException {
        if (random.nextInt(2) == 0) {
            return new JsonMutation(random).mutate(good);
        }
        JsonNode root = JSON.readTree(good);
        ObjectNode map = (ObjectNode) root.get("weight_map");
        String tensor = "t" + random.nextInt(8);
        if (random.nextInt(40) == 0) {
            int entries = random.nextInt(20_000);
            for (int i = 0; i < entries; i++) {
                map.put("more" + i, random.nextBoolean() ? ONE : "shard-" + i);
            }
        } else if (random.nextInt(4) == 0) {
            map.remove(tensor);
        } else {
            map.put(tensor, name(folder, random));
        }
        if (random.nextInt(6) == 0) {
            map.fieldNames().forEachRemaining(name -> map.put(name, "../outside.safetensors"));
        }
        return JSON.writeValueAsBytes(root);
    }

    private static String name(Path folder, SplittableRandom random) {
        List<String> names = List.of(
                ONE,
                TWO,
                AGAIN,
                "../outside.safetensors",
                folder.resolve("outside.safetensors").toString(),
                "../shards/" + ONE,
                "./" + ONE,
                ONE + "/",
                "x/../" + ONE,
                "",
                ".",
                "..",
                "/",
                "missing.safetensors",
                "model.safetensors.index.json",
                "\0",
                "a\0/../" + ONE,
                "\ud800",
                "\n",
                "x".repeat(5000),
                "../".repeat(2000) + "etc/passwd",
                "~",
                "C:\\x");
        return names.get(random.nextInt(names.size()));
    }

    /** Whether an index that is JSON names a file that lies elsewhere than beside it. */
    static boolean leadsOutside(byte[] index) throws IOException {
        for (JsonNode name : JSON.readTree(index).path("weight_map")) {
            if (name.asText().contains("/") || name.asText().equals("..")) {
                return true;
            }
        }
        return false;
    }
}
