package io.troupe.actors.weights;

import io.troupe.actors.weights.WeightTransferException.Kind;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystemException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * Tries sources in turn until one gives what is wanted: all of them, and those that a busy one names, a round; then a pause, and again. Each node begins
 * with another source, so that they don't all ask the first.
 */
final class Rounds {

    private static final int MOST_SOURCES_A_ROUND = 16;

    /** Something to have from a source. */
    @FunctionalInterface
    interface Attempt<T> {
        T from(Endpoint source) throws IOException;
    }

    private final FetchSettings settings;
    private final FetchObserver observer;

    Rounds(FetchSettings settings, FetchObserver observer) {
        this.settings = settings;
        this.observer = observer;
    }

    <T> T run(String what, List<Endpoint> sources, Attempt<T> attempt)
            throws WeightTransferException, InterruptedException {
        if (sources.isEmpty()) {
            throw new WeightTransferException(Kind.ABSENT, "nobody is named who serves " + what);
        }
        for (int round = 1; ; round++) {
            var failures = new ArrayList<WeightTransferException>();
            Deque<Endpoint> open = new ArrayDeque<>(turned(sources));
            Set<Endpoint> tried = new HashSet<>();
            while (!open.isEmpty() && tried.size() < MOST_SOURCES_A_ROUND) {
                Endpoint source = open.removeFirst();
                if (!tried.add(source)) {
                    continue;
                }
                try {
                    return attempt.from(source);
                } catch (IOException e) {
                    if (e instanceof Call.RefusedException refused) {
                        open.addAll(refused.others());
                    }
                    WeightTransferException failure = understood(source, e);
                    if (failure.kind() == Kind.DISK) {
                        throw failure;
                    }
                    failures.add(failure);
                }
            }
            WeightTransferException all = together(what, failures);
            if (round == settings.rounds() || !all.retriable()) {
                throw all;
            }
            observer.noted(all.getMessage() + "; trying again in "
                    + settings.pauseAfter(round).toMillis() + " ms");
            TimeUnit.NANOSECONDS.sleep(settings.pauseAfter(round).toNanos());
        }
    }

    private List<Endpoint> turned(List<Endpoint> sources) {
        int first = Math.floorMod(settings.node().hashCode(), sources.size());
        var turned = new ArrayList<>(sources.subList(first, sources.size()));
        turned.addAll(sources.subList(0, first));
        return turned;
    }

    private static WeightTransferException understood(Endpoint source, IOException e) throws InterruptedException {
        if (e instanceof ClosedByInterruptException) {
            throw new InterruptedException("interrupted while fetching from " + source);
        }
        if (e instanceof WeightTransferException known) {
            return known;
        }
        if (e instanceof FileSystemException) {
            return new WeightTransferException(
                    Kind.DISK, "cannot write " + e.getMessage(), e); // not the source's fault
        }
        if (e instanceof Call.RefusedException refused) {
            Kind kind = switch (refused.refusal().getKind()) {
                case REFUSAL_KIND_RUN, REFUSAL_KIND_PROTOCOL, REFUSAL_KIND_MALFORMED -> Kind.FOREIGN;
                case REFUSAL_KIND_ABSENT, REFUSAL_KIND_IMPOSSIBLE -> Kind.ABSENT;
                default -> Kind.UNREACHABLE;
            };
            return new WeightTransferException(kind, String.valueOf(e.getMessage()), e);
        }
        if (e instanceof SSLException) {
            return new WeightTransferException(Kind.FOREIGN, source + ": TLS failed: " + e.getMessage(), e);
        }
        String why = e.getMessage() == null ? e.toString() : e.getMessage();
        return new WeightTransferException(Kind.UNREACHABLE, source + ": " + why, e);
    }

    /** One failure for all: of a kind that a further try can help, if it can with any of them. */
    private static WeightTransferException together(String what, List<WeightTransferException> failures) {
        WeightTransferException worst = failures.get(0);
        var reasons = new ArrayList<String>();
        for (WeightTransferException failure : failures) {
            reasons.add(String.valueOf(failure.getMessage()));
            if (failure.retriable() && !worst.retriable()) {
                worst = failure;
            }
        }
        var all = new WeightTransferException(
                worst.kind(), "cannot fetch " + what + ": " + String.join("; ", reasons), worst);
        failures.stream().filter(failure -> failure != failures.get(0)).forEach(all::addSuppressed);
        return all;
    }
}
