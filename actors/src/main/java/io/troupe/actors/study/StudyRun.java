package io.troupe.actors.study;

import io.troupe.actors.study.CellLauncher.Ending;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs the cells of a study that have no result yet: looks at what there is, refuses cells whose configuration was changed, goes on with those that were
 * cut off, tries those that fail again, and writes down every result. Thread-safe; a study executes once.
 *
 * <p>{@link #stop} drains it: runs are saved, {@link #execute} returns, and a later study on the same folder goes on.
 */
public final class StudyRun {

    private final StudyPlan plan;
    private final CellLauncher launcher;
    private final StudyObserver observer;
    private final Options options;
    private final CellDistiller distiller;
    private final Clock clock;
    private final Deque<Cell> waiting = new ArrayDeque<>();
    private boolean stopping;

    /** One thread at a time makes and removes folders: two runs share their parents. */
    private final Object folders = new Object();

    /**
     * A study to execute.
     *
     * @param troupe the version and commit of this program
     */
    public StudyRun(
            StudyPlan plan,
            CellLauncher launcher,
            StudyObserver observer,
            Options options,
            String troupe,
            Clock clock) {
        this.plan = plan;
        this.launcher = launcher;
        this.observer = observer;
        this.options = options;
        this.distiller = new CellDistiller(troupe);
        this.clock = clock;
    }

    /**
     * What may be thrown away.
     *
     * @param restartChanged cells whose configuration is another one than when they were run
     * @param retryFailed results of cells that failed
     */
    public record Options(boolean restartChanged, boolean retryFailed) {}

    /**
     * Runs what is left; blocks until then.
     *
     * @return all results, whether all cells have one or {@link #stop} came before
     * @throws StudyException if the folder is in use, or cells were run with another configuration
     * @throws IOException if the study's files cannot be read or written
     */
    public List<CellResult> execute() throws StudyException, IOException, InterruptedException {
        Files.createDirectories(plan.directory());
        Path lockFile = plan.directory().resolve("study.lock");
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = lock(channel)) {
            if (lock == null) {
                throw new StudyException("study folder " + plan.directory()
                        + " is in use by another process — wait for it to end, or choose another study.dir");
            }
            ResultsFile results = ResultsFile.read(plan.results());
            for (Inventory.Entry entry : Inventory.of(plan, results.all(), options)) {
                if (entry.isToBeRun()) {
                    results.forget(entry.cell());
                    waiting.add(entry.cell());
                } else if (entry.state() == Inventory.State.DONE) {
                    tidy(entry.cell()); // an earlier start was killed before it could
                }
            }
            observer.onStart(List.copyOf(results.all()));
            work(results);
            return List.copyOf(results.all());
        }
    }

    /** Asks the study to drain. Returns at once. */
    public void stop() {
        synchronized (waiting) {
            stopping = true;
        }
        launcher.stop();
    }

    private void work(ResultsFile results) throws IOException, InterruptedException {
        var number = new AtomicInteger();
        ExecutorService workers = Executors.newFixedThreadPool(
                plan.settings().parallel(), task -> new Thread(task, "troupe-study-" + number.incrementAndGet()));
        try {
            var ends = new ArrayList<Future<?>>();
            for (int i = 0; i < plan.settings().parallel(); i++) {
                ends.add(workers.submit(() -> {
                    workOff(results);
                    return null;
                }));
            }
            await(ends);
        } finally {
            workers.shutdownNow();
        }
    }

    /** Until all workers have ended; the first that fails stops the others. */
    private void await(List<Future<?>> ends) throws IOException, InterruptedException {
        Throwable failure = null;
        for (Future<?> end : ends) {
            try {
                end.get();
            } catch (ExecutionException e) {
                stop();
                failure = failure == null ? e.getCause() : failure;
            }
        }
        if (failure instanceof IOException io) {
            throw io;
        }
        if (failure != null) {
            throw new IllegalStateException("a study's worker failed", failure);
        }
    }

    private void workOff(ResultsFile results) throws IOException, InterruptedException {
        for (Cell cell = next(); cell != null; cell = next()) {
            CellResult result = result(cell);
            if (result != null) {
                synchronized (results) {
                    results.add(result);
                    synchronized (observer) {
                        observer.onEnd(result, List.copyOf(results.all()));
                    }
                }
                if (result.isDone()) {
                    tidy(cell);
                }
            }
        }
    }

    /** What a run leaves is in its result; its folder goes. */
    private void tidy(Cell cell) throws IOException {
        if (!plan.settings().keepRuns() && Files.exists(cell.folder())) {
            synchronized (folders) {
                delete(cell.folder());
                deleteEmptyParents(cell.folder());
            }
        }
    }

    private @Nullable Cell next() {
        synchronized (waiting) {
            return stopping ? null : waiting.poll();
        }
    }

    private boolean isStopping() {
        synchronized (waiting) {
            return stopping;
        }
    }

    /** The cell's result; null if it was stopped before it had one. */
    private @Nullable CellResult result(Cell cell) throws IOException, InterruptedException {
        boolean resume = Inventory.holdsRun(cell.folder());
        String reason = "";
        int attempts = 0;
        while (attempts <= plan.settings().retries()) {
            attempts++;
            if (CellDistiller.isComplete(cell.folder())) {
                return distiller.distil(cell, attempts, clock.instant().toString());
            }
            Ending ending = attempt(cell, attempts, resume);
            switch (ending.kind()) {
                case DONE -> {
                    return distiller.distil(cell, attempts, clock.instant().toString());
                }
                case STOPPED -> {
                    stop();
                    return null;
                }
                case FAILED -> {
                    reason = ending.reason();
                    if (isStopping()) {
                        return null;
                    }
                    if (attempts <= plan.settings().retries()) {
                        delete(cell.folder());
                        resume = false;
                    }
                }
            }
        }
        return CellResult.failed(
                cell, reason, attempts, distiller.troupe(), clock.instant().toString());
    }

    private Ending attempt(Cell cell, int attempt, boolean resume) throws IOException, InterruptedException {
        synchronized (folders) {
            Files.createDirectories(cell.folder());
            Files.writeString(cell.configurationFile(), cell.configuration());
        }
        synchronized (observer) {
            observer.onBegin(cell, attempt, resume);
        }
        return launcher.run(cell, resume, step -> {
            synchronized (observer) {
                observer.onUpdate(cell, step);
            }
        });
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // held by this very process
        }
    }

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** The folders of variant, tasks and runs, once they hold nothing. */
    private static void deleteEmptyParents(Path folder) throws IOException {
        Path parent = folder.getParent();
        for (int level = 0; level < 3 && parent != null && isEmpty(parent); level++) {
            Files.delete(parent);
            parent = parent.getParent();
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }
}
