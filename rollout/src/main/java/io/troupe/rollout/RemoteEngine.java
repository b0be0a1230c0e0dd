package io.troupe.rollout;

import io.troupe.policy.Policy;
import io.troupe.policy.PolicyTokenizer;
import io.troupe.rollout.remote.Completion;
import io.troupe.rollout.remote.CompletionRequest;
import io.troupe.rollout.remote.RemoteException;
import io.troupe.rollout.remote.RemoteException.Kind;
import io.troupe.rollout.remote.RemoteServers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Samples from inference servers. A turn is one request, with all tokens so far as its prompt; tokens and log-probabilities are what the server
 * answers, held to the same rule of when a turn is over as the local engine's.
 *
 * <p>Every token of a turn is of the version that the servers had acknowledged when its request was sent: with adapters a request names its version, and
 * without, new weights wait until no request is in flight. If new weights cannot be delivered nothing is sampled until they are.
 *
 * <p>A turn that cannot be sampled is lost under a name ({@link Sequence#loss}). When many in a row are, {@link #step} throws.
 */
public final class RemoteEngine implements Engine {

    /** So many turns lost in a row, each after all its tries, mean that the servers are gone. */
    private static final int LOST_IN_A_ROW = 16;

    private static final float LARGEST_ROUNDING = 1e-3f;
    private static final float LEAST_LOG_PROBABILITY = -1000;

    private record Turn(Sequence sequence, long version, CompletableFuture<Completion> answer) {}

    private record Arrival(
            Turn turn,
            @Nullable Completion completion,
            @Nullable Throwable failure) {}

    private final RemoteServers servers;
    private final PolicyTokenizer tokenizer;
    private final List<Integer> endOfTurn;
    private final int vocabulary;
    private final TurnRule rule;
    private final int slots;
    private final Runnable arrived;
    private final Set<Sequence> sequences = new LinkedHashSet<>();
    private final Map<Sequence, Turn> turns = new LinkedHashMap<>();
    private final Set<Sequence> held = new LinkedHashSet<>();
    private final Queue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
    private boolean delivered;
    private long version = -1;
    private long tokensSampled;
    private int lostInARow;

    /**
     * An engine that samples nothing until it has been given weights.
     *
     * @param servers stay the caller's
     * @param slots how many sequences at once
     * @param maxLength the most tokens a sequence may have
     * @param arrived called on any thread when {@link #step} has something to do
     */
    public RemoteEngine(RemoteServers servers, Policy policy, int slots, int maxLength, Runnable arrived) {
        this.servers = servers;
        this.slots = slots;
        this.arrived = arrived;
        tokenizer = policy.tokenizer();
        endOfTurn = policy.config().endOfTurnTokens();
        vocabulary = policy.config().vocabularySize();
        rule = new TurnRule(
                tokenizer, endOfTurn, Math.min(maxLength, policy.config().maxPositions()));
    }

    @Override
    public int freeSlots() {
        return slots - sequences.size();
    }

    @Override
    public long version() {
        return version;
    }

    @Override
    public long tokensSampled() {
        return tokensSampled;
    }

    @Override
    public int maxLength() {
        return rule.maxLength();
    }

    @Override
    public boolean hasWork() {
        return !arrivals.isEmpty();
    }

    @Override
    public List<Sequence> start(int[] prompt, SamplingParams sampling, long... seeds) {
        rule.requireRoom(prompt, sampling);
        List<Sequence> started = Sequence.of(prompt, sampling, seeds, sequences.size(), freeSlots());
        sequences.addAll(started);
        started.forEach(this::sample);
        return started;
    }

    @Override
    public void append(Sequence sequence, int[] observation) {
        sequence.append(observation);
        sample(sequence);
    }

    @Override
    public void release(Sequence sequence) {
        if (sequences.remove(sequence)) {
            held.remove(sequence);
            Turn turn = turns.remove(sequence);
            sequence.release();
            if (turn != null) {
                turn.answer().cancel(true);
            }
        }
    }

    /**
     * Takes the answers that have come.
     *
     * @throws IllegalStateException if many turns in a row were lost; the cause is why the last was
     */
    @Override
    public List<Sequence> step() {
        var ended = new ArrayList<Sequence>();
        for (Arrival arrival = arrivals.poll(); arrival != null; arrival = arrivals.poll()) {
            Turn turn = arrival.turn();
            if (turns.remove(turn.sequence(), turn)) {
                take(turn, arrival);
                ended.add(turn.sequence());
            }
        }
        return ended;
    }

    @Override
    public void load(Path weights, long newVersion) throws IOException {
        boolean quiet = servers.delivery().needsQuiet();
        delivered = delivered && !quiet; // with adapters the old version goes on until the new one is there
        if (quiet) {
            awaitQuiet();
        }
        Set<Long> inUse = turns.values().stream().map(Turn::version).collect(Collectors.toSet());
        servers.delivery().deliver(weights, newVersion, inUse);
        version = newVersion;
        delivered = true;
        List<Sequence> waiting = List.copyOf(held);
        held.clear();
        waiting.forEach(this::sample);
    }

    @Override
    public List<String> waiting() {
        return turns.isEmpty() && held.isEmpty()
                ? List.of()
                : List.of(turns.size() + " turns are being sampled by "
                        + servers.settings().servers()
                        + (held.isEmpty() ? "" : ", " + held.size() + " wait for weights to arrive there"));
    }

    @Override
    public void close() {
        List.copyOf(sequences).forEach(this::release);
    }

    private void sample(Sequence sequence) {
        if (!delivered) {
            held.add(sequence);
            return;
        }
        var request = new CompletionRequest(
                servers.delivery().model(version),
                servers.delivery().isAdapted(),
                sequence.tokens(),
                rule.room(sequence),
                sequence.sampling(),
                endOfTurn,
                sequence.seed(),
                false);
        var turn = new Turn(sequence, version, servers.complete(request));
        turns.put(sequence, turn);
        var unused = turn.answer().whenComplete((completion, failure) -> {
            arrivals.add(new Arrival(turn, completion, failure));
            arrived.run();
        });
    }

    private void take(Turn turn, Arrival arrival) {
        try {
            Completion completion = arrival.completion();
            if (completion == null) {
                throw failure(arrival.failure());
            }
            fill(turn, completion);
            lostInARow = 0;
        } catch (RemoteException e) {
            turn.sequence().lose(e.reason());
            lostInARow++;
            if (lostInARow >= LOST_IN_A_ROW) {
                throw new IllegalStateException(
                        lostInARow + " turns in a row could not be sampled, the last because " + e.getMessage(), e);
            }
        }
    }

    private void fill(Turn turn, Completion completion) {
        Sequence sequence = turn.sequence();
        String told = completion.weightVersion();
        if (told != null
                && servers.delivery().needsQuiet()
                && !told.equals(servers.delivery().name(turn.version()))) {
            throw new RemoteException(
                    Kind.WRONG_VERSION,
                    "the server sampled from " + told + " instead of "
                            + servers.delivery().name(turn.version()) + " — was it started anew?");
        }
        int[] tokens = completion.tokens();
        boolean reencoded = tokens == null;
        if (tokens == null) {
            tokens = Reencoding.of(completion, tokenizer);
            sequence.markReencoded();
        }
        for (int i = 0; i < tokens.length; i++) {
            float logProbability = completion.logProbabilities()[i];
            requireSampled(tokens[i], logProbability);
            sequence.sampled(tokens[i], Math.min(0, logProbability), turn.version());
            tokensSampled++;
            if (rule.apply(sequence)) {
                return; // some servers sample a little beyond a stop string before they see it
            }
        }
        if (reencoded && tokens.length > 0 && completion.finish() == Completion.Finish.STOP) {
            sequence.endTurn(Sequence.TurnEnd.STOP_STRING); // such a server keeps the end-of-turn token to itself
            return;
        }
        throw new RemoteException(
                Kind.STOPPED_EARLY,
                "the server ended a turn (" + completion.finish() + ") after " + tokens.length
                        + " tokens, none of which ends it, although " + rule.room(sequence)
                        + " more were allowed — is its context long enough, and does it serve this policy?");
    }

    private void requireSampled(int token, float logProbability) {
        if (token < 0 || token >= vocabulary) {
            throw new RemoteException(
                    Kind.FOREIGN_TOKEN, "token " + token + " is not one of the policy's " + vocabulary);
        }
        if (!(logProbability > LEAST_LOG_PROBABILITY && logProbability < LARGEST_ROUNDING)) {
            throw new RemoteException(
                    Kind.NOT_FINITE, "the log-probability of token " + token + " is " + logProbability);
        }
    }

    /** Waits until every request in flight is answered; the answers are taken by the next {@link #step}. */
    private void awaitQuiet() throws IOException {
        var answers = turns.values().stream().map(Turn::answer).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(answers)
                    .exceptionally(lost -> null)
                    .get(servers.patience().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException("requests are still in flight after " + servers.patience(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while requests were in flight", e);
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IOException("cannot wait for the requests in flight", e);
        }
    }

    private static RemoteException failure(@Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof RemoteException remote
                ? remote
                : new RemoteException(Kind.BROKEN_OFF, "the request failed: " + cause);
    }
}
