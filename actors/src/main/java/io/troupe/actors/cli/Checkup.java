package io.troupe.actors.cli;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import io.troupe.policy.EmbeddedPolicy;
import io.troupe.policy.Policy;
import io.troupe.policy.PolicyFormatException;
import io.troupe.verifier.TaskFamilies;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Looks at everything that Troupe needs on a machine. */
final class Checkup {

    /** How it stands. */
    enum State {
        OK,
        WARN,
        MISSING
    }

    /**
     * One thing that was looked at.
     *
     * @param name what
     * @param state how it stands
     * @param found what is there
     * @param advice what to do; empty if nothing
     */
    record Finding(String name, State state, String found, String advice) {}

    private static final int JAVA = 17;
    private static final long GIBIBYTE = 1L << 30;

    private final Map<String, String> environment;
    private final List<Finding> findings = new ArrayList<>();

    private Checkup(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * Looks.
     *
     * @param environment environment variables
     * @param runs the folder that run folders are made in
     */
    static List<Finding> of(Map<String, String> environment, Path runs) {
        var checkup = new Checkup(environment);
        checkup.add("troupe", State.OK, TroupeVersion.line(), "");
        checkup.java();
        checkup.processor();
        checkup.memory();
        checkup.engine();
        checkup.disk("cache", EmbeddedPolicy.cache(environment), GIBIBYTE / 4, "name another folder in TROUPE_CACHE");
        checkup.disk("run folders", runs, 2 * GIBIBYTE, "choose another with --run");
        checkup.policy();
        checkup.families();
        return List.copyOf(checkup.findings);
    }

    private void java() {
        int feature = Runtime.version().feature();
        String found = Runtime.version() + " by " + System.getProperty("java.vendor") + ", "
                + System.getProperty("os.name") + " " + System.getProperty("os.arch");
        add("java", feature >= JAVA ? State.OK : State.MISSING, found, "install Java " + JAVA + " or newer");
    }

    private void processor() {
        int cores = Runtime.getRuntime().availableProcessors();
        add(
                "cores",
                cores >= 2 ? State.OK : State.WARN,
                Integer.toString(cores),
                "with one core, sampling and learning take turns");
        String threads = environment.getOrDefault("OMP_NUM_THREADS", "");
        boolean fits = threads.matches("\\d{1,4}") && Integer.parseInt(threads) <= cores;
        add(
                "OMP_NUM_THREADS",
                fits ? State.OK : State.WARN,
                threads.isEmpty() ? "not set" : threads,
                "set it to 1 for small policies, and never above the " + cores + " cores; ./troupe sets 1");
    }

    private void memory() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system) {
            long total = system.getTotalMemorySize();
            long free = system.getFreeMemorySize();
            add(
                    "memory",
                    total >= 2 * GIBIBYTE ? State.OK : State.WARN,
                    gib(total) + ", " + gib(free) + " free",
                    "below 2 GiB lower rollout.slots and train.micro-batch-tokens");
        }
        add("java heap", State.OK, gib(Runtime.getRuntime().maxMemory()) + " (TROUPE_HEAP)", "");
    }

    private void engine() {
        try {
            Engine engine = Engine.getInstance();
            add(
                    "engine",
                    State.OK,
                    engine.getEngineName() + ", libtorch " + engine.getVersion() + ", DJL " + Engine.getDjlVersion()
                            + ", " + JniUtils.getNumThreads() + " threads",
                    "");
            findings.addAll(DeviceCheckup.of(engine, environment));
        } catch (RuntimeException | LinkageError e) {
            add(
                    "engine",
                    State.MISSING,
                    String.valueOf(e.getMessage()),
                    "libtorch could not be loaded: check that this system is 64-bit Linux, macOS or Windows, and that ~/.djl.ai can be written");
        }
    }

    private void disk(String name, Path folder, long wanted, String advice) {
        Path existing = folder.toAbsolutePath();
        while (existing.getParent() != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        try {
            long free = Files.getFileStore(existing).getUsableSpace();
            boolean writable = Files.isWritable(existing);
            add(
                    name,
                    !writable ? State.MISSING : free >= wanted ? State.OK : State.WARN,
                    folder + ", " + gib(free) + " free" + (writable ? "" : ", may not be written"),
                    (writable ? "free some space, or " : "") + advice);
        } catch (IOException e) {
            add(name, State.MISSING, folder + ": " + e.getMessage(), advice);
        }
    }

    private void policy() {
        if (!EmbeddedPolicy.isPresent()) {
            add("embedded policy", State.MISSING, "not in this build", "give a policy of your own with policy.path");
            return;
        }
        try (Policy policy = Policy.open(EmbeddedPolicy.directory())) {
            add("embedded policy", State.OK, policy.directory().path().toString(), "");
        } catch (UncheckedIOException | PolicyFormatException e) {
            add(
                    "embedded policy",
                    State.MISSING,
                    String.valueOf(e.getMessage()),
                    "build Troupe anew, or check the cache folder");
        }
    }

    private void families() {
        int count = TaskFamilies.load().all().size();
        add("task families", count > 0 ? State.OK : State.MISSING, Integer.toString(count), "build Troupe anew");
    }

    private void add(String name, State state, String found, String advice) {
        findings.add(new Finding(name, state, found, state == State.OK ? "" : advice));
    }

    private static String gib(long bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", (double) bytes / GIBIBYTE);
    }
}
