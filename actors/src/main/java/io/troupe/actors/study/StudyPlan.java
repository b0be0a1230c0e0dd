package io.troupe.actors.study;

import io.troupe.actors.config.LoadedStudy;
import io.troupe.actors.config.SettingsException;
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
        requirePorts(settings, cells);
        return new StudyPlan(settings, directory, List.copyOf(cells));
    }

    /** Runs that go on at once cannot listen on one port. */
    private static void requirePorts(StudySettings settings, List<Cell> cells) {
        for (Cell cell : cells) {
            int port = cell.settings().cluster().port();
            if (settings.parallel() > 1 && port != 0) {
                throw SettingsException.of(
                        "study.parallel",
                        "= " + settings.parallel() + " — expected 1, because " + cell.name() + " has cluster.port = "
                                + port + ", and runs that go on at once cannot share a port");
            }
        }
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
