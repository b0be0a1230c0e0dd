package io.troupe.actors.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much of this process is in memory, as Linux counts it; zeros elsewhere.
 *
 * @param peakBytes the most that it ever was
 * @param privateBytes what is the process's own now; the rest are pages of files that others have too
 */
record Residency(long peakBytes, long privateBytes) {

    private static final Path STATUS = Path.of("/proc/self/status");

    static Residency now() throws IOException {
        long peak = 0;
        long own = 0;
        if (Files.exists(STATUS)) {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith("VmHWM:")) {
                    peak = bytes(line);
                } else if (line.startsWith("RssAnon:")) {
                    own = bytes(line);
                }
            }
        }
        return new Residency(peak, own);
    }

    private static long bytes(String line) {
        return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
    }
}
