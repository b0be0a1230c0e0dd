package io.troupe.actors.study;

import io.troupe.actors.config.LoadedStudy;
import io.troupe.actors.config.StudySettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A study's runs in the order in which they are made: seed by seed, so that all variants can be compared early. Immutable.
 *
 * @param settings what is compared
 * @param directory the study's folder
 * @param cells all runs
 */
public record StudyPlan(StudySettings settings, Path directory, List<Cell> cells) {

    /**
     * The plan of a study.
     *
     * @throws io.troupe.actors.config.SettingsException if the settings of a cell do not fit
     */
    public static StudyPlan of(LoadedStudy study) {
        StudySettings settings = study.settings();
        Path directory = Path.of(settings.dir());
        var cells = new ArrayList<Cell>();
        for (long seed : settings.seeds()) {
            for (StudySettings.Layer tasks : settings.tasks()) {
                for (StudySettings.Layer variant : settings.variants()) {
                    Path folder = directory
                            .resolve("runs")
                            .resolve(tasks.name())
                            .resolve(variant.name())
                            .resolve("seed-" + seed);
                    cells.add(new Cell(
                            tasks.name(),
                            variant.name(),
                            seed,
                            folder,
                            study.cell(tasks, variant, seed).settings()));
                }
            }
        }
        return new StudyPlan(settings, directory, List.copyOf(cells));
    }

    /** How many of the runs have a result among these. */
    public int recorded(Collection<CellResult> results) {
        Set<String> names = results.stream().map(CellResult::name).collect(Collectors.toSet());
        return (int) cells.stream().filter(cell -> names.contains(cell.name())).count();
    }

    /** The file that a line is added to for every run that ended. */
    public Path results() {
        return directory.resolve("results.jsonl");
    }
}
