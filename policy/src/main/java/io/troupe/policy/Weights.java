package io.troupe.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The parameters of a policy, or anything shaped like them: one array a tensor, in the order of {@link ModelConfig#tensors()}; with adapters theirs are
 * behind those of each layer. Numbers are in single precision, or as {@link Computation#BFLOAT16} says; what trains is always in single precision.
 *
 * <p>What training changes is all of it, or with adapters these alone: the rest is frozen. Whatever writes, reads, copies, digests or steps acts on the
 * part that trains.
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
              def round(self: __torch__.M, source: Tensor) -> Tensor:
                return torch.to(source, 15)
              def widen(self: __torch__.M, source: Tensor) -> Tensor:
                return torch.to(source, 6)
            """;

    private final WeightLayout layout;
    private final Supplier<String> baseDigest;
    private final NDManager manager;
    private final NDList arrays = new NDList();
    private final List<TensorShape> shapes = new ArrayList<>();
    private final NDList trained = new NDList();
    private final Computation numbers;

    /** The arrays in bfloat16, which must never be asked for their type: DJL knows none such. */
    private final Set<NDArray> rounded = Collections.newSetFromMap(new IdentityHashMap<>());

    private Weights(WeightLayout layout, Supplier<String> baseDigest, NDManager parent, Computation numbers) {
        this.layout = layout;
        this.numbers = numbers;
        this.baseDigest = baseDigest;
        manager = parent.newSubManager();
    }

    private Weights(ModelConfig config, NDManager parent) {
        this(WeightLayout.of(config), () -> "", parent, Computation.FLOAT32);
    }

    /** Copies weights from a file, in single precision. */
    public static Weights load(ModelConfig config, WeightFiles files, NDManager parent, boolean trainable) {
        return load(config, files, parent, Computation.FLOAT32, trainable);
    }

    /**
     * Copies weights from a file.
     *
     * @param numbers in which numbers what does not train is held
     * @param trainable whether gradients are wanted
     * @throws PolicyFormatException if a tensor is missing or has another shape
     */
    static Weights load(
            ModelConfig config, WeightFiles files, NDManager parent, Computation numbers, boolean trainable) {
        var weights = new Weights(WeightLayout.of(config), () -> "", parent, numbers);
        weights.fill(config.tensors(), files::floats, shape -> trainable);
        return weights;
    }

    /**
     * Copies weights from a file, to be frozen, and puts new adapters beside them: A from a uniform distribution within ±1/√(its columns), as PEFT has it,
     * B zero, so that they change nothing yet.
     *
     * @param digest of the frozen weights, as {@link WeightFiles#digest} gives it; asked when adapters are written or read
     * @param numbers in which numbers the frozen weights are held
     * @param trainable whether gradients of the adapters are wanted
     */
    static Weights adapted(
            ModelConfig config,
            WeightFiles files,
            Supplier<String> digest,
            LoraSettings lora,
            long seed,
            NDManager parent,
            Computation numbers,
            boolean trainable) {
        var weights = new Weights(new WeightLayout(config, lora), digest, parent, numbers);
        var random = new SplittableRandom(seed);
        weights.fill(
                weights.layout.tensors(),
                shape -> WeightLayout.isAdapter(shape) ? initialAdapter(shape, random.split()) : files.floats(shape),
                shape -> trainable && WeightLayout.isAdapter(shape));
        return weights;
    }

    /**
     * A policy that knows nothing: matrices from a normal distribution of deviation 0.02, those that write into the residual stream scaled
     * down by √(2·layers), norms 1.
     */
    public static Weights random(ModelConfig config, long seed, NDManager parent, boolean trainable) {
        var weights = new Weights(config, parent);
        var random = new SplittableRandom(seed);
        weights.fill(config.tensors(), shape -> initial(config, shape, random), shape -> trainable);
        return weights;
    }

    /** The same numbers in arrays of their own, without gradients so far. What is frozen is shared, and must outlive the copy. */
    public Weights copy(NDManager parent, boolean trainable) {
        var copy = new Weights(layout, baseDigest, parent, numbers);
        List<TensorShape> all = layout.tensors();
        try (TorchScript copier = copier(copy.manager)) {
            for (int i = 0; i < all.size(); i++) {
                if (layout.trains(all.get(i))) {
                    copy.add(floats(arrays.get(i), copier), all.get(i), trainable, copier);
                } else {
                    copy.share(arrays.get(i), this);
                }
            }
        }
        return copy;
    }

    /** Zeros in the shape of what trains, for an optimiser's moments. */
    public Weights zeros(NDManager parent) {
        var zeros = new Weights(layout, baseDigest, parent, Computation.FLOAT32);
        zeros.fill(shapes, shape -> new float[Math.toIntExact(shape.elements())], shape -> false);
        return zeros;
    }

    /** The policy without its adapters. The arrays are these weights' own, and must outlive it. */
    public Weights base() {
        var base = new Weights(WeightLayout.of(layout.config()), baseDigest, manager, numbers);
        List<TensorShape> all = layout.tensors();
        for (int i = 0; i < all.size(); i++) {
            if (!WeightLayout.isAdapter(all.get(i))) {
                base.share(arrays.get(i), this);
                base.shapes.add(all.get(i));
                base.trained.add(arrays.get(i));
            }
        }
        return base;
    }

    /** The kind of adapters, if there are any. */
    public Optional<LoraSettings> lora() {
        return Optional.ofNullable(layout.lora());
    }

    WeightLayout layout() {
        return layout;
    }

    /** The program that {@link #assign} copies with; closed by the caller. */
    public static TorchScript copier(NDManager manager) {
        return new TorchScript(COPY, manager);
    }

    /** How many numbers. */
    public long parameters() {
        return layout.tensors().stream().mapToLong(TensorShape::elements).sum();
    }

    /** How many numbers of them train. */
    public long trainedParameters() {
        return shapes.stream().mapToLong(TensorShape::elements).sum();
    }

    /** What trains, in order. */
    public List<TensorShape> shapes() {
        return Collections.unmodifiableList(shapes);
    }

    /** All arrays, in order, for a {@link TorchScript} call. They stay owned by this object. */
    public NDList list() {
        for (NDArray array : arrays) {
            array.setName("w[]");
        }
        return arrays;
    }

    /** The arrays that train, under an argument's name. */
    public NDList trained(String argument) {
        for (NDArray array : trained) {
            array.setName(argument);
        }
        return trained;
    }

    /**
     * Overwrites the arrays in place, one after the other.
     *
     * @throws PolicyFormatException if a tensor is missing or has another shape, or adapters belong to another base; then nothing was overwritten
     */
    public void assign(WeightFiles files, TorchScript copier) {
        if (layout.lora() != null) {
            files.requireBase(baseDigest);
        }
        shapes.forEach(files::require);
        NDList targets = trained("target[]");
        for (int i = 0; i < shapes.size(); i++) {
            TensorShape shape = shapes.get(i);
            try (NDManager scope = manager.newSubManager()) {
                NDArray source = scope.create(files.floats(shape), new Shape(shape.shape()));
                source.setName("source[]");
                copier.run(scope, "assign", new NDList(source, targets.get(i)));
            }
        }
    }

    /** Writes the weights as safetensors in single precision, synced to the disk; adapters with the digest of what they belong to. */
    public void write(Path file) throws IOException {
        write(file, Precision.FLOAT32);
    }

    /**
     * The same, rounded to a precision: whoever reads them gets numbers that differ from these by the rounding.
     *
     * @throws PolicyFormatException if a finite number is too large for it
     */
    public void write(Path file, Precision precision) throws IOException {
        Map<String, String> metadata = layout.lora() == null
                ? Map.of("format", "pt")
                : Map.of("format", "pt", WeightFiles.BASE_DIGEST, baseDigest.get());
        Safetensors.write(file, tensors("", precision), metadata);
    }

    /** The tensors by name, copied out as they are written, in single precision; each name gets the prefix. */
    public List<Safetensors.TensorData> tensors(String prefix) {
        return tensors(prefix, Precision.FLOAT32);
    }

    private List<Safetensors.TensorData> tensors(String prefix, Precision precision) {
        var tensors = new ArrayList<Safetensors.TensorData>();
        for (int i = 0; i < shapes.size(); i++) {
            NDArray array = trained.get(i);
            String name = prefix + shapes.get(i).name();
            tensors.add(new Safetensors.TensorData(
                    name,
                    precision.type(),
                    shapes.get(i).shape(),
                    () -> precision == Precision.FLOAT32 ? bytes(array) : precision.bytes(name, array.toFloatArray())));
        }
        return tensors;
    }

    /** SHA-256 of all names and numbers: equal exactly if the weights are, bit for bit. */
    public String digest() {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (int i = 0; i < shapes.size(); i++) {
                digest.update(shapes.get(i).name().getBytes(StandardCharsets.UTF_8));
                digest.update(bytes(trained.get(i)));
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

    /** Adds tensors, one at a time. */
    private void fill(
            List<TensorShape> tensors, Function<TensorShape, float[]> values, Predicate<TensorShape> trainable) {
        try (TorchScript copier = copier(manager)) {
            for (TensorShape shape : tensors) {
                add(values.apply(shape), shape, trainable.test(shape), copier);
            }
        }
    }

    private void add(float[] values, TensorShape shape, boolean trainable, TorchScript copier) {
        boolean single = numbers == Computation.FLOAT32 || trainable || layout.staysSingle(shape);
        try (NDArray array = manager.create(values, new Shape(shape.shape()))) {
            // native memory, not the Java buffer it came in
            NDArray owned = single ? array.duplicate() : rounded(array, manager, copier);
            owned.attach(manager);
            owned.setRequiresGradient(trainable);
            arrays.add(owned);
            if (!single) {
                rounded.add(owned);
            }
            if (layout.trains(shape)) {
                trained.add(owned);
                shapes.add(shape);
            }
        }
    }

    /** Takes an array in that stays another's. */
    private void share(NDArray array, Weights owner) {
        arrays.add(array);
        if (owner.rounded.contains(array)) {
            rounded.add(array);
        }
    }

    /** The numbers in bfloat16, in an array of their own that gradients of others may need. */
    static NDArray rounded(NDArray array, NDManager owner, TorchScript copier) {
        return copier.runDetached(owner, "round", new NDList(array)).singletonOrThrow();
    }

    private float[] floats(NDArray array, TorchScript copier) {
        if (!rounded.contains(array)) {
            return array.toFloatArray();
        }
        array.setName(null); // its name in another call might make a list of it
        try (NDArray wide = copier.run(manager, "widen", new NDList(array)).singletonOrThrow()) {
            return wide.toFloatArray();
        }
    }

    private ByteBuffer bytes(NDArray array) {
        try (TorchScript copier = copier(manager)) {
            float[] values = floats(array, copier);
            ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            return bytes;
        }
    }

    /** Kaiming's uniform initialisation with a = √5. */
    private static float[] initialAdapter(TensorShape shape, SplittableRandom random) {
        var values = new float[Math.toIntExact(shape.elements())];
        if (WeightLayout.isDown(shape)) {
            double bound = 1 / Math.sqrt((double) shape.shape()[1]);
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (bound * (2 * random.nextDouble() - 1));
            }
        }
        return values;
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
