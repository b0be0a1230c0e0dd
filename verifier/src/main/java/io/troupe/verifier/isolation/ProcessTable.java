package io.troupe.verifier.isolation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All processes of the system as they were at one moment. Read from {@code /proc} in one pass, for {@link ProcessHandle#descendants} looks again for as
 * long as their number grows, which is for ever while something forks. Elsewhere than on Linux it is asked all the same.
 */
final class ProcessTable {

    /**
     * What a process and all its descendants use.
     *
     * @param cpuNanos CPU time since their start, that of their ended children included
     * @param processes how many they are
     * @param threads how many threads they have, 0 if unknown
     * @param memory bytes of memory that the first {@value #WEIGHED} of them hold, 0 if unknown
     */
    record Usage(long cpuNanos, int processes, int threads, long memory) {}

    private record Entry(long pid, long parent, long cpuNanos, int threads) {}

    private static final int WEIGHED = 64;
    private static final Path PROC = Path.of("/proc");
    private static final long NANOS_PER_TICK = 10_000_000; // USER_HZ is 100 on every Linux that runs a JVM
    // places after the command's closing parenthesis; the field numbers of proc(5) less 3
    private static final int PARENT = 1;
    private static final int UTIME = 11;
    private static final int CSTIME = 14;
    private static final int NUM_THREADS = 17;

    private final Map<Long, Entry> entries = new HashMap<>();
    private final Map<Long, List<Long>> children = new HashMap<>();

    private ProcessTable() {}

    /** The processes that there are now. */
    static ProcessTable read() {
        var table = new ProcessTable();
        if (Files.isReadable(PROC.resolve("self/stat"))) {
            table.readProc();
        } else {
            ProcessHandle.allProcesses().forEach(table::add);
        }
        return table;
    }

    private void readProc() {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path folder : folders) {
                add(Long.parseLong(folder.getFileName().toString()), read(folder.resolve("stat")));
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new IllegalStateException("the processes can't be listed: " + e.getMessage(), e);
        }
    }

    private void add(long pid, String stat) {
        int afterCommand = stat.lastIndexOf(')') + 2;
        if (afterCommand < 2 || afterCommand >= stat.length()) {
            return; // it has ended
        }
        String[] fields = stat.substring(afterCommand).split(" ", -1);
        long ticks = 0;
        for (int i = UTIME; i <= CSTIME; i++) {
            ticks += Long.parseLong(fields[i]);
        }
        add(new Entry(
                pid, Long.parseLong(fields[PARENT]), ticks * NANOS_PER_TICK, Integer.parseInt(fields[NUM_THREADS])));
    }

    private void add(ProcessHandle process) {
        long cpu = process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
        add(new Entry(process.pid(), process.parent().map(ProcessHandle::pid).orElse(0L), cpu, 0));
    }

    private void add(Entry entry) {
        entries.put(entry.pid(), entry);
        children.computeIfAbsent(entry.parent(), parent -> new ArrayList<>()).add(entry.pid());
    }

    /** A process, if it is there, and all that descend from it, parents first. */
    List<Long> family(long root) {
        List<Long> found = new ArrayList<>();
        if (entries.containsKey(root)) {
            found.add(root);
        }
        for (int i = 0; i < found.size(); i++) {
            found.addAll(children.getOrDefault(found.get(i), List.of()));
        }
        return found;
    }

    /** What a process and its descendants use. */
    Usage usage(long root) {
        List<Long> family = family(root);
        long cpu = 0;
        int threads = 0;
        long memory = 0;
        for (int i = 0; i < family.size(); i++) {
            Entry entry = entries.get(family.get(i));
            cpu += entry.cpuNanos();
            threads += entry.threads();
            memory += i < WEIGHED ? memory(entry.pid()) : 0;
        }
        return new Usage(cpu, family.size(), threads, memory);
    }

    private static long memory(long pid) {
        String status = read(PROC.resolve(Long.toString(pid)).resolve("status"));
        int at = status.indexOf("\nVmRSS:");
        int end = status.indexOf(" kB", Math.max(at, 0));
        if (at < 0 || end < 0) {
            return 0; // it has ended
        }
        return Long.parseLong(status.substring(at + "\nVmRSS:".length(), end).strip()) * 1024;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // it has ended
        }
    }
}
