package io.troupe.verifier;

import java.util.HashSet;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
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
                add(found, family);
            }
            ServiceLoader.load(Environment.class, loader).stream()
                    .forEach(provider -> add(found, EnvironmentFamily.of(provider.type())));
        } catch (ServiceConfigurationError error) {
            throw new TaskFamilyException(
                    "a task family could not be loaded: " + error.getMessage() + ". Rebuild or remove its plug-in.",
                    error);
        }
        return new TaskFamilies(found);
    }

    /**
     * These families and others.
     *
     * @param others the others
     * @return all of them
     * @throws TaskFamilyException if an id is taken twice
     */
    public TaskFamilies plus(List<TaskFamily> others) {
        SortedMap<String, TaskFamily> all = new TreeMap<>(families);
        for (TaskFamily other : others) {
            if (all.putIfAbsent(other.id(), other) != null) {
                throw new TaskFamilyException(
                        "two task families call themselves '" + other.id() + "'. Remove one of the plug-ins.", null);
            }
        }
        return new TaskFamilies(all);
    }

    private static void add(SortedMap<String, TaskFamily> found, TaskFamily family) {
        TaskFamily earlier = found.putIfAbsent(family.id(), family);
        if (earlier != null) {
            throw new TaskFamilyException(
                    "two task families call themselves '%s': %s and %s. Remove one of the plug-ins."
                            .formatted(family.id(), provider(earlier), provider(family)),
                    null);
        }
    }

    private static String provider(TaskFamily family) {
        return family instanceof EnvironmentFamily environment
                ? environment.type().getName()
                : family.getClass().getName();
    }

    /**
     * One entry of a configuration's list of tasks.
     *
     * @param name what its tasks are called in the run: the family's id, or a name of its own where a family occurs twice
     * @param family the family's id
     * @param options the family's options as a JSON object; empty for none
     */
    public record Entry(String name, String family, String options) {}

    /**
     * The families of a run: each under its name and with its options.
     *
     * @param entries the list, each name once
     * @return these families and, under their ids, those that no entry configures
     * @throws TaskFamilyException if an entry names a family that there is not, or a name is taken twice
     * @throws OptionsException if options don't fit; the message names the entry and the key
     */
    public TaskFamilies configured(List<Entry> entries) {
        SortedMap<String, TaskFamily> all = new TreeMap<>(families);
        Set<String> names = new HashSet<>();
        for (Entry entry : entries) {
            TaskFamily family = get(entry.family());
            if (!names.add(entry.name())) {
                throw new TaskFamilyException(
                        "two entries of tasks are called '" + entry.name() + "': give one of them another name", null);
            }
            TaskFamily configured;
            try {
                configured = family.configuredFrom(entry.options());
            } catch (OptionsException e) {
                throw new OptionsException("tasks, " + entry.name() + ": " + e.getMessage(), e);
            }
            all.put(
                    entry.name(),
                    entry.name().equals(configured.id()) ? configured : new NamedFamily(entry.name(), configured));
        }
        return new TaskFamilies(all);
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
