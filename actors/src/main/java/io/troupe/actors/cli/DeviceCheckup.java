package io.troupe.actors.cli;

import ai.djl.engine.Engine;
import io.troupe.actors.cli.Checkup.Finding;
import io.troupe.actors.cli.Checkup.State;
import io.troupe.policy.ComputeDevice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Looks at what can be computed on, and at where libtorch's natives come from. */
final class DeviceCheckup {

    /** Where a libtorch with CUDA is given to DJL. */
    private static final String LIBRARY = "PYTORCH_LIBRARY_PATH";

    private static final Path DRIVER = Path.of("/proc/driver/nvidia/version");

    private DeviceCheckup() {}

    static List<Finding> of(Engine engine, Map<String, String> environment) {
        var findings = new ArrayList<Finding>();
        int accelerators = engine.getGpuCount();
        boolean idle = accelerators == 0 && Files.exists(DRIVER);
        findings.add(new Finding(
                "devices",
                idle ? State.WARN : State.OK,
                idle ? "cpu; there is an NVIDIA driver, but this libtorch cannot use it" : devices(accelerators),
                idle ? "give Troupe a libtorch with CUDA, see docs/devices.md" : ""));
        String library = environment.getOrDefault(LIBRARY, "");
        findings.add(library.isEmpty() ? packed() : given(Path.of(library)));
        return findings;
    }

    private static Finding packed() {
        return new Finding("natives", State.OK, "the CPU's, which come with Troupe (" + LIBRARY + " is not set)", "");
    }

    private static Finding given(Path library) {
        boolean torch = Files.exists(library.resolve("libtorch_cpu.so"));
        boolean cuda = Files.exists(library.resolve("libtorch_cuda.so"));
        return new Finding(
                "natives",
                torch ? State.OK : State.MISSING,
                library + (torch ? cuda ? ", with CUDA" : ", without CUDA" : " holds no libtorch_cpu.so"),
                torch ? "" : LIBRARY + " must name the lib folder of a libtorch");
    }

    private static String devices(int accelerators) {
        var all = new StringBuilder("cpu");
        for (int number = 0; number < accelerators; number++) {
            var device = new ComputeDevice("cuda:" + number);
            all.append(String.format(
                    Locale.ROOT, ", %s with %.1f GiB", device.name(), device.memory() / (double) (1L << 30)));
        }
        return all.toString();
    }
}
