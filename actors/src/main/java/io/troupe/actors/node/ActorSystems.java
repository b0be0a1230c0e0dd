package io.troupe.actors.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.troupe.actors.config.ClusterSettings;
import io.troupe.actors.node.RunFailedException.Kind;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.jspecify.annotations.Nullable;

/** Starts the actor system of a node and lets it join itself: a cluster of one, which others may join. */
final class ActorSystems {

    private static final String NAME = "troupe";

    private ActorSystems() {}

    static <T> ActorSystem<T> start(Behavior<T> guardian, ClusterSettings address) throws RunFailedException {
        requireFree(address);
        ActorSystem<T> system;
        try {
            system = ActorSystem.create(guardian, NAME, configuration(address));
        } catch (RuntimeException e) {
            if (bindFailure(e) != null) {
                throw portInUse(address, e);
            }
            throw e;
        }
        Cluster cluster = Cluster.get(system);
        cluster.manager().tell(new Join(cluster.selfMember().address()));
        return system;
    }

    private static Config configuration(ClusterSettings address) {
        return ConfigFactory.parseResources(ActorSystems.class, "node.conf")
                .withValue("pekko.remote.artery.canonical.hostname", ConfigValueFactory.fromAnyRef(address.host()))
                .withValue("pekko.remote.artery.canonical.port", ConfigValueFactory.fromAnyRef(address.port()))
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
