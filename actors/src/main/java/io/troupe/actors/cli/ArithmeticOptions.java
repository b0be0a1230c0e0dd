package io.troupe.actors.cli;

import io.troupe.policy.Arithmetic;
import io.troupe.policy.Attention;
import io.troupe.policy.Computation;
import io.troupe.policy.ComputeDevice;
import picocli.CommandLine.Option;

/** The options of a verb that computes with a policy outside of a run: on which device, in which numbers. */
final class ArithmeticOptions {

    @Option(
            names = "--device",
            defaultValue = "auto",
            description = "auto (the first accelerator if there is one), cpu or cuda:N (default: ${DEFAULT-VALUE}).")
    private String device = "auto";

    @Option(
            names = "--precision",
            defaultValue = "float32",
            description = "float32, or bfloat16, as policy.precision (default: ${DEFAULT-VALUE}).")
    private Computation precision = Computation.FLOAT32;

    /** Where to compute. */
    ComputeDevice device() {
        if (!ComputeDevice.isName(device)) {
            throw new VerbException(ExitCode.USAGE, "--device " + device + " — expected auto, cpu or cuda:N");
        }
        return new ComputeDevice(device);
    }

    /** How to compute. */
    Arithmetic arithmetic(Attention attention) {
        if (precision == Computation.BFLOAT16 && attention == Attention.EXACT) {
            throw new VerbException(
                    ExitCode.USAGE,
                    "--attention exact asks for digits that --precision bfloat16 has not — take one of them");
        }
        return new Arithmetic(precision, attention);
    }
}
