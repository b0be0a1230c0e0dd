package io.troupe.actors.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Real processes. */
class LocalNodesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final Set<ProcessHandle> before = ProcessHandle.current().children().collect(Collectors.toSet());
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(LocalNodes.class);

    /** A node: says its name, and does what it is told. */
    public static final class Node {
        private Node() {}

        public static void main(String[] arguments) throws IOException {
            String name = arguments[2];
            System.out.println("began as " + String.join(" ", arguments));
            switch (arguments[0]) {
                case "fail" -> System.exit(name.equals("node-1") ? 0 : 3);
                case "stay" -> {
                    System.in.transferTo(OutputStream.nullOutputStream());
                    System.out.println("left in order");
                }
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        }
    }

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void listenNoMore() {
        logger.detachAppender(log);
    }

    @Test
    void aNodeThatFailsIsStartedAgainFourTimesInAllAndOneThatLeavesIsNot() throws IOException {
        try (LocalNodes nodes = LocalNodes.start(2, List.of(Node.class.getName(), "fail"), logs())) {
            await().atMost(PATIENCE)
                    .until(() -> messages().stream().anyMatch(said -> said.contains("for the 4th time")));
            assertThat(nodes).isNotNull();
        }

        assertThat(messages())
                .containsExactly(
                        again(),
                        again(),
                        again(),
                        "node-2 ended with exit code 3 for the 4th time; see " + log("node-2"));
        assertThat(lines("node-2")).hasSize(4).containsOnly("began as fail --name node-2");
        assertThat(lines("node-1")).containsExactly("began as fail --name node-1");
    }

    @Test
    void theyLeaveInOrderWhenTheyAreClosed() throws IOException {
        LocalNodes nodes = LocalNodes.start(2, List.of(Node.class.getName(), "stay"), logs());
        await().atMost(PATIENCE)
                .until(() -> lines("node-1").size() == 1 && lines("node-2").size() == 1);
        List<ProcessHandle> running = children();
        assertThat(running).hasSize(2);

        nodes.close();

        assertThat(running).noneMatch(ProcessHandle::isAlive);
        for (String name : List.of("node-1", "node-2")) {
            assertThat(lines(name)).containsExactly("began as stay --name " + name, "left in order");
        }
        assertThat(messages()).isEmpty();
    }

    @Test
    void aNodeThatIsKilledComesBackUnderItsName() throws IOException {
        try (LocalNodes nodes = LocalNodes.start(1, List.of(Node.class.getName(), "stay"), logs())) {
            await().atMost(PATIENCE).until(() -> lines("node-1").size() == 1);
            children().forEach(ProcessHandle::destroyForcibly);

            await().atMost(PATIENCE).until(() -> lines("node-1").size() == 2);
            assertThat(nodes).isNotNull();
        }
        assertThat(lines("node-1"))
                .containsExactly("began as stay --name node-1", "began as stay --name node-1", "left in order");
    }

    /** The processes that this one has started since the test began. */
    private List<ProcessHandle> children() {
        return ProcessHandle.current()
                .children()
                .filter(child -> !before.contains(child))
                .toList();
    }

    private String again() {
        return "node-2 ended with exit code 3 and is started again; see " + log("node-2");
    }

    private List<String> messages() {
        return List.copyOf(log.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private List<String> lines(String name) throws IOException {
        return Files.exists(log(name))
                ? Files.readAllLines(log(name), StandardCharsets.UTF_8).stream()
                        .filter(line -> line.startsWith("began") || line.startsWith("left")) // and not a JVM's warning
                        .toList()
                : List.of();
    }

    private Path log(String name) {
        return logs().resolve(name + ".log");
    }

    private Path logs() {
        return folder.resolve("logs");
    }
}
