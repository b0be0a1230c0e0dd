package io.troupe.actors.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program {@code troupe}: finds the verb, runs it, and turns what it throws into one message and an exit code. */
@Command(
        name = "troupe",
        header = "Trains language models by asynchronous reinforcement learning (TR-GRPO).",
        synopsisSubcommandLabel = "VERB",
        versionProvider = TroupeVersion.class,
        subcommands = {
            TrainVerb.class,
            NodeVerb.class,
            ClusterVerb.class,
            EvalVerb.class,
            ReportVerb.class,
            ReplayVerb.class,
            StudyVerb.class,
            StudyCellVerb.class,
            SftVerb.class,
            DemonstrateVerb.class,
            ExportVerb.class,
            TasksVerb.class,
            PlayVerb.class,
            VerifyVerb.class,
            ObjectivesVerb.class,
            LogprobsVerb.class,
            ServeVerb.class,
            CertsVerb.class,
            BenchVerb.class,
            DoctorVerb.class,
            ConfigDocsVerb.class
        },
        commandListHeading = "%nVerbs (troupe VERB --help shows examples):%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed; the message says what and what to do",
            "2:wrong usage, configuration or input; nothing was begun",
            "3:interrupted; the run was saved and goes on with --resume",
            "4:the port is in use",
            "5:the run folder is in use by another process",
            "6:training diverged: three updates in a row were not finite",
            "7:another process has taken the run over; it goes on there"
        },
        footer = {
            "",
            "Examples:",
            "  troupe train                      learn with the embedded policy, on this machine",
            "  troupe train my.conf --dry-run    show what a configuration comes to",
            "  troupe tasks                      what can be trained on"
        })
public final class TroupeCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    TroupeCommand() {}

    /** Starts the program and ends the process with its exit code. */
    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        System.exit(run(Surroundings.ofProcess(), args));
    }

    /**
     * Runs one command line in this process.
     *
     * @param around streams, environment and clock
     * @param args the arguments
     * @return the exit code
     */
    public static int run(Surroundings around, String... args) {
        Logging.toConsole(around.err(), Arrays.asList(args).contains("--debug"));
        return commandLine(around).execute(args);
    }

    static CommandLine commandLine(Surroundings around) {
        var commandLine = new CommandLine(TroupeCommand.class, new VerbFactory(around));
        commandLine
                .getCommandSpec()
                .addOption(flag("Log more, and show stack traces.", "--debug").build())
                .addOption(
                        flag("Show this help.", "-h", "--help").usageHelp(true).build())
                .addOption(OptionSpec.builder("-V", "--version")
                        .type(boolean.class)
                        .arity("0")
                        .description("Show the version.")
                        .versionHelp(true)
                        .build());
        commandLine.setOut(new PrintWriter(around.out(), true, StandardCharsets.UTF_8));
        commandLine.setErr(new PrintWriter(around.err(), true, StandardCharsets.UTF_8));
        commandLine.setColorScheme(CommandLine.Help.defaultColorScheme(around.live() ? Ansi.ON : Ansi.OFF));
        commandLine.setUsageHelpWidth(Math.max(60, Math.min(110, around.columns())));
        commandLine.setUsageHelpLongOptionsMaxWidth(28);
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine
                .getSubcommands()
                .values()
                .forEach(verb -> verb.getCommandSpec().usageMessage().optionListHeading("%nOptions:%n"));
        commandLine
                .getSubcommands()
                .get("verify")
                .getHelpSectionMap()
                .put(UsageMessageSpec.SECTION_KEY_FOOTER, help -> VerifyVerb.graders());
        commandLine.setExecutionExceptionHandler(TroupeCommand::failed);
        commandLine.setParameterExceptionHandler(TroupeCommand::misused);
        return commandLine;
    }

    /** An option without a value that every verb has too. */
    private static OptionSpec.Builder flag(String description, String... names) {
        return OptionSpec.builder(names)
                .type(boolean.class)
                .arity("0")
                .defaultValue("false")
                .scopeType(ScopeType.INHERIT)
                .description(description);
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private static int failed(Exception failure, CommandLine command, ParseResult parsed) {
        // picocli wraps errors of the virtual machine, such as a full heap, and hands everything else through
        boolean wrapped = failure instanceof CommandLine.ExecutionException && failure.getCause() != null;
        return report(wrapped ? failure.getCause() : failure, command);
    }

    static int report(Throwable failure, CommandLine command) {
        command.getErr().println("troupe: " + ErrorText.of(failure));
        boolean debug = command.getCommandSpec().root().findOption("--debug").getValue();
        if (debug) {
            failure.printStackTrace(command.getErr());
        }
        command.getErr().flush();
        return ErrorText.exitCodeOf(failure);
    }

    private static int misused(ParameterException misuse, String[] args) {
        CommandLine command = misuse.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        command.getErr().println("troupe: " + misuse.getMessage() + " — see `" + name + " --help`");
        UnmatchedArgumentException.printSuggestions(misuse, command.getErr());
        return ExitCode.USAGE.code();
    }
}
