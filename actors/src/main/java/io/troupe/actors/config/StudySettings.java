package io.troupe.actors.config;

import static io.troupe.actors.config.SettingsException.require;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a study compares: the root {@code study} of its configuration. Every variant is run on every set of tasks with every seed. Immutable; what cannot be
 * meant is refused when a record is made.
 *
 * @param dir the study's folder
 * @param baseline the variant that the others are compared with
 * @param seeds the seeds that every variant is run with
 * @param base keys of {@code troupe} that all runs share
 * @param variants what is compared
 * @param tasks on what; one set named {@code default}, which changes nothing, if it is left out
 * @param parallel how many runs at once, each in a process of its own
 * @param retries how often a run that failed is tried again, from its beginning
 * @param keepRuns whether run folders stay once their results are written down
 */
public record StudySettings(
        String dir,
        String baseline,
        List<Long> seeds,
        @WhenAbsent("{}") KeySection base,
        List<Layer> variants,
        @WhenAbsent("[{ name = default }]") List<Layer> tasks,
        @WhenAbsent("1") int parallel,
        @WhenAbsent("1") int retries,
        @WhenAbsent("false") boolean keepRuns) {

    /** Keys that the study sets itself. */
    private static final List<String> OWN = List.of("run.seed", "run.dir");

    public StudySettings {
        seeds = List.copyOf(seeds);
        variants = List.copyOf(variants);
        tasks = List.copyOf(tasks);
        require(!dir.isBlank(), "dir", "\"\"", "expected the study's folder");
        require(!seeds.isEmpty(), "seeds", "[]", "expected at least one seed");
        require(Set.copyOf(seeds).size() == seeds.size(), "seeds", seeds, "expected each seed once");
        checkLayers("variants", variants);
        checkLayers("tasks", tasks);
        List<String> names = variants.stream().map(Layer::name).toList();
        require(
                names.contains(baseline),
                "baseline",
                baseline,
                "expected the name of a variant: " + String.join(", ", names));
        require(parallel >= 1, "parallel", parallel, "expected at least 1");
        require(retries >= 0, "retries", retries, "expected at least 0");
        base.firstSet(OWN).ifPresent(key -> {
            throw SettingsException.of("base." + key, "is set by the study itself — remove it");
        });
    }

    /**
     * A variant, or a set of tasks: a name, and what differs.
     *
     * @param name its name, in tables and in folders
     * @param set keys of {@code troupe}, over those of {@code base}
     */
    public record Layer(String name, @WhenAbsent("{}") KeySection set) {
        public Layer {
            require(
                    name.matches("[A-Za-z0-9][A-Za-z0-9._+=-]*"),
                    "name",
                    name,
                    "expected letters, digits and . _ + = - only, since it names a folder");
            set.firstSet(OWN).ifPresent(key -> {
                throw SettingsException.of("set." + key, "is set by the study itself — remove it");
            });
        }
    }

    private static void checkLayers(String key, List<Layer> layers) {
        require(!layers.isEmpty(), key, "[]", "expected at least one");
        var seen = new HashSet<String>();
        layers.forEach(layer -> require(seen.add(layer.name()), key, layer.name(), "expected each name once"));
    }
}
