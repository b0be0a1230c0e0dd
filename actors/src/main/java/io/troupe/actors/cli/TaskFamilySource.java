package io.troupe.actors.cli;

import io.troupe.actors.config.LoadedSettings;
import io.troupe.actors.config.NearestName;
import io.troupe.actors.config.TaskSettings;
import io.troupe.verifier.Levels;
import io.troupe.verifier.OptionsException;
import io.troupe.verifier.TaskFamilies;
import io.troupe.verifier.TaskFamily;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The task families that there are, and the words for one that is not. */
final class TaskFamilySource {

    private final TaskFamilies families;

    /** These families. */
    TaskFamilySource(TaskFamilies families) {
        this.families = families;
    }

    List<TaskFamily> all() {
        return families.all();
    }

    /** The family of that name; if there is none, an error with the nearest and all known ones. */
    TaskFamily get(String id) {
        if (!ids().contains(id)) {
            throw new VerbException(ExitCode.USAGE, "there is no task family " + id + " — " + advice(id));
        }
        return families.get(id);
    }

    /** The family of that name as options in JSON want it. */
    TaskFamily configured(String id, String options) {
        get(id);
        return families.configured(List.of(new TaskFamilies.Entry(id, id, options)))
                .get(id);
    }

    /** Refuses families and levels that there are not, naming the configuration's line. */
    void check(LoadedSettings loaded) {
        List<TaskSettings> tasks = loaded.settings().tasks();
        for (int i = 0; i < tasks.size(); i++) {
            TaskSettings task = tasks.get(i);
            if (!ids().contains(task.family())) {
                throw loaded.taskProblem(
                        i, "family", "= " + task.family() + ": there is no such family — " + advice(task.family()));
            }
            Levels levels = families.get(task.family()).levels();
            if (task.level() < levels.min() || task.level() > levels.max()) {
                throw loaded.taskProblem(
                        i,
                        "level",
                        "= " + task.level() + ": expected " + levels.min() + " to " + levels.max() + " ("
                                + levels.meaning() + ")");
            }
        }
        for (int i = 0; i < tasks.size(); i++) {
            try {
                families.configured(List.of(loaded.settings().families().get(i)));
            } catch (OptionsException e) {
                throw loaded.taskProblem(i, "options", ": " + e.getMessage());
            }
        }
    }

    /** The level that was asked for, or where the family begins; one that it does not have is wrong usage. */
    static int level(TaskFamily family, @Nullable Integer asked) {
        Levels levels = family.levels();
        int wanted = asked == null ? levels.initial() : asked;
        if (wanted < levels.min() || wanted > levels.max()) {
            throw new VerbException(
                    ExitCode.USAGE,
                    "--level " + wanted + " is not on the scale of " + family.id() + " — expected " + levels.min()
                            + " to " + levels.max() + " (" + levels.meaning() + ")");
        }
        return wanted;
    }

    private String advice(String id) {
        String known = "known: " + String.join(", ", ids());
        return NearestName.of(id, ids())
                .map(name -> "did you mean " + name + "? (" + known + ")")
                .orElse(known);
    }

    private List<String> ids() {
        return families.all().stream().map(TaskFamily::id).toList();
    }
}
