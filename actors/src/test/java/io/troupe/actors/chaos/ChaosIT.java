package io.troupe.actors.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.chaos.RunAudit.Findings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run with one learner, one that stands by, three rollout and two verifier nodes, to which something is done every few seconds: nodes are killed, stopped, cut
 * off, asked to leave, and started again. What is done follows from a seed and is printed. Afterwards the batches, the ledger and the weights must agree.
 *
 * <p>{@code -Dtroupe.chaos.seconds=300} makes it longer, {@code -Dtroupe.chaos.seed=N} another; docs/cluster.md has what came out.
 */
class ChaosIT {

    private static final int SECONDS = Integer.getInteger("troupe.chaos.seconds", 25);
    private static final long SEED = Long.getLong("troupe.chaos.seed", 1);
    private static final int BATCH = 12;
    private static final int GROUP = 8;
    private static final int LEARNED_FROM_SECONDS = 240;
    private static final List<String> ROLLOUTS = List.of("rollout-1", "rollout-2", "rollout-3");
    private static final List<String> VERIFIERS = List.of("verifier-1", "verifier-2");

    /** Something that is undone later. */
    private record Later(long atNanos, String what, Act act) implements Comparable<Later> {
        @Override
        public int compareTo(Later other) {
            return Long.compare(atNanos, other.atNanos);
        }
    }

    @FunctionalInterface
    private interface Act {
        void run() throws Exception;
    }

    private final Random random = new Random(SEED);
    private final PriorityQueue<Later> later = new PriorityQueue<>();
    private final Queue<String> bag = new ArrayDeque<>();
    private final long begun = System.nanoTime();
    private String learner = "learner-a";
    private int takeovers;
    private double longestTakeover;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @Test
    void whateverHappensToNodesTheRunTrainsEveryGroupOnceOnWhatWasJudged() throws Exception {
        Optional<Network> network = Network.create();
        try (Network net = network.orElse(null);
                TrialCluster cluster = new TrialCluster(folder, net, settings())) {
            try {
                cluster.startLearner();
                for (String name : ROLLOUTS) {
                    cluster.startNode(name, "rollout");
                }
                for (String name : VERIFIERS) {
                    cluster.startNode(name, "verifier");
                }
                assertThat(cluster.events().awaitStep(1, Duration.ofMinutes(2)))
                        .as("the run begins")
                        .isTrue();
                cluster.startLearner();
                disturb(cluster, net);
                settle(cluster);
            } catch (Exception | AssertionError e) {
                System.out.println(cluster.lastWords());
                throw e;
            }
            examine(cluster);
        }
    }

    private static List<String> settings() {
        return List.of(
                "train.steps=100000",
                "train.batch-groups=" + BATCH,
                "rollout.group-size=" + GROUP,
                "rollout.slots=48",
                "train.checkpoint-every=5",
                "train.learning-rate=0.0003",
                "run.seed=" + SEED);
    }

    private void disturb(TrialCluster cluster, @Nullable Network net) throws Exception {
        say("seed " + SEED + ", " + SECONDS + " s" + (net == null ? ", without namespaces: no link is cut" : ""));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (System.nanoTime() < end) {
            pass(2 + random.nextInt(4));
            act(cluster, net);
        }
        while (!later.isEmpty()) {
            pass(1);
        }
    }

