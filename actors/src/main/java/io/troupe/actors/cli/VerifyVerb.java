package io.troupe.actors.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.verifier.Environment;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code troupe verify}: judges predictions as training would. */
@Command(
        name = "verify",
        header = "Judges predictions: JSON Lines in, one verdict a line out, in the same order.",
        description = {
            "",
            "A line is {\"task\": …, \"prediction\": …} with a task of `troupe tasks sample`, or {\"gold\": …, \"prediction\": …}.",
            "A prediction is what the policy wrote after the prompt: a text, or for several turns a list of texts.",
            "A verdict is {\"outcome\", \"reward\", \"extracted\", \"rule\"}. Outcomes: CORRECT, WRONG, NO_ANSWER, UNPARSABLE_ANSWER;",
            "and, with no reward, UNPARSABLE_GOLD, UNDECIDED, ERROR."
        },
        footer = {
            "",
            "Example:",
            "  echo '{\"gold\": \"42\", \"prediction\": \"<answer>42</answer>\"}' | troupe verify --family math/arithmetic"
        })
final class VerifyVerb implements Callable<Integer> {

    private final Surroundings around;

    @Option(names = "--family", required = true, paramLabel = "FAMILY", description = "Whose grader judges.")
    private String family = "";

    VerifyVerb(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws IOException {
        TaskFamily judge = new TaskFamilySource().get(family);
        JsonLines.answer(around, line -> verdict(judge, line));
        return ExitCode.DONE.code();
    }

    private ObjectNode verdict(TaskFamily judge, ObjectNode line) {
        Task task = line.has("task")
                ? TaskJson.read(line.get("task"), family)
                : TaskJson.ofGold(family, JsonLines.required(line, "gold", "\"task\" or \"gold\""));
        List<String> turns = turns(JsonLines.required(line, "prediction", "the policy's text"));
        ObjectNode json = JsonLines.JSON.createObjectNode();
        Verdict verdict = judge(judge, task, turns);
        json.put("outcome", verdict.outcome().name());
        if (verdict.outcome().carriesReward()) {
            json.put("reward", verdict.reward());
        } else {
            json.putNull("reward");
        }
        return json.put("extracted", verdict.extracted()).put("rule", verdict.rule());
    }

    private static Verdict judge(TaskFamily family, Task task, List<String> turns) {
        try (Environment environment = family.open()) {
            environment.reset(task, task.seed());
            for (String turn : turns) {
                if (environment.step(turn) instanceof StepResult.Done done) {
                    return done.verdict();
                }
            }
            return environment.truncated("the prediction ends here");
        }
    }

    private static List<String> turns(JsonNode prediction) {
        if (prediction.isTextual()) {
            return List.of(prediction.asText());
        }
        var turns = new ArrayList<String>();
        for (JsonNode turn : prediction) {
            if (!turn.isTextual()) {
                throw new IllegalArgumentException("\"prediction\" holds " + turn + " — expected texts only");
            }
            turns.add(turn.asText());
        }
        if (!prediction.isArray()) {
            throw new IllegalArgumentException(
                    "\"prediction\" is " + prediction + " — expected a text or a list of texts");
        }
        return turns;
    }
}
