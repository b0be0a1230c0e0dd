package io.troupe.actors.transport;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS of a node, whose key and certificates may be replaced while it runs: a new connection looks whether the files of its folder have changed, at most so
 * often, and uses the new ones from then on. Connections that are open stay as they are. Files that can't be used — half replaced, expired — change nothing but
 * the log. Thread-safe.
 */
public final class NodeTls {

    private static final Logger LOG = LoggerFactory.getLogger(NodeTls.class);

    private final TlsFolder folder;
    private final long reloadAfterNanos;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final SSLContext context;
    private List<PemFile> seen;
    private long seenNanos;
    private volatile NodeIdentity identity;
    private SSLContext current;

    private NodeTls(
            TlsFolder folder,
            List<PemFile> files,
            NodeIdentity identity,
            Duration reloadAfter,
            Clock clock,
            LongSupplier nanoTime) {
        this.folder = folder;
        this.reloadAfterNanos = reloadAfter.toNanos();
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.seen = files;
        this.seenNanos = nanoTime.getAsLong();
        this.identity = identity;
        this.current = identity.context();
        this.context = new FollowingContext(this::current, current);
    }

    /**
     * Reads and verifies the files of a folder.
     *
     * @param reloadAfter how often they are looked at again at most
     * @param clock for the validity of certificates
     * @param nanoTime a monotonic clock
     * @throws TlsFilesException if a node could not use them
     */
    public static NodeTls open(TlsFolder folder, Duration reloadAfter, Clock clock, LongSupplier nanoTime)
            throws TlsFilesException {
        List<PemFile> files = folder.contents();
        NodeIdentity identity = NodeIdentity.of(files.get(0), files.get(1), files.get(2), clock.instant());
        folder.warnings().forEach(LOG::warn);
        identity.expiry(clock.instant()).ifPresent(LOG::warn);
        return new NodeTls(folder, files, identity, reloadAfter, clock, nanoTime);
    }

    /** Who the node is now. */
    public NodeIdentity identity() {
        return identity;
    }

    /** A context that follows the files: every socket and engine that it makes uses what is there then. */
    public SSLContext context() {
        return context;
    }

    /** The context of the files as they are now, which does not follow them. */
    synchronized SSLContext current() {
        long now = nanoTime.getAsLong();
        if (now - seenNanos >= reloadAfterNanos) {
            seenNanos = now;
            NodeIdentity changed = changed();
            if (changed != null) {
                identity = changed;
                current = changed.context();
                LOG.info(
                        "new connections use the certificate of {}, valid until {}",
                        Certificates.name(changed.certificate()),
                        changed.certificate().getNotAfter().toInstant());
            }
        }
        return current;
    }

    private @Nullable NodeIdentity changed() {
        try {
            List<PemFile> files = folder.contents();
            if (files.equals(seen)) {
                return null;
            }
            NodeIdentity read = NodeIdentity.of(files.get(0), files.get(1), files.get(2), clock.instant());
            seen = files;
            folder.warnings().forEach(LOG::warn);
            return read;
        } catch (TlsFilesException e) {
            LOG.warn(
                    "the certificates in {} changed, but cannot be used, so the earlier ones stay: {}",
                    folder.path(),
                    e.getMessage());
            return null;
        }
    }
}
