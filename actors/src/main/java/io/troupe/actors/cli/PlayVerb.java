package io.troupe.actors.cli;

import io.troupe.actors.node.Plugins;
import io.troupe.verifier.Environment;
import io.troupe.verifier.Message;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.RewardComponent;
import io.troupe.verifier.Split;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.Verdict;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code troupe play}: a person takes the policy's place. */
@Command(
        name = "play",
        header = "Lets you play an environment in the terminal, in the policy's place.",
        description = {
            "",
            "You see what the policy sees, and answer as it does. A turn ends with a line that holds only a dot, or with an",
            "empty line; a task ends with its verdict, and the next begins. Ctrl-D ends the game."
        },
        footer = {
            "",
            "Examples:",
            "  troupe play agent/calculator",
            "  troupe play logic/knights-and-knaves --level 3 --n 1 --gold"
        })
final class PlayVerb implements Callable<Integer> {

    private final Surroundings around;

    @Parameters(paramLabel = "FAMILY", description = "The family's name, as `troupe tasks` lists it.")
    private String family = "";

    @Option(
            names = {"-n", "--n"},
            paramLabel = "N",
            description = "How many tasks (default: until you leave).")
    private @Nullable Integer count;

    @Option(names = "--seed", defaultValue = "1", description = "The stream of tasks (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--level", description = "How hard (default: where the family begins).")
    private @Nullable Integer level;

    @Option(names = "--split", defaultValue = "train", description = "train or evaluation (default: ${DEFAULT-VALUE}).")
    private Split split = Split.TRAIN;

    @Option(
            names = "--options",
            paramLabel = "JSON",
            defaultValue = "{}",
            description = "The family's options, as in a configuration's tasks (default: ${DEFAULT-VALUE}).")
    private String options = "{}";

    @Option(names = "--gold", description = "Show the gold before you answer.")
    private boolean gold;

    @Mixin
    private FamilyOption familyOption = new FamilyOption();

    PlayVerb(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws Exception {
        try (Plugins plugins = familyOption.open()) {
            play(new TaskFamilySource(plugins.families()).configured(family, options));
            return ExitCode.DONE.code();
        }
    }

    private void play(TaskFamily chosen) throws IOException {
        int wanted = TaskFamilySource.level(chosen, level);
        var in = new BufferedReader(new InputStreamReader(around.in(), StandardCharsets.UTF_8));
        int played = 0;
        int right = 0;
        double reward = 0;
        for (long index = 0; count == null || index < count; index++) {
            Verdict verdict = play(chosen, chosen.task(split, seed, index, wanted), in);
            if (verdict == null) {
                break;
            }
            played++;
            right += verdict.outcome() == Outcome.CORRECT ? 1 : 0;
            reward += verdict.reward();
        }
        around.out().printf("%d played, %d correct, reward %s in all%n", played, right, number(reward));
    }

    /** One task to its end; null if the player leaves. */
    private @Nullable Verdict play(TaskFamily chosen, Task task, BufferedReader in) throws IOException {
        heading(task.family() + ", " + task.id());
        try (Environment environment = chosen.open()) {
            say(environment.reset(task, task.seed()));
            if (gold) {
                heading("gold");
                around.out().println(task.gold());
            }
            for (String turn = turn(in); turn != null; turn = turn(in)) {
                StepResult result = environment.step(turn);
                if (result instanceof StepResult.Done done) {
                    show(done.verdict(), task);
                    return done.verdict();
                }
                say(((StepResult.Continue) result).observation());
            }
            return null;
        }
    }

    private void say(List<Message> messages) {
        for (Message message : messages) {
            heading(message.role().equals(Message.ASSISTANT) ? "your turn begins with" : message.role());
            around.out().println(message.content());
        }
    }

    private void show(Verdict verdict, Task task) {
        heading(verdict.outcome().name());
        String reward = verdict.outcome().carriesReward() ? number(verdict.reward()) : "none";
        around.out().println("reward " + reward + parts(verdict.components()) + ": " + verdict.rule());
        if (!verdict.metrics().isEmpty()) {
            around.out().println("measured" + parts(verdict.metrics()));
        }
        if (verdict.outcome() != Outcome.CORRECT) {
            around.out().println("gold: " + task.gold());
        }
        around.out().println();
    }

    /** The lines up to a dot or an empty line; null at the end of the input. */
    private @Nullable String turn(BufferedReader in) throws IOException {
        around.out().print("> ");
        around.out().flush();
        var text = new StringBuilder();
        String line = in.readLine();
        while (line != null && !line.equals(".") && !(line.isEmpty() && text.length() > 0)) {
            text.append(text.length() > 0 ? "\n" : "").append(line);
            line = in.readLine();
        }
        return line == null && text.length() == 0 ? null : text.toString();
    }

    private void heading(String words) {
        around.out().println(around.live() ? "\u001b[1;36m" + words + "\u001b[0m" : "[" + words + "]");
    }

    private static String parts(List<RewardComponent> parts) {
        return parts.stream()
                .map(part -> part.name() + " " + number(part.value()))
                .collect(Collectors.joining(", ", " (", ")"));
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : "%.3f".formatted(value);
    }
}
