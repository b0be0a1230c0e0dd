package io.troupe.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The parameters of a policy, or anything shaped like them: one single-precision array a tensor, in the order of {@link
 * ModelConfig#tensors()}.
 *
 * <p>Not thread-safe: who samples and who trains hold their own. Freed by {@link #close()}.
 */
public final class Weights implements AutoCloseable {

    private static final double INITIAL_DEVIATION = 0.02;

    private static final String COPY = """
            class M(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              def assign(self: __torch__.M, source: List[Tensor], target: List[Tensor]) -> Tensor:
                for i in range(torch.len(source)):
                  _0 = torch.copy_(target[i], source[i], False)
                return source[0]
            """;

    private final List<TensorShape> shapes;
    private final NDManager manager;
    private final NDList arrays = new NDList();

    private Weights(ModelConfig config, NDManager parent) {
        this(config.tensors(), parent);
    }

    private Weights(List<TensorShape> shapes, NDManager parent) {
        this.shapes = shapes;
        manager = parent.newSubManager();
    }

    /**
     * Copies weights from a file.
     *
     * @param trainable whether gradients are wanted
     * @throws PolicyFormatException if a tensor is missing or has another shape
     */
    public static Weights load(ModelConfig config, WeightFiles files, NDManager parent, boolean trainable) {
        var weights = new Weights(config, parent);
        for (TensorShape shape : weights.shapes) {
            weights.add(files.floats(shape), shape, trainable);
        }
        return weights;
    }

    /**
     * A policy that knows nothing: matrices from a normal distribution of deviation 0.02, those that write into the residual stream scaled
     * down by √(2·layers), norms 1.
     */
    public static Weights random(ModelConfig config, long seed, NDManager parent, boolean trainable) {
        var weights = new Weights(config, parent);
        var random = new SplittableRandom(seed);
        for (TensorShape shape : weights.shapes) {
            weights.add(initial(config, shape, random), shape, trainable);
        }
        return weights;
    }

    /** The same numbers in arrays of their own, without gradients so far. */
    public Weights copy(NDManager parent, boolean trainable) {
        var copy = new Weights(shapes, parent);
        for (int i = 0; i < shapes.size(); i++) {
            copy.add(arrays.get(i).toFloatArray(), shapes.get(i), trainable);
        }
        return copy;
    }

    /** Zeros in the shape of a policy, for an optimiser's moments. */
    public static Weights zeros(ModelConfig config, NDManager parent) {
        var weights = new Weights(config, parent);
        for (TensorShape shape : weights.shapes) {
            weights.add(new float[Math.toIntExact(shape.elements())], shape, false);
        }
        return weights;
    }

    /** The program that {@link #assign} copies with; closed by the caller. */
    public static TorchScript copier(NDManager manager) {
        return new TorchScript(COPY, manager);
    }

    /** How many numbers. */
    public long parameters() {
        return shapes.stream().mapToLong(TensorShape::elements).sum();
    }

    /** The arrays, in order, for a {@link TorchScript} call. They stay owned by this object. */
    public NDList list() {
        return list("w[]");
    }

    /** The arrays under another argument name. */
    public NDList list(String argument) {
        for (NDArray array : arrays) {
            array.setName(argument);
        }
        return arrays;
    }

    /** Overwrites the arrays in place. */
    public void assign(WeightFiles files, TorchScript copier) {
        try (NDManager scope = manager.newSubManager()) {
            var arguments = new NDList();
            for (TensorShape shape : shapes) {
                NDArray source = scope.create(files.floats(shape), new Shape(shape.shape()));
                source.setName("source[]");
                arguments.add(source);
            }
            arguments.addAll(list("target[]"));
            copier.run(scope, "assign", arguments);
        }
    }

    /** Writes the weights as safetensors in single precision, synced to the disk. */
    public void write(Path file) throws IOException {
        Safetensors.write(file, tensors(""), Map.of("format", "pt"));
    }

    /** The tensors by name, copied out, in single precision; each name gets the prefix. */
    public List<Safetensors.TensorData> tensors(String prefix) {
        var tensors = new ArrayList<Safetensors.TensorData>();
        for (int i = 0; i < shapes.size(); i++) {
            tensors.add(new Safetensors.TensorData(
                    prefix + shapes.get(i).name(), "F32", shapes.get(i).shape(), bytes(arrays.get(i))));
        }
        return tensors;
    }

    /** SHA-256 of all names and numbers: equal exactly if the weights are, bit for bit. */
    public String digest() {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (Safetensors.TensorData tensor : tensors("")) {
                digest.update(tensor.name().getBytes(java.nio.charset.StandardCharsets.UTF_8));
                digest.update(tensor.bytes().duplicate());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public void close() {
        manager.close();
    }

    private void add(float[] values, TensorShape shape, boolean trainable) {
        try (NDArray array = manager.create(values, new Shape(shape.shape()))) {
            NDArray owned = array.duplicate(); // native memory, not the Java buffer it came in
            owned.attach(manager);
            owned.setRequiresGradient(trainable);
            arrays.add(owned);
        }
    }

    private static ByteBuffer bytes(NDArray array) {
        if (array.getDataType() != DataType.FLOAT32) {
            throw new IllegalStateException("weights are kept in single precision, not " + array.getDataType());
        }
        float[] values = array.toFloatArray();
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }

    private static float[] initial(ModelConfig config, TensorShape shape, SplittableRandom random) {
        var values = new float[Math.toIntExact(shape.elements())];
        boolean norm = shape.shape().length == 1;
        boolean residual =
                shape.name().endsWith("o_proj.weight") || shape.name().endsWith("down_proj.weight");
        double deviation = residual ? INITIAL_DEVIATION / Math.sqrt(2.0 * config.layers()) : INITIAL_DEVIATION;
        var gaussian = new java.util.Random(random.nextLong());
        for (int i = 0; i < values.length; i++) {
            values[i] = norm ? 1 : (float) (deviation * gaussian.nextGaussian());
        }
        return values;
    }
}
