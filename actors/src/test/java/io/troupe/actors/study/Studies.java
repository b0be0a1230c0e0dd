package io.troupe.actors.study;

import io.troupe.actors.config.LoadedStudy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Studies for tests. */
final class Studies {

    private Studies() {}

    /** A study of these variants and seeds. */
    static StudyPlan of(Path folder, String variants, String... assignments) throws IOException {
        Path file = Files.writeString(folder.resolve("study.conf"), """
                study {
                  dir = "%s"
                  baseline = grpo
                  seeds = [1, 2]
                  base { train.steps = 2 }
                  variants = [ %s ]
                }
                """.formatted(folder.resolve("out"), variants));
        return StudyPlan.of(LoadedStudy.read(file, List.of(assignments)));
    }

    /** Two variants. */
    static StudyPlan plan(Path folder, String... assignments) throws IOException {
        return of(
                folder,
                "{ name = grpo, set { objective.name = grpo } }, { name = tr-grpo, set { objective.name = tr-grpo } }",
                assignments);
    }
}
