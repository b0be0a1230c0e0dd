package io.troupe.verifier;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import org.jspecify.annotations.Nullable;

/**
 * The task family of an environment that stands for itself, with {@link SeededTasks}. Safe for any thread, since every episode has an environment of its
 * own.
 */
final class EnvironmentFamily implements TaskFamily {

    private final Class<? extends Environment> type;
    private final EnvironmentDefinition definition;
    private final Levels levels;
    private final @Nullable Record options;

    private EnvironmentFamily(
            Class<? extends Environment> type, EnvironmentDefinition definition, @Nullable Record options) {
        this.type = type;
        this.definition = definition;
        this.options = options;
        levels = new Levels(
                definition.minLevel(), definition.maxLevel(), definition.initialLevel(), definition.levelMeaning());
    }

    /**
     * The family of a class.
     *
     * @throws TaskFamilyException if the class lacks what {@link EnvironmentDefinition} asks for; the message names it
     */
    static EnvironmentFamily of(Class<? extends Environment> type) {
        EnvironmentDefinition definition = type.getAnnotation(EnvironmentDefinition.class);
        if (definition == null) {
            throw new TaskFamilyException(
                    type.getName() + " is listed as an environment, but lacks the annotation @EnvironmentDefinition"
                            + " that says its id",
                    null);
        }
        if (!definition.id().matches("[\\w.-]+/[\\w./-]+")) {
            throw new TaskFamilyException(
                    type.getName() + ": the id '" + definition.id() + "' must be two words with a slash, such as"
                            + " acme/word-ladder",
                    null);
        }
        try {
            var family = new EnvironmentFamily(type, definition, null);
            if (definition.options() != NoOptions.class) {
                family.constructor(definition.options());
            }
            return family;
        } catch (IllegalArgumentException e) {
            throw new TaskFamilyException(type.getName() + ": " + e.getMessage(), e);
        }
    }

    /** The class that the family is of. */
    Class<? extends Environment> type() {
        return type;
    }

    @Override
    public String id() {
        return definition.id();
    }

    @Override
    public String summary() {
        return definition.summary();
    }

    @Override
    public Levels levels() {
        return levels;
    }

    @Override
    public Class<? extends Record> optionsType() {
        return definition.options();
    }

    @Override
    public TaskFamily configured(Record given) {
        var configured = new EnvironmentFamily(type, definition, given);
        configured.make().close(); // options that the environment refuses are refused here
        return configured;
    }

    @Override
    public Task task(Split split, long seed, long index, int level) {
        return tasks().task(split, seed, index, level);
    }

    @Override
    public Environment open() {
        return tasks().open();
    }

    private SeededTasks tasks() {
        return new SeededTasks(id(), levels, this::make);
    }

    private Environment make() {
        try {
            Record given = options;
            if (given == null || given instanceof NoOptions) {
                return type.getConstructor().newInstance();
            }
            return constructor(given.getClass()).newInstance(given);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof OptionsException refused) {
                throw refused;
            }
            if (e.getCause() instanceof IllegalArgumentException refused && options != null) {
                throw new OptionsException(String.valueOf(refused.getMessage()), refused);
            }
            throw new TaskFamilyException(id() + " (" + type.getName() + ") could not be made: " + e.getCause(), e);
        } catch (ReflectiveOperationException e) {
            throw new TaskFamilyException(
                    id() + " (" + type.getName()
                            + ") could not be made: it needs a public constructor without parameters: " + e,
                    e);
        }
    }

    private Constructor<? extends Environment> constructor(Class<?> optionsType) {
        try {
            return type.getConstructor(optionsType);
        } catch (NoSuchMethodException e) {
            throw new TaskFamilyException(
                    type.getName() + " has the options " + optionsType.getSimpleName()
                            + ", but no public constructor that takes them",
                    e);
        }
    }
}
