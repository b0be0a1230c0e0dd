package io.troupe.actors.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code troupe bench}: each measurement is a verb of its own, listed here. */
@Command(
        name = "bench",
        header = "Measures this machine and what Troupe makes of it.",
        subcommands = {BenchControlPlaneVerb.class, BenchControlPlaneVerb.Workers.class},
        synopsisSubcommandLabel = "VERB",
        commandListHeading = "%nVerbs (troupe bench VERB --help shows examples):%n",
        footer = {"", "Examples:", "  troupe bench control-plane"})
final class BenchVerb implements Runnable {

    @Spec
    private CommandSpec spec;

    BenchVerb() {}

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
