package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerifyVerbTest {

    @Test
    void verdictsComeInTheOrderOfTheLines() {
        var verify = Invocation.withInput("""
                {"gold": "42", "prediction": "<answer>42</answer>"}

                {"gold": 42, "prediction": "<answer>41</answer>"}
                {"gold": "42", "prediction": "I do not know"}
                """, "verify", "--family", "math/arithmetic");

        assertThat(verify.exitCode()).as(verify.err()).isZero();
        List<JsonNode> verdicts = verify.out().lines().map(VerifyVerbTest::json).toList();
        assertThat(verdicts)
                .extracting(verdict -> verdict.path("outcome").asText())
                .containsExactly("CORRECT", "WRONG", "NO_ANSWER");
        assertThat(verdicts.get(0).path("reward").asDouble())
                .isGreaterThan(verdicts.get(1).path("reward").asDouble());
        assertThat(verdicts.get(1).path("extracted").asText()).isEqualTo("41");
        assertThat(verdicts)
                .allSatisfy(verdict -> assertThat(verdict.path("rule").asText()).isNotEmpty());
    }

    @Test
    void aSampledTaskCanBeVerified() {
        String task = Invocation.of("tasks", "sample", "math/arithmetic").out().strip();
        ObjectNode line = JsonLines.JSON.createObjectNode();
        line.set("task", json(task));
        line.put("prediction", "<answer>" + json(task).path("gold").asText() + "</answer>");

        var verify = Invocation.withInput(line.toString(), "verify", "--family", "math/arithmetic");

        assertThat(verify.out()).contains("\"outcome\":\"CORRECT\"");
    }

    @Test
    void severalTurnsAreAnEpisodeWithTheEnvironment() {
        var verify = Invocation.withInput("""
                {"gold": "6", "prediction": ["<call>2*3</call>", "<answer>6</answer>"]}
                {"gold": "6", "prediction": ["<call>2*3</call>"]}
                """, "verify", "--family", "agent/calculator");

        assertThat(verify.out().lines().map(line -> json(line).path("outcome").asText()))
                .containsExactly("CORRECT", "NO_ANSWER");
    }

    @Test
    void aMalformedLineIsNamedInItsPlaceAndTheOthersAreJudged() {
        var broken = Invocation.withInput("""
                {"gold": "1", "prediction": "<answer>1</answer>"}

                {"gold":
                {"gold": "2", "prediction": "<answer>3</answer>"}
                [1]
                {"gold": "3", "prediction": "<answer>3</answer>"}
                """, "verify", "--family", "math/arithmetic");

        assertThat(broken.exitCode()).isEqualTo(2);
        List<JsonNode> verdicts = broken.out().lines().map(VerifyVerbTest::json).toList();
        assertThat(verdicts)
                .extracting(verdict -> verdict.path("outcome").asText())
                .containsExactly("CORRECT", "ERROR", "WRONG", "ERROR", "CORRECT");
        assertThat(verdicts.get(1).path("rule").asText()).startsWith("standard input, line 3: not JSON: ");
        assertThat(verdicts.get(1).path("reward").isNull()).isTrue();
        assertThat(broken.err())
                .startsWith("troupe: standard input, line 3: not JSON: ")
                .contains("(and so with 1 more)");
    }

    @Test
    void whatIsWrongWithALineIsSaid() {
        assertThat(error("[1]")).contains("line 1: expected a JSON object");
        assertThat(error("{\"prediction\": \"x\"}")).contains("line 1: \"gold\" is missing");
        assertThat(error("{\"gold\": \"1\"}")).contains("line 1: \"prediction\" is missing");
        assertThat(error("{\"gold\": \"1\", \"prediction\": 3}")).contains("expected a text or a list of texts");
        assertThat(error("{\"task\": {\"family\": \"x\"}, \"prediction\": \"1\"}"))
                .contains("the task is of x");
    }

    @Test
    void aGraderOrAFamilyIsNeeded() {
        var verify = Invocation.of("verify");

        assertThat(verify.exitCode()).isEqualTo(2);
        assertThat(verify.err()).contains("--family").contains("--grader");
        var both = Invocation.of("verify", "--family", "math/arithmetic", "--grader", "math");
        assertThat(both.exitCode()).isEqualTo(2);
    }

    @Test
    void aGraderThatThereIsNotIsNamedWithThoseThatThereAre() {
        var verify = Invocation.of("verify", "--grader", "mathh");

        assertThat(verify.exitCode()).isEqualTo(2);
        assertThat(verify.err()).contains("there is no grader mathh").contains("known: ");
    }

    private static String error(String line) {
        return Invocation.withInput(line, "verify", "--family", "math/arithmetic")
                .err();
    }

    private static JsonNode json(String line) {
        try {
            return JsonLines.JSON.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
