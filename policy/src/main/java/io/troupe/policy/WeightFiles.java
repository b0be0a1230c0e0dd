package io.troupe.policy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors of a policy, whichever of its safetensors files they are in. Thread-safe; {@link #close()} closes the files.
 */
public final class WeightFiles implements AutoCloseable {

    static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";

    private final List<Safetensors> files;
    private final Map<String, Safetensors> byTensor;
    private final String prefix;

    private WeightFiles(List<Safetensors> files, Map<String, Safetensors> byTensor, String prefix) {
        this.files = files;
        this.byTensor = byTensor;
        this.prefix = prefix;
    }

    /** Opens one file, or a directory with one or with an index of several. */
    public static WeightFiles open(Path path) {
        if (!Files.isDirectory(path)) {
            return of(List.of(Safetensors.open(path)));
        }
        Path index = path.resolve(INDEX);
        if (Files.exists(path.resolve(SINGLE)) || !Files.exists(index)) {
            return of(List.of(Safetensors.open(path.resolve(SINGLE))));
        }
        var names = new java.util.TreeSet<String>();
        JsonFile.read(index).node("weight_map").forEach(node -> names.add(node.asText()));
        var files = new ArrayList<Safetensors>();
        for (String name : names) {
            if (!Path.of(name).equals(Path.of(name).getFileName())) {
                throw new PolicyFormatException(index + " names a file outside its directory: " + name);
            }
            files.add(Safetensors.open(path.resolve(name)));
        }
        return of(files);
    }

    /** The same files, in which every tensor's name is looked up with a prefix. Closing either closes both. */
    public WeightFiles withPrefix(String namePrefix) {
        return new WeightFiles(files, byTensor, namePrefix);
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
        Safetensors file = requireShape(wanted, name);
        return file.floats(name);
    }

    /** Checks that a tensor is there in its shape, without reading it. */
    public void require(TensorShape wanted) {
        requireShape(wanted, prefix + wanted.name());
    }

    private Safetensors requireShape(TensorShape wanted, String name) {
        Safetensors file = byTensor.get(name);
        if (file == null) {
            throw new PolicyFormatException(files.get(0).file() + " has no tensor '" + name + "'");
        }
        List<Long> shape = file.entries().get(name).shape();
        List<Long> expected = java.util.Arrays.stream(wanted.shape()).boxed().toList();
        if (!shape.equals(expected)) {
            throw new PolicyFormatException(
                    file.file() + ": tensor '" + name + "' has shape " + shape + ", config.json asks for " + expected);
        }
        return file;
    }

    @Override
    public void close() {
        files.forEach(Safetensors::close);
    }

    private static WeightFiles of(List<Safetensors> files) {
        var byTensor = new LinkedHashMap<String, Safetensors>();
        for (Safetensors file : files) {
            for (String name : file.entries().keySet()) {
                if (byTensor.put(name, file) != null) {
                    throw new PolicyFormatException(
                            "tensor '" + name + "' is in more than one file, one of them " + file.file());
                }
            }
        }
        return new WeightFiles(files, byTensor, "");
    }
}
