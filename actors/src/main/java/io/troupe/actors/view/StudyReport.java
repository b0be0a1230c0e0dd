package io.troupe.actors.view;

import io.troupe.actors.study.CellResult;
import io.troupe.actors.study.Comparison;
import io.troupe.actors.study.Course;
import io.troupe.actors.study.StudyAnalysis;
import io.troupe.actors.study.StudyPlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Writes {@code study.md} and {@code study.html} from a study's results. The page needs no network and no JavaScript. */
public final class StudyReport {

    /** What every table means, in one paragraph. */
    static final String METHOD =
            "Values are means over seeds; in brackets 95 % bootstrap confidence intervals (BCa, 10,000 resamples of the seeds, always the same ones). "
                    + "Differences are to the baseline's run of the same seed, which has the same tasks. Both tests are two-sided and paired by seed: "
                    + "Wilcoxon's signed-rank test (exact up to 16 pairs) and Student's t; Holm corrects over the variants of a table, not over tables.";

    private StudyReport() {}

    /**
     * Writes both, in place of earlier ones.
     *
     * @return the page
     * @throws IOException if the study's folder cannot be written to
     */
    public static Path write(StudyPlan plan, Collection<CellResult> results) throws IOException {
        StudyAnalysis analysis = StudyAnalysis.of(plan, results);
        String name =
                plan.directory().toAbsolutePath().normalize().getFileName().toString();
        replace(plan.directory().resolve("study.md"), markdown(name, analysis));
        return replace(plan.directory().resolve("study.html"), StudyPage.html(name, analysis));
    }

    static String markdown(String name, StudyAnalysis analysis) {
        var text = new StringBuilder("# Study ").append(name).append("\n\n");
        text.append(outline(analysis)).append("\n\n");
        StudyTables.cautions(analysis)
                .forEach(caution -> text.append("**").append(caution).append("**\n\n"));
        text.append(METHOD).append('\n');
        for (String tasks : taskSets(analysis)) {
            text.append("\n## Tasks: ").append(tasks).append("\n");
            tables(analysis, tasks).forEach(table -> text.append('\n').append(table.markdown()));
        }
        if (!analysis.failures().isEmpty()) {
            text.append('\n').append(StudyTables.failures(analysis).markdown());
        }
        return text.toString();
    }

    /** What was compared, in a sentence. */
    static String outline(StudyAnalysis analysis) {
        var settings = analysis.settings();
        return Figures.count(settings.variants().size(), "variant", "variants") + " × "
                + Figures.count(settings.tasks().size(), "set of tasks", "sets of tasks") + " × "
                + Figures.count(settings.seeds().size(), "seed", "seeds") + "; baseline " + settings.baseline() + ". "
                + String.join(", ", analysis.versions()) + ".";
    }

    static List<String> taskSets(StudyAnalysis analysis) {
        return analysis.settings().tasks().stream().map(tasks -> tasks.name()).toList();
    }

    static List<StudyTable> tables(StudyAnalysis analysis, String tasks) {
        var tables = new ArrayList<StudyTable>();
        for (Comparison comparison : analysis.comparisons()) {
            if (comparison.tasks().equals(tasks)) {
                tables.add(
                        StudyTables.comparison(comparison, analysis.settings().baseline()));
            }
        }
        List<Course> courses = courses(analysis, tasks);
        tables.add(StudyTables.courses(courses));
        StudyTable deciles = StudyTables.deciles(courses);
        if (!deciles.rows().isEmpty()) {
            tables.add(deciles);
        }
        return tables;
    }

    static List<Course> courses(StudyAnalysis analysis, String tasks) {
        return analysis.courses().stream()
                .filter(course -> course.tasks().equals(tasks))
                .toList();
    }

    private static Path replace(Path file, String text) throws IOException {
        Path aside = file.resolveSibling(file.getFileName() + ".tmp");
        Files.writeString(aside, text, StandardCharsets.UTF_8);
        return Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
