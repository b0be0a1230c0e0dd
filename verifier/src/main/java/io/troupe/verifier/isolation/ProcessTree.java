package io.troupe.verifier.isolation;

import java.util.List;

/** Ends a process with everything that it started. */
final class ProcessTree {

    private static final int ROUNDS = 5;

    private ProcessTree() {}

    /**
     * Kills a process and its descendants. A process in a namespace of its own dies with all that is in it, whatever its descent; elsewhere what was
     * started while its parent was being killed is looked for again, a few times.
     */
    static void kill(ProcessHandle root) {
        List<Long> family = ProcessTable.read().family(root.pid());
        root.destroyForcibly();
        for (int round = 0; round < ROUNDS && !family.isEmpty(); round++) {
            ProcessTable now = ProcessTable.read();
            List<Long> below = family.stream()
                    .flatMap(pid -> now.family(pid).stream())
                    .distinct()
                    .filter(pid -> pid != root.pid())
                    .toList();
            below.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
            family = below;
        }
    }
}
