package io.troupe.actors.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A run by several processes: a learner, others that stand by for it, rollout and verifier nodes; on this machine's loopback interface, or each in a network
 * namespace of its own. Used by one thread.
 */
final class TrialCluster implements AutoCloseable {

    private static final int LEARNERS = 3;

    private final Path folder;
    private final Path run;
    private final @Nullable Network network;
    private final List<String> settings;
    private final List<String> addresses = new ArrayList<>();
    private final SortedMap<String, TroupeProcess> nodes = new TreeMap<>();
    private int learnersMade;

    /** @param settings of the run, as {@code key=value} */
    TrialCluster(Path folder, @Nullable Network network, List<String> settings) throws IOException {
        this.folder = folder;
        this.network = network;
        this.settings = settings;
        run = folder.resolve("run");
        Files.createDirectories(folder);
        for (int i = 0; i < LEARNERS; i++) {
            String host = hostOf(learnerName(i));
            addresses.add(host + ":" + (network == null ? freePort() : 7355));
        }
    }

    Path run() {
        return run;
    }

    RunEvents events() {
        return new RunEvents(run);
    }

    /** Where the learners are or may be, as HOST:PORT. */
    List<String> addresses() {
        return addresses;
    }

    /** Starts the run, or a further process that stands by for it; they take turns at a few addresses. */
    TroupeProcess startLearner() throws IOException {
        int slot = learnersMade % LEARNERS;
        boolean standby = learnersMade > 0;
        learnersMade++;
        String[] address = addresses.get(slot).split(":", 2);
        List<String> arguments = new ArrayList<>(List.of("train", "--plain", "--run", run.toString()));
        if (standby) {
            arguments.add("--standby");
        }
        List<String> keys = new ArrayList<>(List.of(
                "cluster.host=\"" + address[0] + "\"", "cluster.port=" + address[1], "cluster.roles=[learner]"));
        if (!standby) {
            keys.addAll(settings);
        }
        keys.forEach(key -> arguments.addAll(List.of("--set", key)));
        return start(learnerName(slot), arguments);
    }

    TroupeProcess startNode(String name, String roles) throws IOException {
        return start(
                name,
                List.of(
                        "node",
                        "--roles",
                        roles,
                        "--join",
                        String.join(",", addresses),
                        "--host",
                        hostOf(name),
                        "--name",
                        name,
                        "--drain",
                        "3"));
    }

    private TroupeProcess start(String name, List<String> arguments) throws IOException {
        TroupeProcess former = nodes.get(name);
        if (former != null && former.isAlive()) {
            throw new IllegalStateException(name + " is still there");
        }
        List<String> prefix = network == null ? List.of() : network.host(name).prefix();
        TroupeProcess process = TroupeProcess.start(name, folder, prefix, arguments);
        nodes.put(name, process);
        return process;
    }

    TroupeProcess node(String name) {
        TroupeProcess found = nodes.get(name);
        if (found == null) {
            throw new IllegalArgumentException("there is no " + name);
        }
        return found;
    }

    /** The network's end of a node. */
    Network.Host host(String name) throws IOException {
        Network net = network;
        if (net == null) {
            throw new IllegalStateException("there is no network to cut");
        }
        return net.host(name);
    }

    /** What the processes said last, for a test that fails. */
    String lastWords() {
        StringBuilder words = new StringBuilder();
        nodes.values().forEach(node -> words.append(node.lastWords()).append('\n'));
        return words.toString();
    }

    /** Ends the run in order, as Ctrl-C does. */
    int interrupt(String learner, Duration patience) throws IOException, InterruptedException {
        node(learner).signal("TERM");
        return node(learner).await(patience);
    }

    @Override
    public void close() {
        nodes.values().forEach(TroupeProcess::close);
    }

    private String hostOf(String name) throws IOException {
        return network == null ? "127.0.0.1" : network.host(name).address();
    }

    private static String learnerName(int slot) {
        return "learner-" + (char) ('a' + slot);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
