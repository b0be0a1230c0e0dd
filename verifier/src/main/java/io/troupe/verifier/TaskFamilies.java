package io.troupe.verifier;

import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The task families that can be found. Immutable, safe for any thread. */
public final class TaskFamilies {

    private final SortedMap<String, TaskFamily> families;

    private TaskFamilies(SortedMap<String, TaskFamily> families) {
        this.families = families;
    }

    /**
     * Finds the families on the class path of this class.
     *
     * @return the families
     * @throws TaskFamilyException if one can't be loaded or an id is taken twice
     */
    public static TaskFamilies load() {
        ClassLoader own = TaskFamilies.class.getClassLoader();
        return load(own == null ? ClassLoader.getSystemClassLoader() : own);
    }

    /**
     * Finds the families that a class loader sees, such as one over a folder of plug-ins.
     *
     * @param loader where to look
     * @return the families
     * @throws TaskFamilyException if one can't be loaded or an id is taken twice
     */
    public static TaskFamilies load(ClassLoader loader) {
        SortedMap<String, TaskFamily> found = new TreeMap<>();
        try {
            for (TaskFamily family : ServiceLoader.load(TaskFamily.class, loader)) {
                TaskFamily earlier = found.putIfAbsent(family.id(), family);
                if (earlier != null) {
                    throw new TaskFamilyException(
                            "two task families call themselves '%s': %s and %s. Remove one of the plug-ins."
                                    .formatted(
                                            family.id(),
                                            earlier.getClass().getName(),
                                            family.getClass().getName()),
                            null);
                }
            }
        } catch (ServiceConfigurationError error) {
            throw new TaskFamilyException(
                    "a task family could not be loaded: " + error.getMessage() + ". Rebuild or remove its plug-in.",
                    error);
        }
        return new TaskFamilies(found);
    }

    /**
     * A family by its id.
     *
     * @param id the id
     * @return the family
     * @throws TaskFamilyException if there is none; the message lists those that there are
     */
    public TaskFamily get(String id) {
        @Nullable TaskFamily family = families.get(id);
        if (family == null) {
            throw new TaskFamilyException(
                    "there is no task family '" + id + "'. Known: " + String.join(", ", families.keySet()), null);
        }
        return family;
    }

    /** All families, by id. */
    public List<TaskFamily> all() {
        return List.copyOf(families.values());
    }
}
