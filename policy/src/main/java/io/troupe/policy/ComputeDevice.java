package io.troupe.policy;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.util.cuda.CudaUtils;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a policy is computed: {@code auto}, {@code cpu}, or {@code cuda:N}. The one place that knows about devices: whatever computes gets its arrays from
 * {@link #newManager}, and everything else goes by the manager that it is given. Immutable.
 *
 * @param name as it is written in a configuration
 */
public record ComputeDevice(String name) {

    /** The first accelerator if there is one, otherwise the CPU. */
    public static final ComputeDevice AUTO = new ComputeDevice("auto");

    /** The processor. */
    public static final ComputeDevice CPU = new ComputeDevice("cpu");

    private static final String ENGINE = "PyTorch";
    private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,3}))?");

    public ComputeDevice {
        if (!isName(name)) {
            throw new IllegalArgumentException("there is no device \"" + name + "\" — expected auto, cpu or cuda:N");
        }
    }

    /** Whether a text names a device, be it there or not. */
    public static boolean isName(String text) {
        return text.equals("auto") || text.equals("cpu") || CUDA.matcher(text).matches();
    }

    /** How many accelerators libtorch sees on this machine. */
    public static int accelerators() {
        return Engine.getEngine(ENGINE).getGpuCount();
    }

    /**
     * The owner of everything that is computed there; the caller closes it.
     *
     * @throws DeviceUnavailableException if this machine has no such device, or libtorch cannot use it
     */
    public NDManager newManager() {
        return NDManager.newBaseManager(device(), ENGINE);
    }

    /** Whether it is an accelerator. */
    public boolean isAccelerator() {
        return device().isGpu();
    }

    /** The device that it is on this machine, cpu or cuda:N. */
    public String resolved() {
        Device device = device();
        return device.isGpu() ? "cuda:" + device.getDeviceId() : "cpu";
    }

    /** An accelerator's memory, in bytes; for the CPU that of this machine, or of the container that it is confined to. */
    public long memory() {
        Device device = device();
        return device.isGpu() ? CudaUtils.getGpuMemory(device).getMax() : MachineMemory.total();
    }

    private Device device() {
        Matcher cuda = CUDA.matcher(name);
        if (!cuda.matches()) {
            return name.equals("auto") && accelerators() > 0 ? Device.gpu(0) : Device.cpu();
        }
        int number = cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1));
        int there = accelerators();
        if (number >= there) {
            throw new DeviceUnavailableException(
                    "there is no device " + name + ": libtorch "
                            + Engine.getEngine(ENGINE).getVersion()
                            + (there == 0 ? " sees no accelerator here" : " sees cuda:0 to cuda:" + (there - 1))
                            + " — take cpu or auto, or give Troupe a libtorch with CUDA (docs/devices.md); `troupe doctor` shows what it finds");
        }
        return Device.gpu(number);
    }
}
