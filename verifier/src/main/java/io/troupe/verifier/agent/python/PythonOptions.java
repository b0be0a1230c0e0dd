package io.troupe.verifier.agent.python;

import io.troupe.verifier.OptionDefault;
import io.troupe.verifier.isolation.SandboxLimits;
import java.time.Duration;

/**
 * The options of {@code agent/python}.
 *
 * @param interpreter which Python: a name on the path, or a whole path
 * @param cpuSeconds CPU time of a call
 * @param wallSeconds time of a call
 * @param memoryMib memory of a call, in MiB
 * @param outputChars how many characters of a call's output the policy sees
 * @param calls how many calls an episode may make
 */
record PythonOptions(
        @OptionDefault("python3") String interpreter,
        @OptionDefault("2") int cpuSeconds,
        @OptionDefault("6") int wallSeconds,
        @OptionDefault("256") int memoryMib,
        @OptionDefault("1000") int outputChars,
        @OptionDefault("4") int calls) {

    static final PythonOptions DEFAULT = new PythonOptions("python3", 2, 6, 256, 1000, 4);

    private static final int MIB = 1 << 20;
    private static final int BYTES_PER_CHAR = 4;
    private static final int LEAST_MEMORY = 32;

    PythonOptions {
        require(!interpreter.isBlank(), "interpreter", interpreter, "the name or the path of a Python 3");
        require(cpuSeconds >= 1, "cpu-seconds", cpuSeconds, "at least 1");
        require(wallSeconds >= 1, "wall-seconds", wallSeconds, "at least 1");
        require(memoryMib >= LEAST_MEMORY, "memory-mib", memoryMib, "at least 32");
        require(outputChars >= 1 && outputChars <= MIB, "output-chars", outputChars, "1 to 1048576");
        require(calls >= 1, "calls", calls, "at least 1");
    }

    SandboxLimits limits() {
        return new SandboxLimits(
                Duration.ofSeconds(wallSeconds),
                Duration.ofSeconds(cpuSeconds),
                (long) memoryMib * MIB,
                16L * MIB,
                64,
                1,
                outputChars * BYTES_PER_CHAR + 8192);
    }

    private static void require(boolean holds, String key, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(key + " = " + value + ": expected " + expected);
        }
    }
}
