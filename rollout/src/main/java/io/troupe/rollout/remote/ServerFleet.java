package io.troupe.rollout.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.rollout.remote.RemoteException.Kind;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The servers that sample: every request goes to the one with the fewest in flight, waits while all are full, and is sent again after a failure that may
 * pass, to another server if there is one. Thread-safe. {@link #close} gives up what is in flight.
 */
@SuppressWarnings("FutureReturnValueIgnored") // every job's own future carries its failure
final class ServerFleet implements AutoCloseable {

    private static final long FIRST_PAUSE_MILLIS = 200;
    private static final long LONGEST_PAUSE_MILLIS = 10_000;

    private static final class Server {
        final ServerConnection connection;
        int inFlight;

        Server(ServerConnection connection) {
            this.connection = connection;
        }
    }

    /** A request and what became of it. */
    private static final class Job {
        final CompletionRequest request;
        final CompletableFuture<Completion> answer = new CompletableFuture<>();
        int failures;

        @Nullable
        Server failedAt;

        Job(CompletionRequest request) {
            this.request = request;
        }
    }

    private final RemoteSettings settings;
    private final Dialect dialect;
    private final List<Server> servers = new ArrayList<>();
    private final Deque<Job> waiting = new ArrayDeque<>();
    private final ScheduledExecutorService pauses = Executors.newSingleThreadScheduledExecutor(runnable -> {
        var thread = new Thread(runnable, "remote-engine-pauses");
        thread.setDaemon(true);
        return thread;
    });
    private boolean closed;

    ServerFleet(RemoteSettings settings, ServerKind kind, HttpClient client) {
        this.settings = settings;
        dialect = Dialect.of(kind);
        settings.servers()
                .forEach(uri -> servers.add(new Server(new ServerConnection(client, uri, settings.apiKey()))));
    }

    /** The servers, in the order of the configuration. */
    List<ServerConnection> connections() {
        return servers.stream().map(server -> server.connection).toList();
    }

    /** Has a turn sampled. The future fails with a {@link RemoteException}; cancelling it gives the request up. */
    CompletableFuture<Completion> complete(CompletionRequest request) {
        var job = new Job(request);
        synchronized (this) {
            waiting.add(job);
        }
        send();
        return job.answer;
    }

    @Override
    public void close() {
        List<Job> left;
        synchronized (this) {
            closed = true;
            left = List.copyOf(waiting);
            waiting.clear();
        }
        left.forEach(job -> job.answer.cancel(false));
        pauses.shutdownNow();
    }

    /** Sends what waits, as far as there is room. */
    private void send() {
        for (Job job = next(); job != null; job = next()) {
            Server server = take(job);
            Job current = job;
            CompletableFuture<JsonNode> exchange =
                    server.connection.post(dialect.path(), dialect.body(job.request), settings.timeout());
            job.answer.whenComplete((done, failure) -> {
                if (failure != null) {
                    exchange.cancel(true); // a lease that ended, or a lost trajectory: the server need not go on
                }
            });
            exchange.thenApply(answer -> dialect.read(answer, current.request))
                    .whenComplete((completion, failure) -> over(server, current, completion, failure));
        }
    }

    private synchronized @Nullable Job next() {
        while (!waiting.isEmpty() && waiting.peek().answer.isDone()) {
            waiting.remove(); // given up while it waited
        }
        boolean room = servers.stream().anyMatch(server -> server.inFlight < settings.maxConcurrent());
        return room && !closed ? waiting.poll() : null;
    }

    private synchronized Server take(Job job) {
        Server chosen = servers.stream()
                .filter(server -> server.inFlight < settings.maxConcurrent())
                .min(Comparator.comparing((Server server) -> server.equals(job.failedAt))
                        .thenComparingInt(server -> server.inFlight))
                .orElse(servers.get(0));
        chosen.inFlight++;
        return chosen;
    }

    private void over(Server server, Job job, @Nullable Completion completion, @Nullable Throwable failure) {
        synchronized (this) {
            server.inFlight--;
        }
        if (completion != null) {
            job.answer.complete(completion);
        } else if (!job.answer.isDone()) {
            failed(server, job, cause(failure));
        }
        send();
    }

    private void failed(Server server, Job job, Throwable failure) {
        boolean again = failure instanceof RemoteException remote
                && remote.kind().isPassing()
                && job.failures < settings.retries();
        if (!again) {
            job.answer.completeExceptionally(failure);
            return;
        }
        long pause = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(20, job.failures));
        pause = Math.max(pause, ((RemoteException) failure).retryAfter().toMillis());
        synchronized (this) {
            job.failures++;
            job.failedAt = server;
            if (closed) {
                job.answer.cancel(false);
                return;
            }
            pauses.schedule(() -> comeBack(job), pause, TimeUnit.MILLISECONDS);
        }
    }

    private void comeBack(Job job) {
        synchronized (this) {
            waiting.addFirst(job);
        }
        send();
    }

    private static Throwable cause(@Nullable Throwable failure) {
        if (failure instanceof CompletionException && failure.getCause() != null) {
            return failure.getCause();
        }
        return failure == null ? new RemoteException(Kind.MALFORMED, "no answer and no failure") : failure;
    }

    /** The longest that one request may take, all its tries taken together, with as much again for waiting. */
    Duration patience() {
        return settings.timeout().multipliedBy(2L * (settings.retries() + 1)).plusSeconds(60);
    }
}
