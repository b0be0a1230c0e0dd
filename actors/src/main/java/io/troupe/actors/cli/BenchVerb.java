package io.troupe.actors.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code troupe bench}: each measurement is a verb of its own, listed here. */
@Command(
        name = "bench",
        header = "Measures this machine and what Troupe makes of it.",
        subcommands = {
            BenchAsyncVerb.class,
            BenchPrecisionVerb.class,
            BenchWeightsVerb.class,
            BenchDeltaVerb.class,
            BenchControlPlaneVerb.class,
            BenchWeightsVerb.Receiver.class,
            BenchControlPlaneVerb.Workers.class
        },
        synopsisSubcommandLabel = "VERB",
        commandListHeading = "%nVerbs (troupe bench VERB --help shows examples):%n",
        footer = {
            "",
            "Examples:",
            "  troupe bench async",
            "  troupe bench precision --policy embedded",
            "  troupe bench weights",
            "  troupe bench delta",
            "  troupe bench control-plane"
        })
final class BenchVerb implements Runnable {

    @Spec
    private CommandSpec spec;

    BenchVerb() {}

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
