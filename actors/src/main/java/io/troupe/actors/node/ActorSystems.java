package io.troupe.actors.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.troupe.actors.config.ClusterSettings;
import io.troupe.actors.node.RunFailedException.Kind;
import io.troupe.actors.transport.NodeEngines;
import io.troupe.actors.transport.NodeIdentity;
import io.troupe.actors.transport.NodeTls;
import io.troupe.actors.transport.TlsFilesException;
import io.troupe.actors.transport.TlsFolder;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.remote.artery.tcp.SSLEngineProviderSetup;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the actor system of a node, which may join itself: a cluster of one, which others may join; and ends it. */
final class ActorSystems {

    /** The name of all actor systems, and so of the cluster. */
    static final String NAME = "troupe";

    private static final Logger LOG = LoggerFactory.getLogger(ActorSystems.class);
    private static final Duration RELOAD_AFTER = Duration.ofSeconds(30);
    private static final Duration END_PATIENCE = Duration.ofSeconds(20);

    private ActorSystems() {}

    static <T> ActorSystem<T> start(Behavior<T> guardian, ClusterSettings address) throws RunFailedException {
        return start(guardian, address, tls(address));
    }

    /** @param tls that of {@code address}, as {@link #tls} reads it; null for none */
    static <T> ActorSystem<T> start(Behavior<T> guardian, ClusterSettings address, @Nullable NodeTls tls)
            throws RunFailedException {
        ActorSystem<T> system = create(guardian, address, tls);
        Cluster cluster = Cluster.get(system);
        cluster.manager().tell(new Join(cluster.selfMember().address()));
        return system;
    }

    /** The same without joining anything. */
    static <T> ActorSystem<T> create(Behavior<T> guardian, ClusterSettings address, @Nullable NodeTls tls)
            throws RunFailedException {
        requireFree(address);
        ActorSystem<T> system;
        try {
            Config configuration = configuration(address);
            int maxFrame = configuration
                    .getBytes("pekko.remote.artery.advanced.maximum-frame-size")
                    .intValue();
            system = ActorSystem.create(
                    guardian,
                    NAME,
                    ActorSystemSetup.create(
                            BootstrapSetup.create(configuration),
                            SSLEngineProviderSetup.create(starting -> new NodeEngines(tls, maxFrame))));
        } catch (RuntimeException e) {
            if (bindFailure(e) != null) {
                throw portInUse(address, e);
            }
            throw e;
        }
        return system;
    }

    /**
     * Ends one, and waits for that for 20 s: an environment that hangs holds its thread, and a connection that was being made in that moment has been seen to
     * keep a system from ending. What is left then are daemon threads, which keep no process alive.
     */
    static void end(@Nullable ActorSystem<?> system) throws InterruptedException {
        if (system == null) {
            return;
        }
        system.terminate();
        try {
            system.getWhenTerminated().toCompletableFuture().get(END_PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            LOG.warn("the actors did not end within {} s; an environment may hang", END_PATIENCE.toSeconds());
        } catch (ExecutionException e) {
            LOG.warn("the actors did not end in order", e);
        }
    }

    /** The node's key and certificates, verified; null if it has none. Weights travel with the same. */
    static @Nullable NodeTls tls(ClusterSettings address) throws RunFailedException {
        if (address.tls().isEmpty()) {
            return null;
        }
        NodeTls tls;
        try {
            tls = NodeTls.open(
                    new TlsFolder(Path.of(address.tls())), RELOAD_AFTER, Clock.systemUTC(), System::nanoTime);
        } catch (TlsFilesException e) {
            throw new RunFailedException(Kind.INPUT, "cluster.tls = " + address.tls() + ": " + e.getMessage(), e);
        }
        NodeIdentity identity = tls.identity();
        if (!identity.isFor(address.host())) {
            throw new RunFailedException(
                    Kind.INPUT,
                    "the certificate in cluster.tls = " + address.tls() + " is for "
                            + String.join(", ", identity.hosts())
                            + " and not for cluster.host = " + address.host()
                            + ", under which others reach this node; issue one for it",
                    null);
        }
        return tls;
    }

    private static Config configuration(ClusterSettings address) {
        return ConfigFactory.parseResources(ActorSystems.class, "node.conf")
                .withValue("pekko.remote.artery.canonical.hostname", ConfigValueFactory.fromAnyRef(address.host()))
                .withValue("pekko.remote.artery.canonical.port", ConfigValueFactory.fromAnyRef(address.port()))
                .withValue("pekko.cluster.roles", ConfigValueFactory.fromIterable(address.roles()))
                .withFallback(ConfigFactory.defaultReference())
                .resolve();
    }

    /** Tried before the actor system is made, which would tell it among many other things. */
    private static void requireFree(ClusterSettings address) throws RunFailedException {
        if (address.port() == 0) {
            return;
        }
        try (ServerSocket probe = new ServerSocket(address.port(), 1, InetAddress.getByName(address.host()))) {
            probe.setReuseAddress(true);
        } catch (BindException e) {
            throw portInUse(address, e);
        } catch (UnknownHostException e) {
            throw new RunFailedException(
                    Kind.INPUT, "cluster.host = " + address.host() + " is not a host that is known here", e);
        } catch (IOException e) {
            throw new RunFailedException(
                    Kind.INPUT, "cannot listen on " + address.host() + ":" + address.port() + ": " + e, e);
        }
    }

    private static RunFailedException portInUse(ClusterSettings address, Throwable cause) {
        return new RunFailedException(
                Kind.PORT_IN_USE,
                "port " + address.port() + " of " + address.host()
                        + " cannot be used, another process may have it (" + cause.getMessage()
                        + "); set cluster.port to a free one, or to 0 for any",
                cause);
    }

    private static @Nullable BindException bindFailure(@Nullable Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException bind) {
                return bind;
            }
        }
        return null;
    }
}
