package io.troupe.verifier;

import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The graders that can be found, by name. Immutable, safe for any thread. */
public final class Graders {

    private final SortedMap<String, GraderProvider> providers;

    private Graders(SortedMap<String, GraderProvider> providers) {
        this.providers = providers;
    }

    /**
     * Finds the graders on the class path of this class.
     *
     * @return the graders
     * @throws TaskFamilyException if one can't be loaded or an id is taken twice
     */
    public static Graders load() {
        ClassLoader own = Graders.class.getClassLoader();
        return load(own == null ? ClassLoader.getSystemClassLoader() : own);
    }

    /**
     * Finds the graders that a class loader sees.
     *
     * @param loader where to look
     * @return the graders
     * @throws TaskFamilyException if one can't be loaded or an id is taken twice
     */
    public static Graders load(ClassLoader loader) {
        SortedMap<String, GraderProvider> found = new TreeMap<>();
        try {
            for (GraderProvider provider : ServiceLoader.load(GraderProvider.class, loader)) {
                GraderProvider earlier = found.putIfAbsent(provider.id(), provider);
                if (earlier != null) {
                    throw new TaskFamilyException(
                            "two graders call themselves '%s': %s and %s. Remove one of the plug-ins."
                                    .formatted(
                                            provider.id(),
                                            earlier.getClass().getName(),
                                            provider.getClass().getName()),
                            null);
                }
            }
        } catch (ServiceConfigurationError error) {
            throw new TaskFamilyException(
                    "a grader could not be loaded: " + error.getMessage() + ". Rebuild or remove its plug-in.", error);
        }
        return new Graders(found);
    }

    /**
     * A grader by its id.
     *
     * @param id the id
     * @return who provides it
     * @throws TaskFamilyException if there is none; the message lists those that there are
     */
    public GraderProvider get(String id) {
        @Nullable GraderProvider provider = providers.get(id);
        if (provider == null) {
            throw new TaskFamilyException(
                    "there is no grader '" + id + "'. Known: " + String.join(", ", providers.keySet()), null);
        }
        return provider;
    }

    /** All graders, by id. */
    public List<GraderProvider> all() {
        return List.copyOf(providers.values());
    }
}
