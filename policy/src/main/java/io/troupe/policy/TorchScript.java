package io.troupe.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A program in TorchScript text, packed into the archive that libtorch loads and run by it in one native call.
 *
 * <p>DJL's own array API lacks scaled-dot-product attention, RMS norm, low precision and much else; TorchScript has all of it, with
 * gradients. The text must define one class {@code __torch__.M} without parameters or buffers: whatever a method needs is an argument, so
 * that the arrays stay owned by Java. Arguments are matched by position; neighbours that share a name ending in {@code []} become one
 * {@code List[Tensor]}.
 *
 * <p>Not thread-safe: one instance a thread. The native module is freed by {@link #close()}; results belong to the manager of the call.
 */
public final class TorchScript implements AutoCloseable {

    private static final Shape SELECTOR_SHAPE = new Shape(1);
    private static final byte[] PICKLE_NONE = {(byte) 0x80, 2, ')', '.'};

    private final PtSymbolBlock module;

    /**
     * Loads a program.
     *
     * @param source the TorchScript text of class {@code M}
     * @param manager decides the device
     * @throws IllegalArgumentException if libtorch does not accept the text
     */
    public TorchScript(String source, NDManager manager) {
        try {
            module =
                    JniUtils.loadModule((PtNDManager) manager, new ByteArrayInputStream(archive(source)), false, false);
        } catch (IOException e) {
            throw new UncheckedIOException("a program in memory could not be read", e);
        }
    }

    /**
     * Runs a method without recording gradients.
     *
     * @param manager owns the results
     * @param method the method's name
     * @param arguments the arguments by position, see the class comment
     */
    public NDList run(NDManager manager, String method, NDList arguments) {
        return call(manager, method, arguments, false, false);
    }

    /** Runs a method without recording gradients, to results that may require gradients themselves and begin a graph of their own. */
    public NDList runDetached(NDManager manager, String method, NDList arguments) {
        return call(manager, method, arguments, false, true);
    }

    /** Runs a method and records what {@link #backward} needs, for every argument that requires a gradient. */
    public NDList runRecorded(NDManager manager, String method, NDList arguments) {
        return call(manager, method, arguments, true, true);
    }

    /**
     * Adds the vector-Jacobian product of a recorded result to the gradients of what it was made from.
     *
     * @param result a result of {@link #runRecorded}
     * @param vector the same shape as the result: d loss / d result
     */
    public static void backward(NDArray result, NDArray vector) {
        JniUtils.backward((PtNDArray) result, (PtNDArray) vector, false, false);
    }

    private NDList call(NDManager manager, String method, NDList arguments, boolean recorded, boolean ordinary) {
        // The executor that specialises on shapes is slow on its first calls and this switch belongs to the thread.
        JniUtils.setGraphExecutorOptimize(false);
        if (JniUtils.isGradMode() != recorded) {
            JniUtils.setGradMode(recorded);
        }
        var named = new NDList(arguments.size() + 1);
        try (NDArray selector = manager.zeros(SELECTOR_SHAPE)) {
            selector.setName("module_method:" + method);
            named.add(selector); // first, because results go to the manager of the first
            named.addAll(arguments);
            return IValueUtils.forward(module, named, ordinary);
        }
    }

    @Override
    public void close() {
        module.close();
    }

    /** Packs TorchScript text into the zip that libtorch loads: an empty object of class {@code M}, its code, no constants. */
    static byte[] archive(String source) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            var pickle = new ByteArrayOutputStream();
            pickle.write(new byte[] {(byte) 0x80, 2}); // protocol 2
            pickle.write("c__torch__\nM\n".getBytes(StandardCharsets.US_ASCII)); // push the class
            pickle.write(new byte[] {')', (byte) 0x81, '}', '('}); // an object of it, then a dictionary of attributes
            byte[] key = "training".getBytes(StandardCharsets.US_ASCII);
            pickle.write(new byte[] {'X', (byte) key.length, 0, 0, 0});
            pickle.write(key);
            pickle.write(new byte[] {(byte) 0x89, 'u', 'b', '.'}); // False; set the attribute; build; stop
            stored(zip, "m/data.pkl", pickle.toByteArray());
            stored(zip, "m/code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
            stored(zip, "m/constants.pkl", PICKLE_NONE);
            stored(zip, "m/version", "3\n".getBytes(StandardCharsets.US_ASCII));
        }
        return bytes.toByteArray();
    }

    private static void stored(ZipOutputStream zip, String name, byte[] content) throws IOException {
        var crc = new CRC32();
        crc.update(content);
        var entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
