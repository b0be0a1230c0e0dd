package io.troupe.verifier.isolation;

import io.troupe.proto.v1.CallFailure;
import io.troupe.proto.v1.EnvironmentReply;
import io.troupe.proto.v1.EnvironmentRequest;
import io.troupe.proto.v1.FamilyCatalogue;
import io.troupe.verifier.OptionsException;
import io.troupe.verifier.TaskFamilyException;
import io.troupe.verifier.TaskGenerationException;
import io.troupe.verifier.isolation.EnvironmentFailure.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One child process with environments in it, seen from the parent. Life: started, ready when it has named its families, then it answers calls until it is
 * stopped, by {@link #stop} or because it ran into a limit, or ends by itself. Safe for any thread.
 */
final class EnvironmentProcess {

    private static final Duration START_TIME = Duration.ofSeconds(30);
    private static final Duration EXIT_TIME = Duration.ofMillis(500);
    private static final String OUT_OF_MEMORY = "Terminating due to java.lang.OutOfMemoryError";

    /** Why it ended; the one to blame is the call that was too long or too expensive, if that is known. */
    private record Ending(Kind kind, String what, @Nullable Call blamed) {}

    /** A call that is not answered yet. */
    private static final class Call {
        private final String family;
        private final Account account;
        private final long startNanos = System.nanoTime();
        private final CompletableFuture<EnvironmentReply> reply = new CompletableFuture<>();

        Call(String family, Account account) {
            this.family = family;
            this.account = account;
        }
    }

    /** What an episode used. */
    static final class Account {
        private final AtomicLong cpuNanos = new AtomicLong();

        void reset() {
            cpuNanos.set(0);
        }
    }

    private final int number;
    private final IsolationLimits limits;
    private final Process process;
    private final OutputStream requests;
    private final LastLines lastLines;
    private final Consumer<EnvironmentProcess> onEnd;
    private final CompletableFuture<EnvironmentReply> ready = new CompletableFuture<>();
    private final CompletableFuture<Ending> ending = new CompletableFuture<>();
    private final Map<Long, Call> calls = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();
    private final Account outsideCalls = new Account();
    private final CompletableFuture<Boolean> drained = new CompletableFuture<>();
    private volatile long linesBefore;
    private long cpuBefore;

    private EnvironmentProcess(
            int number,
            IsolationLimits limits,
            Process process,
            Consumer<String> lines,
            Consumer<EnvironmentProcess> onEnd) {
        this.number = number;
        this.limits = limits;
        this.process = process;
        this.requests = process.getOutputStream();
        this.lastLines = new LastLines(lines);
        this.onEnd = onEnd;
    }

    /**
     * Starts a process; returns at once.
     *
     * @param lines is told every line of its standard error
     * @param onEnd is told when it has ended, once, by any thread
     * @throws EnvironmentFailure if the system starts none
     */
    static EnvironmentProcess start(
            int number,
            ChildJvm jvm,
            IsolationLimits limits,
            Consumer<String> lines,
            Consumer<EnvironmentProcess> onEnd) {
        try {
            var started = new EnvironmentProcess(number, limits, jvm.start(), lines, onEnd);
            started.thread("answers", started::readReplies);
            started.thread("errors", started::drainErrors);
            return started;
        } catch (IOException e) {
            throw new EnvironmentFailure(
                    Kind.START, "environment process " + number, "the system starts none: " + e.getMessage());
        }
    }

    private void thread(String name, Runnable work) {
        Thread thread = new Thread(work, "environment-process-" + number + "-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Waits until it is ready and gives its families. */
    FamilyCatalogue awaitReady() {
        EnvironmentReply first = await("environment process " + number, ready, START_TIME, () -> {
            stop(Kind.START, "it was not ready after " + START_TIME.toSeconds() + " s");
        });
        return first.getCatalogue();
    }

    boolean isReady() {
        return wasReady() && isAlive();
    }

    boolean wasReady() {
        return ready.isDone() && !ready.isCompletedExceptionally();
    }

    boolean isAlive() {
        return !ending.isDone();
    }

    long pid() {
        return process.pid();
    }

    /**
     * Asks and waits for the answer.
     *
     * @param family whose call it is
     * @param account what pays for its CPU time
     * @throws EnvironmentFailure if the process ended or was stopped before it answered, or the environment threw
     */
    EnvironmentReply call(String family, Account account, EnvironmentRequest.Builder request) {
        awaitReady();
        if (!isAlive()) {
            throw lost(family);
        }
        long id = ids.incrementAndGet();
        var call = new Call(family, account);
        linesBefore = lastLines.bytes();
        calls.put(id, call);
        try {
            if (isAlive()) {
                send(request.setId(id).build());
            } else {
                call.reply.completeExceptionally(lost(family));
            }
            EnvironmentReply reply = await(
                    family,
                    call.reply,
                    limits.stepTime(),
                    () -> end(new Ending(
                            Kind.WALL_TIME,
                            "a call took longer than " + seconds(limits.stepTime()) + " (verifier.limits.step-time)",
                            call)));
            if (reply.hasFailure()) {
                throw thrown(family, reply.getFailure());
            }
            return reply;
        } finally {
            calls.remove(id);
        }
    }

    /** Stops it; calls that run, and those to come, fail with this kind. */
    void stop(Kind kind, String what) {
        end(new Ending(kind, what, null));
    }

    /** Waits until the system has done with it. */
    void awaitExit() throws InterruptedException {
        process.waitFor();
    }

    /** Holds what it uses against its limits; called now and then by one thread. */
    void watch(ProcessTable processes) {
        if (!isAlive()) {
            return;
        }
        long overdue = System.nanoTime() - limits.stepTime().plus(EXIT_TIME).toNanos();
        for (Call call : calls.values()) { // one that can't even be written to the process
            if (call.startNanos - overdue < 0) {
                end(new Ending(
                        Kind.WALL_TIME,
                        "a call took longer than " + seconds(limits.stepTime()) + " (verifier.limits.step-time)",
                        call));
            }
        }
        ProcessTable.Usage usage = processes.usage(process.pid());
        charge(usage.cpuNanos());
        int allowed =
                limits.subprocesses() + (ChildJvm.hasNamespace() ? 2 : 1); // with itself and what made its namespace
        if (usage.processes() > allowed) {
            stop(
                    Kind.PROCESSES,
                    usage.processes() - allowed + limits.subprocesses() + " child processes, at most "
                            + limits.subprocesses() + " may be (verifier.limits.subprocesses)");
        } else if (usage.threads() > IsolationLimits.THREADS) {
            stop(Kind.PROCESSES, usage.threads() + " threads, at most " + IsolationLimits.THREADS + " may be");
        } else if (usage.memory() > limits.memory()) {
            stop(
                    Kind.MEMORY,
                    mebibytes(usage.memory()) + " held beside a heap of at most " + mebibytes(limits.heap())
                            + " (verifier.limits.heap)");
        } else if (lastLines.bytes() - linesBefore > limits.output()) {
            stop(
                    Kind.OUTPUT,
                    "more than " + limits.output()
                            + " bytes on the standard error within a call (verifier.limits.output)");
        }
    }

    private void charge(long cpuNow) {
        long used = Math.max(0, cpuNow - cpuBefore);
        cpuBefore = Math.max(cpuBefore, cpuNow);
        if (!wasReady()) {
            return; // starting is ours
        }
        List<Call> running = List.copyOf(calls.values());
        if (running.isEmpty()) {
            charge(outsideCalls, used, null);
        }
        running.forEach(call -> charge(call.account, used / running.size(), call));
    }

    private void charge(Account account, long nanos, @Nullable Call call) {
        if (account.cpuNanos.addAndGet(nanos) > limits.cpuTime().toNanos()) {
            end(new Ending(
                    Kind.CPU_TIME,
                    (call == null ? "outside of all calls" : "in one episode") + " it used more than "
                            + seconds(limits.cpuTime()) + " of CPU time (verifier.limits.cpu-time)",
                    call));
        }
    }

    private void send(EnvironmentRequest request) {
        try {
            synchronized (requests) {
                Frames.write(requests, request);
            }
        } catch (IOException e) {
            exited(); // it reads no more
        }
    }

    private void readReplies() {
        try {
            for (byte[] body = Frames.read(process.getInputStream(), limits.output());
                    body != null;
                    body = Frames.read(process.getInputStream(), limits.output())) {
                EnvironmentReply reply = EnvironmentReply.parseFrom(body);
                if (!take(reply)) {
                    stop(Kind.PROTOCOL, "it answered a question that was not asked, number " + reply.getId());
                    return;
                }
            }
        } catch (Frames.TooLongException e) {
            stop(Kind.OUTPUT, e.getMessage() + " (verifier.limits.output)");
        } catch (IOException e) {
            if (process.isAlive()) {
                stop(Kind.PROTOCOL, "what it sent can't be read: " + e.getMessage());
            }
        }
        exited();
    }

    private boolean take(EnvironmentReply reply) {
        if (!ready.isDone()) {
            if (reply.hasFailure()) {
                ready.completeExceptionally(
                        new TaskFamilyException(reply.getFailure().getMessage(), null));
                stop(Kind.START, reply.getFailure().getMessage());
            }
            return reply.hasFailure() || (reply.hasCatalogue() && ready.complete(reply));
        }
        Call call = calls.get(reply.getId());
        return call != null && call.reply.complete(reply);
    }

    /** Its output has ended: it has ended itself, or soon will have. */
    private void exited() {
        try {
            if (process.waitFor(EXIT_TIME.toMillis(), TimeUnit.MILLISECONDS)) {
                drained.completeOnTimeout(false, EXIT_TIME.toMillis(), TimeUnit.MILLISECONDS)
                        .join();
                String last = lastLines.text();
                stop(
                        last.contains(OUT_OF_MEMORY) ? Kind.MEMORY : Kind.EXITED,
                        last.contains(OUT_OF_MEMORY)
                                ? "the heap of " + mebibytes(limits.heap()) + " is full (verifier.limits.heap)"
                                : "it ended with the exit code " + process.exitValue()
                                        + (last.isEmpty() ? "" : "; it last said: " + last));
            } else {
                stop(Kind.PROTOCOL, "it closed its output and went on");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stop(Kind.EXITED, "it closed its output");
        }
    }

    private void drainErrors() {
        try {
            lastLines.drain(process.getErrorStream());
        } catch (IOException e) {
            stop(Kind.EXITED, "its standard error broke: " + e.getMessage());
        } finally {
            drained.complete(true);
        }
    }

    private void end(Ending end) {
        if (!ending.complete(end)) {
            return;
        }
        ProcessTree.kill(process.toHandle());
        ready.completeExceptionally(failure(end, null));
        calls.values().forEach(call -> call.reply.completeExceptionally(failure(end, call)));
        onEnd.accept(this);
    }

    private EnvironmentFailure failure(Ending end, @Nullable Call call) {
        String family = call == null ? "environment process " + number : call.family;
        if (end.blamed() != null && end.blamed() != call) {
            return new EnvironmentFailure(
                    Kind.NEIGHBOUR,
                    family,
                    "its process was stopped because of a session of " + end.blamed().family + ": " + end.kind() + ": "
                            + end.what());
        }
        String then = call == null ? "" : "; environment process " + number + " is replaced";
        return new EnvironmentFailure(end.kind(), family, end.what() + then);
    }

    /** How a session finds its process that has ended between its calls. */
    EnvironmentFailure lost(String family) {
        Ending end = ending.join();
        return new EnvironmentFailure(
                Kind.NEIGHBOUR,
                family,
                "its process was stopped because of "
                        + (end.blamed() == null ? "another session" : "a session of " + end.blamed().family) + ": "
                        + end.kind() + ": " + end.what());
    }

    private <T> T await(String family, CompletableFuture<T> answer, Duration limit, Runnable tooLate) {
        try {
            try {
                return answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                tooLate.run();
                return answer.get(
                        EXIT_TIME.toMillis(), TimeUnit.MILLISECONDS); // it has come after all, or is a failure now
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof EnvironmentFailure failure) {
                throw new EnvironmentFailure(failure);
            }
            if (e.getCause() instanceof TaskFamilyException refused) {
                throw new TaskFamilyException(refused.getMessage(), refused);
            }
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw new EnvironmentFailure(Kind.WALL_TIME, family, "no answer within " + seconds(limit));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stop(Kind.WALL_TIME, "the wait for an answer was given up");
            throw new EnvironmentFailure(Kind.WALL_TIME, family, "the wait for an answer was given up");
        }
    }

    private RuntimeException thrown(String family, CallFailure failure) {
        return switch (failure.getKind()) {
            case CALL_FAILURE_KIND_ARGUMENT -> new IllegalArgumentException(failure.getMessage());
            case CALL_FAILURE_KIND_STATE -> new IllegalStateException(failure.getMessage());
            case CALL_FAILURE_KIND_OPTIONS -> new OptionsException(failure.getMessage());
            case CALL_FAILURE_KIND_GENERATION -> new TaskGenerationException(failure.getMessage());
            case CALL_FAILURE_KIND_LOADING -> new TaskFamilyException(failure.getMessage(), null);
            case CALL_FAILURE_KIND_OUTPUT ->
                new EnvironmentFailure(
                        Kind.OUTPUT,
                        family,
                        failure.getMessage() + ", at most " + limits.output() + " may be (verifier.limits.output)");
            case CALL_FAILURE_KIND_THREW, CALL_FAILURE_KIND_UNSPECIFIED, UNRECOGNIZED ->
                new EnvironmentFailure(Kind.THREW, family, failure.getMessage());
        };
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }

    private static String mebibytes(long bytes) {
        return (bytes >> 20) + " MiB";
    }
}
