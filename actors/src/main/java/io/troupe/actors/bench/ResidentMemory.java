package io.troupe.actors.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** How much of the machine's memory this process has held, where the system tells: Linux's {@code /proc}. */
final class ResidentMemory {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path CLEAR = Path.of("/proc/self/clear_refs");
    private static final String FORGET_PEAK = "5";

    private ResidentMemory() {}

    /** Bytes now. */
    static OptionalLong now() {
        return line("VmRSS:");
    }

    /** The most bytes since {@link #forgetPeak}. */
    static OptionalLong peak() {
        return line("VmHWM:");
    }

    /** From here on the peak counts anew; where that cannot be asked for, it goes on. */
    static void forgetPeak() {
        try {
            Files.writeString(CLEAR, FORGET_PEAK);
        } catch (IOException e) {
            // a container may forbid it: then the peak is that of the whole process, which is never too small
        }
    }

    private static OptionalLong line(String key) {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith(key))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
