package io.troupe.actors.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Network namespaces, joined by a bridge: a machine each, as far as the network goes, whose link can be cut. Needs {@code ip} and the rights of root;
 * {@link #create} says whether they are there.
 */
final class Network implements AutoCloseable {

    /** A machine. */
    record Host(String namespace, String device, String address) {

        /** What runs a command there. */
        List<String> prefix() {
            return List.of("ip", "netns", "exec", namespace);
        }

        /** Nothing gets through from here on. */
        void cut() throws IOException {
            ip("link", "set", device, "down");
        }

        void heal() throws IOException {
            ip("link", "set", device, "up");
        }
    }

    private final String id;
    private final String subnet;
    private final SortedMap<String, Host> hosts = new TreeMap<>();

    private Network(long number) {
        id = Long.toString(number % 100_000);
        subnet =
                "10.213." + number % 250 + "."; // one that was left behind by a test that was killed is in nobody's way
    }

    /** An empty network, in which this process is at {@link #ownAddress}; or empty if the system does not let us have one. */
    static Optional<Network> create() {
        Network network = new Network(ProcessHandle.current().pid());
        try {
            ip("link", "add", network.bridge(), "type", "bridge");
            ip("addr", "add", network.ownAddress() + "/24", "dev", network.bridge());
            ip("link", "set", network.bridge(), "up");
            return Optional.of(network);
        } catch (IOException e) {
            System.out.println("no network namespaces here: " + e.getMessage());
            network.close();
            return Optional.empty();
        }
    }

    String ownAddress() {
        return subnet + "1";
    }

    Host host(String name) throws IOException {
        Host known = hosts.get(name);
        if (known != null) {
            return known;
        }
        int number = hosts.size() + 2;
        Host host = new Host("troupe" + id + "-" + name, "tv" + id + "-" + number, subnet + number);
        ip("netns", "add", host.namespace());
        hosts.put(name, host);
        ip("link", "add", host.device(), "type", "veth", "peer", "name", "eth0", "netns", host.namespace());
        ip("link", "set", host.device(), "master", bridge(), "up");
        inside(host, "addr", "add", host.address() + "/24", "dev", "eth0");
        inside(host, "link", "set", "eth0", "up");
        inside(host, "link", "set", "lo", "up");
        return host;
    }

    @Override
    public void close() {
        for (Host host : hosts.values()) {
            attempt("netns", "del", host.namespace());
        }
        attempt("link", "del", bridge());
    }

    private String bridge() {
        return "tb" + id;
    }

    private static void inside(Host host, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("-n", host.namespace()));
        command.addAll(List.of(arguments));
        ip(command.toArray(String[]::new));
    }

    private static void attempt(String... arguments) {
        try {
            ip(arguments);
        } catch (IOException e) {
            System.out.println(e.getMessage());
        }
    }

    private static void ip(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + said.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
