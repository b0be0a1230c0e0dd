package io.troupe.actors.config;

import static io.troupe.actors.config.SettingsException.require;

/**
 * The section {@code evaluation}: what is measured on held-out tasks.
 *
 * @param tasks tasks a family, one trajectory each
 * @param temperature softmax temperature
 * @param before measure the policy that the run starts from
 * @param after measure the policy that the run made
 */
public record EvaluationSettings(int tasks, double temperature, boolean before, boolean after) {
    public EvaluationSettings {
        require(tasks >= 1, "tasks", tasks, "expected at least 1; to measure nothing set before and after to false");
        require(temperature > 0 && temperature <= 10, "temperature", temperature, "expected a number in (0, 10]");
    }
}
