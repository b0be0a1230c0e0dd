package io.troupe.actors.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code troupe bench}: measurements, each a verb of its own. */
@Command(
        name = "bench",
        header = "Measures this machine.",
        synopsisSubcommandLabel = "WHAT",
        subcommands = {BenchAsyncVerb.class, BenchPrecisionVerb.class},
        footer = {"", "Examples:", "  troupe bench async", "  troupe bench precision --policy embedded"})
final class BenchVerb implements Runnable {

    @Spec
    private CommandSpec spec;

    BenchVerb() {}

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
