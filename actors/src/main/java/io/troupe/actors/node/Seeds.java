package io.troupe.actors.node;

import io.troupe.actors.weights.Endpoint;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a run may be found: addresses as {@code HOST:PORT}. A name may stand for several machines. A node answers only under the address that it calls its own
 * (its {@code cluster.host}), hence each is tried by its name and by every address of it.
 */
record Seeds(List<Endpoint> endpoints) {

    private static final Logger LOG = LoggerFactory.getLogger(Seeds.class);

    Seeds {
        endpoints = List.copyOf(endpoints);
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("there is no address to join");
        }
    }

    /**
     * Reads addresses, each of which may be a list with commas.
     *
     * @throws IllegalArgumentException naming the one that is none
     */
    static Seeds parse(List<String> texts) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (String text : texts) {
            for (String one : text.split(",", -1)) {
                endpoints.add(Endpoint.parse(one.strip()));
            }
        }
        return new Seeds(endpoints);
    }

    /** All names and addresses, as HOST:PORT. Blocks while names are looked up; a name that is not known now may be known later. */
    List<String> resolve() {
        Set<String> found = new LinkedHashSet<>();
        for (Endpoint endpoint : endpoints) {
            found.add(endpoint.toString());
            try {
                for (InetAddress address : InetAddress.getAllByName(endpoint.host())) {
                    found.add(new Endpoint(address.getHostAddress(), endpoint.port()).toString());
                }
            } catch (UnknownHostException e) {
                // looked up again with the next round
                LOG.debug("{} is not known", endpoint.host(), e);
            }
        }
        return List.copyOf(found);
    }

    @Override
    public String toString() {
        return endpoints.stream().map(Endpoint::toString).collect(Collectors.joining(", "));
    }
}
