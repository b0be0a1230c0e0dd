package io.troupe.policy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The tensors of a policy, whichever of its files they are in: safetensors, or one file in the GGUF format. Thread-safe; {@link #close()} closes the files.
 */
public final class WeightFiles implements AutoCloseable {

    /** Under which key of a file's metadata adapters say which policy they belong to. */
    static final String BASE_DIGEST = "base_sha256";

    static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";

    private final List<TensorSource> files;
    private final Map<String, TensorSource> byTensor;
    private final String prefix;

    private WeightFiles(List<TensorSource> files, Map<String, TensorSource> byTensor, String prefix) {
        this.files = files;
        this.byTensor = byTensor;
        this.prefix = prefix;
    }

    /** Opens one file, or a directory with one or with an index of several. */
    public static WeightFiles open(Path path) {
        if (GgufPolicy.isGguf(path)) {
            return of(List.of(GgufPolicy.open(path)));
        }
        if (!Files.isDirectory(path)) {
            return of(List.of(Safetensors.open(path)));
        }
        Path index = path.resolve(INDEX);
        if (Files.exists(path.resolve(SINGLE)) || !Files.exists(index)) {
            return of(List.of(Safetensors.open(path.resolve(SINGLE))));
        }
        return indexed(index);
    }

    /** The files that an index names; each must lie beside it, and hold the tensors that the index says it holds. */
    private static WeightFiles indexed(Path index) {
        JsonNode map = JsonFile.read(index).node("weight_map");
        if (!map.isObject() || map.isEmpty()) {
            throw new PolicyFormatException(
                    index + ": weight_map must be an object that names the file of each tensor, but is "
                            + (map.isMissingNode() ? "missing" : JsonFile.shortened(map)));
        }
        var tensors = new TreeMap<String, List<String>>();
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            if (!entry.getValue().isTextual()) {
                throw new PolicyFormatException(index + ": the file of tensor '" + entry.getKey()
                        + "' must be a string, but is " + JsonFile.shortened(entry.getValue()));
            }
            tensors.computeIfAbsent(entry.getValue().asText(), name -> new ArrayList<>())
                    .add(entry.getKey());
        }
        var paths = new LinkedHashMap<String, Path>();
        tensors.keySet().forEach(name -> paths.put(name, beside(index, name)));
        var files = new ArrayList<TensorSource>();
        try {
            for (Map.Entry<String, Path> shard : paths.entrySet()) {
                var file = Safetensors.open(shard.getValue());
                files.add(file);
                for (String tensor : Objects.requireNonNull(tensors.get(shard.getKey()))) {
                    if (!file.entries().containsKey(tensor)) {
                        throw new PolicyFormatException(
                                index + " says that tensor '" + tensor + "' is in " + file.file() + ", but it is not");
                    }
                }
            }
            return of(files);
        } catch (PolicyFormatException e) {
            files.forEach(TensorSource::close);
            throw e;
        }
    }

    private static Path beside(Path index, String name) {
        Path path;
        try {
            path = Path.of(name);
        } catch (InvalidPathException e) {
            throw new PolicyFormatException(
                    index + " names a file that no file system could hold: " + e.getReason(), e);
        }
        Path last = path.getFileName();
        if (last == null
                || !last.toString().equals(name)
                || List.of("", ".", "..").contains(name)) {
            throw new PolicyFormatException(index + " names a file outside its directory: '" + name + "'");
        }
        return index.resolveSibling(path);
    }

    /** The same files, in which every tensor's name is looked up with a prefix. Closing either closes both. */
    public WeightFiles withPrefix(String namePrefix) {
        return new WeightFiles(files, byTensor, namePrefix);
    }

    /**
     * Checks that adapters belong to a base, if they say to which.
     *
     * @param baseDigest the base's, asked only then
     */
    void requireBase(Supplier<String> baseDigest) {
        String theirs = files.get(0).metadata().get(BASE_DIGEST);
        if (theirs != null && !theirs.equals(baseDigest.get())) {
            throw new PolicyFormatException(files.get(0).file()
                    + ": these adapters belong to a base policy whose digest is " + theirs
                    + "; the digest of the one here is " + baseDigest.get()
                    + " — give the policy that they were trained on");
        }
    }

    /** SHA-256 of the names and the numbers in single precision of a policy's tensors: that of {@link Weights#digest} of weights that hold them. */
    String digest(ModelConfig config) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (TensorShape shape : config.tensors()) {
                float[] values = floats(shape);
                ByteBuffer bytes =
                        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(values);
                digest.update(shape.name().getBytes(StandardCharsets.UTF_8));
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The names of all tensors. */
    public Iterable<String> names() {
        return byTensor.keySet();
    }

    /**
     * A tensor's numbers in single precision.
     *
     * @throws PolicyFormatException if it is missing or has another shape
     */
    public float[] floats(TensorShape wanted) {
        String name = prefix + wanted.name();
        TensorSource file = requireShape(wanted, name);
        return file.floats(name);
    }

    /** Checks that a tensor is there in its shape, without reading it. */
    public void require(TensorShape wanted) {
        requireShape(wanted, prefix + wanted.name());
    }

    private TensorSource requireShape(TensorShape wanted, String name) {
        TensorSource file = byTensor.get(name);
        if (file == null) {
            throw new PolicyFormatException(files.get(0).file() + " has no tensor '" + name + "'");
        }
        List<Long> shape = file.shapes().get(name);
        List<Long> expected = java.util.Arrays.stream(wanted.shape()).boxed().toList();
        if (!shape.equals(expected)) {
            throw new PolicyFormatException(
                    file.file() + ": tensor '" + name + "' has shape " + shape + ", config.json asks for " + expected);
        }
        return file;
    }

    @Override
    public void close() {
        files.forEach(TensorSource::close);
    }

    private static WeightFiles of(List<TensorSource> files) {
        var byTensor = new LinkedHashMap<String, TensorSource>();
        for (TensorSource file : files) {
            for (String name : file.shapes().keySet()) {
                if (byTensor.put(name, file) != null) {
                    throw new PolicyFormatException(
                            "tensor '" + name + "' is in more than one file, one of them " + file.file());
                }
            }
        }
        return new WeightFiles(files, byTensor, "");
    }
}
