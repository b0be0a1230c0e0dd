package io.troupe.verifier.openenv;

import io.troupe.verifier.Environment;
import io.troupe.verifier.Levels;
import io.troupe.verifier.OptionsException;
import io.troupe.verifier.SeededTasks;
import io.troupe.verifier.Split;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamily;
import org.jspecify.annotations.Nullable;

/**
 * {@code env/openenv}: an environment in any language behind HTTP, with {@code POST /reset} and {@code POST /step} as OpenEnv has them. Tasks are made from
 * seeds; what the server's opening says decides on which side of the split a task is. A server that fails or is slow fails the episode by name; its failure
 * is never a reward. Safe for any thread.
 */
public final class OpenEnvFamily implements TaskFamily {

    private static final String ID = "env/openenv";
    private static final Levels LEVELS = new Levels(1, 1, 1, "a server has one level");

    private final @Nullable SeededTasks tasks;
    private final String summary;

    /** Without options: no server, no tasks. Found by the service loader. */
    public OpenEnvFamily() {
        tasks = null;
        summary = "an environment behind an HTTP server that speaks OpenEnv's /reset and /step; needs the option urls";
    }

    private OpenEnvFamily(OpenEnvOptions options) {
        var servers = new OpenEnvServers(options);
        servers.greet();
        tasks = new SeededTasks(ID, LEVELS, () -> new OpenEnvEnvironment(servers, options));
        summary = "the environment at " + String.join(", ", options.urls());
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String summary() {
        return summary;
    }

    @Override
    public Levels levels() {
        return LEVELS;
    }

    @Override
    public boolean waits() {
        return true;
    }

    @Override
    public Class<? extends Record> optionsType() {
        return OpenEnvOptions.class;
    }

    @Override
    public TaskFamily configured(Record options) {
        try {
            return new OpenEnvFamily((OpenEnvOptions) options);
        } catch (OpenEnvException e) {
            throw new OptionsException("urls: " + e.getMessage() + " — start the server first", e);
        }
    }

    @Override
    public Task task(Split split, long seed, long index, int level) {
        return requireTasks().task(split, seed, index, level);
    }

    @Override
    public Environment open() {
        return requireTasks().open();
    }

    private SeededTasks requireTasks() {
        SeededTasks configured = tasks;
        if (configured == null) {
            throw new OptionsException(ID + " needs options: at least urls = [\"http://HOST:PORT\"]");
        }
        return configured;
    }
}
