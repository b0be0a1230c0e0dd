package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.policy.BpeTrainer;
import io.troupe.policy.NewPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs that need a policy, on one of a few thousand parameters that knows nothing. */
class PolicyVerbsTest {

    @TempDir
    static Path home;

    private static String policy = "";

    @BeforeAll
    static void makeAPolicy() throws IOException {
        policy = home.resolve("policy").toString();
        new NewPolicy(new BpeTrainer.Settings(300, 2, 1e-3), 16, 32, 2, 2, 256, 3)
                .create(Path.of(policy), List.of("What is 1+2? <answer>3</answer>", "one two three"));
    }

    @Test
    void aRunEndsWithItsReportAndEvalGivesTheNumbersOfTheRun() throws IOException {
        Path run = home.resolve("run");

        var train = Invocation.of(
                "train",
                "--run",
                run.toString(),
                "--set",
                "policy.path=" + policy,
                "--set",
                "tasks=[{family=math/arithmetic}, {family=agent/calculator}]",
                "--set",
                "train.steps=2",
                "--set",
                "train.batch-groups=2",
                "--set",
                "rollout.group-size=2",
                "--set",
                "rollout.slots=16",
                "--set",
                "rollout.max-turn-tokens=8",
                "--set",
                "rollout.max-trajectory-tokens=200",
                "--set",
                "evaluation.tasks=6");

        assertThat(train.exitCode()).as(train.err()).isZero();
        assertThat(train.err()).contains("INFO  troupe ");
        assertThat(train.out()).contains("update 2/2  reward ", "Success on held-out tasks", "report.html");
        assertThat(run.resolve("logs").resolve("troupe.log")).content().contains("checkpoint");
        assertThat(run.resolve("report.html")).content().contains("Trajectories", "math/arithmetic");

        var eval = Invocation.of("eval", run.resolve("config.conf").toString(), "--policy", run.toString(), "--json");
        JsonNode summary = JsonLines.JSON.readTree(Files.readString(run.resolve("summary.json")));
        JsonNode measured = JsonLines.JSON.readTree(eval.out());
        assertThat(measured.path("families").size()).isEqualTo(2);
        measured.path("families")
                .properties()
                .forEach(family -> assertThat(family.getValue().path("success").asDouble())
                        .isEqualTo(summary.path("families")
                                .path(family.getKey())
                                .path("after")
                                .asDouble()));

        var again = Invocation.of("train", "--run", run.toString(), "--set", "policy.path=" + policy);
        assertThat(again.exitCode()).isEqualTo(2);
        assertThat(again.err())
                .contains("troupe: run folder " + run + " holds an earlier run; go on with it by --resume");
    }

    @Test
    void evalOfOneFamilyLeavesTheOthersOut() {
        var eval = Invocation.of("eval", "--policy", policy, "--tasks", "3", "--family", "math/arithmetic");

        assertThat(eval.exitCode()).as(eval.err()).isZero();
        assertThat(eval.out()).matches("math/arithmetic  [01]\\.\\d{3}  \\(\\d of 3 tasks\\)\n");
        assertThat(Invocation.of("eval", "--policy", policy, "--family", "math/none")
                        .err())
                .contains("there is no task family math/none");
    }

    @Test
    void logprobsAreOneFewerThanTokensAndSumUpToTheSameForTextAndTokens() throws IOException {
        var text = Invocation.withInput("{\"text\": \"one two\"}", "logprobs", "--policy", policy);
        JsonNode scored = JsonLines.JSON.readTree(text.out());

        assertThat(text.exitCode()).as(text.err()).isZero();
        assertThat(scored.path("tokens")).hasSizeGreaterThan(1);
        assertThat(scored.path("logprobs"))
                .hasSize(scored.path("tokens").size() - 1)
                .allSatisfy(value -> assertThat(value.asDouble()).isNegative());
        var tokens = Invocation.withInput(
                "{\"tokens\": " + scored.path("tokens") + "}\n{\"tokens\": [5]}\n{\"tokens\": []}\n",
                "logprobs",
                "--policy",
                policy);
        assertThat(tokens.out().lines())
                .containsExactly(
                        text.out().strip(), "{\"tokens\":[5],\"logprobs\":[]}", "{\"tokens\":[],\"logprobs\":[]}");
    }

    @Test
    void aLineThatCannotBeScoredIsNamed() {
        assertThat(logprobsError("{\"tokens\": [1, 99999]}"))
                .contains("line 1: \"tokens\" holds 99999 — expected ids from 0");
        assertThat(logprobsError("{}")).contains("line 1: expected either \"text\" or \"tokens\"");
        assertThat(logprobsError("{\"tokens\": " + Collections.nCopies(300, 1) + "}"))
                .contains("300 tokens are more than the policy's 256 positions");
    }

    @Test
    void aPolicyThatIsNotThereIsNamed() {
        String nowhere = home.resolve("nowhere").toString();

        var logprobs = Invocation.of("logprobs", "--policy", nowhere);
        assertThat(logprobs.exitCode()).isEqualTo(1);
        assertThat(logprobs.err()).contains(nowhere).doesNotContain("\tat ");
        var train =
                Invocation.of("train", "--run", home.resolve("other").toString(), "--set", "policy.path=" + nowhere);
        assertThat(train.exitCode()).isEqualTo(2);
        assertThat(train.err()).contains(nowhere).doesNotContain("\tat ");
    }

    private static String logprobsError(String line) {
        return Invocation.withInput(line, "logprobs", "--policy", policy).err();
    }
}
