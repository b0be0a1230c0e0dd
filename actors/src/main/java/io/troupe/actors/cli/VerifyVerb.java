package io.troupe.actors.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.actors.config.NearestName;
import io.troupe.actors.node.Plugins;
import io.troupe.verifier.Environment;
import io.troupe.verifier.Grader;
import io.troupe.verifier.GraderProvider;
import io.troupe.verifier.Graders;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.RewardComponent;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamilies;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code troupe verify}: judges predictions as training would. */
@Command(
        name = "verify",
        header = "Judges predictions: JSON Lines in, one verdict a line out, in the same order.",
        description = {
            "",
            "With --grader a line is {\"gold\": …, \"prediction\": …}: two texts.",
            "With --family it is {\"task\": …, \"prediction\": …} with a task of `troupe tasks sample`, or gold and prediction;",
            "a prediction is what the policy wrote after the prompt: a text, or for several turns a list of texts.",
            "A verdict is {\"outcome\", \"reward\", \"extracted\", \"rule\"}, and \"components\" and \"metrics\" where there are several.",
            "Outcomes: CORRECT, WRONG, NO_ANSWER, UNPARSABLE_ANSWER; and, with no reward, UNPARSABLE_GOLD, UNDECIDED, ERROR.",
            "A line that is no such object gets an ERROR whose rule says what is wrong with it; the others are judged all the same,",
            "and the exit code is 2. Blank lines get no verdict."
        })
final class VerifyVerb implements Callable<Integer> {

    private static final class Judge {
        @Option(
                names = "--grader",
                required = true,
                paramLabel = "GRADER",
                description = "Which grader judges; listed below.")
        private @Nullable String grader;

        @Option(
                names = "--family",
                required = true,
                paramLabel = "FAMILY",
                description = "Whose environment judges: `troupe tasks` lists them.")
        private @Nullable String family;
    }

    private final Surroundings around;

    @ArgGroup(multiplicity = "1")
    private Judge judge = new Judge();

    @Option(
            names = "--profile",
            paramLabel = "PROFILE",
            description = "The grader's profile (default: its first, listed below).")
    private @Nullable String profile;

    @Option(
            names = "--options",
            paramLabel = "JSON",
            defaultValue = "{}",
            description = "The family's options, as in a configuration's tasks (default: ${DEFAULT-VALUE}).")
    private String options = "{}";

    @Mixin
    private FamilyOption familyOption = new FamilyOption();

    VerifyVerb(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws Exception {
        try (Plugins plugins = familyOption.open()) {
            JsonLines.answerAll(
                    around, judge(plugins.families()), why -> toJson(Verdict.withoutReward(Outcome.ERROR, why)));
        }
        return ExitCode.DONE.code();
    }

    /** What help says at its end: every grader with its profiles and its gold. */
    static String graders() {
        var text = new StringBuilder("\nGraders:\n");
        for (GraderProvider provider : Graders.load().all()) {
            text.append("  %s: %s%n".formatted(provider.id(), provider.summary()));
            text.append("    profiles: %s%n".formatted(String.join(", ", provider.profiles())));
            text.append("    gold: %s%n".formatted(provider.goldFormat().replace("\n", "\n      ")));
        }
        return text.append("\nExamples:\n")
                .append("  echo '{\"gold\": \"1/2\", \"prediction\": \"So it is \\\\boxed{0.5}.\"}'")
                .append(" | troupe verify --grader math\n")
                .append("  echo '{\"gold\": \"42\", \"prediction\": \"<answer>42</answer>\"}'")
                .append(" | troupe verify --family math/arithmetic\n")
                .toString();
    }

    private UnaryOperator<ObjectNode> judge(TaskFamilies families) {
        if (judge.grader != null) {
            GraderProvider provider = provider(judge.grader);
            Grader grader = provider.grader(profileOf(provider));
            return line -> toJson(grader.judge(
                    TaskJson.gold(JsonLines.required(line, "gold", "the right answer")),
                    text(JsonLines.required(line, "prediction", "the policy's text")),
                    provider.budget()));
        }
        if (profile != null) {
            throw new VerbException(ExitCode.USAGE, "--profile goes with --grader, not with --family");
        }
        TaskFamily family = new TaskFamilySource(families).configured(String.valueOf(judge.family), options);
        return line -> toJson(verdict(family, line));
    }

    private static GraderProvider provider(String id) {
        Graders graders = Graders.load();
        List<String> known = graders.all().stream().map(GraderProvider::id).toList();
        if (!known.contains(id)) {
            String advice = NearestName.of(id, known)
                    .map(name -> "did you mean " + name + "? ")
                    .orElse("");
            throw new VerbException(
                    ExitCode.USAGE,
                    "there is no grader " + id + " — " + advice + "known: " + String.join(", ", known)
                            + "; task families without one of their own are judged with --family");
        }
        return graders.get(id);
    }

    private String profileOf(GraderProvider provider) {
        List<String> known = provider.profiles();
        if (profile == null) {
            return known.get(0);
        }
        if (!known.contains(profile)) {
            throw new VerbException(
                    ExitCode.USAGE,
                    "--profile " + profile + ": " + provider.id() + " has no such profile — known: "
                            + String.join(", ", known));
        }
        return profile;
    }

    private static Verdict verdict(TaskFamily family, ObjectNode line) {
        Task task = line.has("task")
                ? TaskJson.read(line.get("task"), family.id())
                : TaskJson.ofGold(family.id(), JsonLines.required(line, "gold", "\"task\" or \"gold\""));
        List<String> turns = turns(JsonLines.required(line, "prediction", "the policy's text"));
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

    static ObjectNode toJson(Verdict verdict) {
        ObjectNode json = JsonLines.JSON.createObjectNode();
        json.put("outcome", verdict.outcome().name());
        if (verdict.outcome().carriesReward()) {
            json.put("reward", verdict.reward());
        } else {
            json.putNull("reward");
        }
        json.put("extracted", verdict.extracted()).put("rule", verdict.rule());
        if (verdict.components().size() > 1) {
            put(json.putObject("components"), verdict.components());
        }
        if (!verdict.metrics().isEmpty()) {
            put(json.putObject("metrics"), verdict.metrics());
        }
        return json;
    }

    private static void put(ObjectNode json, List<RewardComponent> parts) {
        parts.forEach(part -> json.put(part.name(), part.value()));
    }

    private static String text(JsonNode prediction) {
        if (prediction.isTextual()) {
            return prediction.asText();
        }
        throw new IllegalArgumentException("\"prediction\" is " + prediction
                + " — expected a text; an episode of several turns is judged with --family");
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