    /** Time passes, and what is due is undone. */
    private void pass(int seconds) throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < until) {
            Later due = later.peek();
            if (due != null && due.atNanos() <= System.nanoTime()) {
                later.remove();
                say(due.what());
                due.act().run();
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private void act(TrialCluster cluster, @Nullable Network net) throws Exception {
        if (bag.isEmpty()) { // each kind once before any comes twice
            List<String> kinds = new java.util.ArrayList<>(List.of(
                    "kill rollout", "kill verifier", "stop rollout", "stop verifier", "leave rollout", "kill learner"));
            if (net != null) {
                kinds.addAll(List.of("cut rollout", "cut verifier", "cut learner"));
            }
            java.util.Collections.shuffle(kinds, random);
            bag.addAll(kinds);
        }
        String kind = bag.remove();
        if (kind.endsWith("learner")) {
            if (kind.startsWith("kill")) {
                killLearner(cluster);
            } else {
                cut(cluster, learner, 3);
            }
            return;
        }
        boolean rollout = kind.endsWith("rollout");
        String name = rollout
                ? ROLLOUTS.get(random.nextInt(ROLLOUTS.size()))
                : VERIFIERS.get(random.nextInt(VERIFIERS.size()));
        if (later.stream().anyMatch(undo -> undo.what().contains(name))) {
            return; // something is done to it already
        }
        String role = rollout ? "rollout" : "verifier";
        int seconds = 3 + random.nextInt(7);
        switch (kind.substring(0, kind.indexOf(' '))) {
            case "kill" -> {
                say("SIGKILL " + name);
                cluster.node(name).kill();
                undo(seconds, "start " + name, () -> cluster.startNode(name, role));
            }
            case "stop" -> {
                say("SIGSTOP " + name);
                cluster.node(name).signal("STOP");
                undo(seconds, "SIGCONT " + name, () -> cluster.node(name).signal("CONT"));
            }
            case "leave" -> {
                say("SIGTERM " + name);
                cluster.node(name).signal("TERM");
                undo(12, "start " + name, () -> {
                    assertThat(cluster.node(name).await(Duration.ofSeconds(20)))
                            .as("exit code of %s, which was asked to leave", name)
                            .isZero();
                    cluster.startNode(name, role);
                });
            }
            default -> cut(cluster, name, seconds);
        }
    }

    private void cut(TrialCluster cluster, String name, int seconds) throws IOException {
        Network.Host host = cluster.host(name);
        say("cut the link of " + name);
        host.cut();
        undo(seconds, "mend the link of " + name, host::heal);
    }

    private void killLearner(TrialCluster cluster) throws Exception {
        say("SIGKILL " + learner);
        Instant killed = Instant.now();
        cluster.node(learner).kill();
        var resumed = cluster.events().await(killed, Duration.ofMinutes(1), event -> event.is("resumed", ""));
        assertThat(resumed).as("another takes the run over").isPresent();
        double took = Duration.between(killed, resumed.get().time()).toMillis() / 1000.0;
        takeovers++;
        longestTakeover = Math.max(longestTakeover, took);
        learner = "learner-" + (char) ('a' + takeovers % 3);
        say(learner + " goes on after " + took + " s: " + resumed.get().message());
        cluster.startLearner();
    }

    private void undo(int seconds, String what, Act act) {
        later.add(new Later(System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds), what, act));
    }

    /** Everybody is there again; the run gets on, and is ended. */
    private void settle(TrialCluster cluster) throws Exception {
        long steps = cluster.events().steps();
        assertThat(cluster.events().awaitStep(steps + 4, Duration.ofSeconds(90)))
                .as("the run gets on after all that")
                .isTrue();
        say("ending the run after update " + cluster.events().steps());
        assertThat(cluster.interrupt(learner, Duration.ofMinutes(1)))
                .as("exit code of a run that was interrupted")
                .isEqualTo(3);
    }

    private void examine(TrialCluster cluster) throws Exception {
        Findings findings = RunAudit.of(cluster.run(), BATCH, GROUP);
        say(findings + "; " + takeovers + " takeovers, the longest after " + longestTakeover + " s");
        assertThat(findings.twice()).as("groups trained twice").isZero();
        assertThat(findings.lost()).as("groups lost").isZero();
        assertThat(findings.unjudged()).as("trained without a verdict").isZero();
        assertThat(findings.discarded().keySet()).isSubsetOf("too-stale");
        assertThat(longestTakeover).isLessThan(30);
        RunAudit.replay(cluster.run());
        double[] rewards = cluster.events().rewards();
        int part = Math.max(1, rewards.length / 5);
        double first = Arrays.stream(rewards).limit(part).average().orElseThrow();
        double last =
                Arrays.stream(rewards).skip(rewards.length - part).average().orElseThrow();
        say("replayed bit for bit; reward of the first fifth " + first + ", of the last " + last);
        if (SECONDS >= LEARNED_FROM_SECONDS) {
            assertThat(last).as("the policy learned").isGreaterThan(first + 0.3);
        }
    }

    private void say(String what) {
        System.out.println("chaos " + (System.nanoTime() - begun) / 1_000_000_000 + " s: " + what);
    }
}
