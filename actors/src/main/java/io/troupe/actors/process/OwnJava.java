package io.troupe.actors.process;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How further processes like this one are started: the same Java, options and class path. */
public final class OwnJava {

    private OwnJava() {}

    /**
     * The command line of a further process. Properties of Troupe's own and debuggers stay with this one.
     *
     * @param mainAndArguments the main class and its arguments
     */
    public static List<String> command(List<String> mainAndArguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> !option.startsWith("-Dtroupe.") && !option.startsWith("-agentlib:"))
                .forEach(command::add);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.addAll(mainAndArguments);
        return command;
    }
}
