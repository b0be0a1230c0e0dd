package io.troupe.verifier.isolation;

import io.troupe.verifier.Environment;
import io.troupe.verifier.Split;
import io.troupe.verifier.TaskFamily;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A program with a plug-in in an endless loop; says which processes it has, and is then killed by a test. */
public final class HostileParent {

    private HostileParent() {}

    /**
     * Runs until it is killed.
     *
     * @param arguments the plug-in's jar
     */
    public static void main(String[] arguments) {
        var limits = new IsolationLimits(64L << 20, Duration.ofMinutes(5), Duration.ofMinutes(5), 1 << 18, 1, 2, 8);
        var isolated = IsolatedFamilies.open(List.of(Path.of(arguments[0])), limits, line -> {});
        TaskFamily family = isolated.families().get(0);
        Environment environment = family.open();
        environment.reset(family.task(Split.TRAIN, 1, 0, 1), 1);
        isolated.pids().forEach(System.out::println);
        System.out.println("looping");
        environment.step("loop");
    }
}
