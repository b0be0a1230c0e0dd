package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.config.SettingsLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the verbs of a cluster are given wrongly. */
class NodeVerbTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "node                                              | --join is missing — give the HOST:PORT of a run's node",
                "node --join 10.0.0.5                              | --join: '10.0.0.5' is no HOST:PORT",
                "node --join 10.0.0.5:7355,oops                    | --join: 'oops' is no HOST:PORT",
                "node --join a:1 --drain -1                        | --drain must be 0 or more",
                "node --join a:1 --port 65536                      | --port = 65536",
                "node --join a:1 --weight-port -1                  | --weight-port = -1",
                "node --join a:1 --host ''                         | --host = ",
                "node --join a:1 --roles miner                     | --roles miner — expected one or more of learner, rollout",
                "node --join a:1 --run runs/first                  | --run is for a node that may be the learner",
                "node --roles learner                              | add --run DIR",
                "node --roles learner,verifier --join a:1          | add --run DIR",
                "node --join a:1 --drain soon                      | --drain",
                "cluster status                                    | --join",
                "cluster status --join nowhere                     | --join: 'nowhere' is no HOST:PORT",
                "cluster status --join a:1 --timeout 0             | --timeout must be at least 1",
                "cluster status --join a:1 --host ''               | host = ",
                "train --nodes 0 --dry-run                         | --nodes 0 — expected 1 or more",
                "train --nodes -3 --dry-run                        | --nodes -3 — expected 1 or more",
                "train --nodes 2 --dry-run --set run.deterministic=true | --nodes and run.deterministic = true do not go together",
                "train --standby --dry-run                         | add --run DIR"
            })
    void aUsageErrorIsOneLineThatNamesTheOption(String command, String expected) {
        var verb = Invocation.of(Stream.of(command.strip().split(" +"))
                .map(word -> word.replace("''", ""))
                .toArray(String[]::new));

        assertThat(verb.err()).startsWith("troupe: ").contains(expected.strip()).doesNotContain("\tat ");
        assertThat(verb.exitCode()).as(verb.err()).isEqualTo(2);
        assertThat(verb.out()).isEmpty();
    }

    @Test
    void nodesOfOnesOwnDoNotGoWithServersThatSample() {
        var train = Invocation.of(
                "train",
                "--dry-run",
                "--nodes",
                "2",
                "--set",
                "rollout.engine=remote",
                "--set",
                "rollout.remote.urls=[\"http://127.0.0.1:9\"]");

        assertThat(train.exitCode()).isEqualTo(2);
        assertThat(train.err()).contains("--nodes and rollout.engine = remote do not go together");
    }

    @Test
    void withNodesOfItsOwnAProcessOnlyLearns() throws IOException {
        var dry = Invocation.of("train", "--nodes", "2", "--dry-run");

        assertThat(dry.exitCode()).as(dry.err()).isZero();
        Path printed = Files.writeString(folder.resolve("printed.conf"), dry.out());
        var cluster = new SettingsLoader().file(printed).load().settings().cluster();
        assertThat(cluster.roles()).containsExactly("learner");
    }

    @Test
    void aNodeThatMayBeTheLearnerStandsByAtItsRunWhichIsOver() throws IOException {
        Files.writeString(folder.resolve("summary.json"), "{}");
        var node = Invocation.of("node", "--roles", "learner,verifier", "--run", folder.toString(), "--port", "0");

        assertThat(node.exitCode()).as(node.err()).isZero();
        assertThat(node.out()).contains("the run in " + folder + " came to its end; there is nothing to take over");
    }

    @Test
    void whatANodeIsGivenHoldsForTheLearnerThatItStandsByAs() {
        var node = Invocation.of("node", "--roles", "learner", "--run", folder.toString(), "--port", "70000");

        assertThat(node.exitCode()).isEqualTo(2);
        assertThat(node.err()).contains("cluster.port = 70000");
    }

    @Test
    void nobodyAnswersIsSaidWithTheAddresses() {
        var status = Invocation.of("cluster", "status", "--join", "127.0.0.1:1", "--timeout", "1");

        assertThat(status.exitCode()).isEqualTo(1);
        assertThat(status.err()).contains("no answer from 127.0.0.1:1 within 1 s", "cluster.host and cluster.port");
        assertThat(Arrays.asList(status.out().split("\n"))).containsExactly("");
    }
}
