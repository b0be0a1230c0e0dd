package io.troupe.verifier.isolation;

import io.troupe.proto.v1.FamilyDescription;
import io.troupe.proto.v1.FamilyReference;
import io.troupe.verifier.TaskFamily;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * The task families of plug-ins whose code runs in child JVMs with limits, see {@link IsolationLimits}. For the rest of Troupe they are families like any
 * other; what runs into a limit is an {@link EnvironmentFailure}, its process is replaced, and sessions in other processes notice nothing. Safe for any
 * thread. Closing stops the processes; when the parent dies, they end by themselves.
 *
 * <p>This bounds what a plug-in can use up and how far its failures reach. It is no sandbox: a plug-in can still read what its user can read.
 */
public final class IsolatedFamilies implements AutoCloseable {

    private static final Duration IDLE = Duration.ofSeconds(30);

    private final EnvironmentProcesses processes;
    private final List<TaskFamily> families;

    private IsolatedFamilies(EnvironmentProcesses processes, List<TaskFamily> families) {
        this.processes = processes;
        this.families = families;
    }

    /**
     * Starts a process for the plug-ins and asks it for their families.
     *
     * @param jars the plug-ins and their libraries
     * @param limits what a process may use
     * @param lines is told what the plug-ins print, line by line, by threads of this class's own
     * @return the families
     * @throws EnvironmentFailure if a plug-in runs into a limit or ends its process while it is loaded
     * @throws io.troupe.verifier.TaskFamilyException if a family can't be loaded
     */
    public static IsolatedFamilies open(List<Path> jars, IsolationLimits limits, Consumer<String> lines) {
        return open(jars, limits, IDLE, lines);
    }

    static IsolatedFamilies open(List<Path> jars, IsolationLimits limits, Duration idle, Consumer<String> lines) {
        var processes = new EnvironmentProcesses(new ChildJvm(jars, limits), limits, idle, lines);
        try {
            List<TaskFamily> families = processes.catalogue().getFamiliesList().stream()
                    .map(description -> family(processes, description))
                    .toList();
            return new IsolatedFamilies(processes, families);
        } catch (RuntimeException e) {
            processes.close();
            throw e;
        }
    }

    private static TaskFamily family(EnvironmentProcesses processes, FamilyDescription description) {
        return new IsolatedFamily(
                processes,
                FamilyReference.newBuilder().setId(description.getId()).build(),
                description);
    }

    /** The families, by id. */
    public List<TaskFamily> families() {
        return families;
    }

    /** The processes' numbers in the system, for people who look for them. */
    public List<Long> pids() {
        return processes.pids();
    }

    @Override
    public void close() {
        processes.close();
    }
}
