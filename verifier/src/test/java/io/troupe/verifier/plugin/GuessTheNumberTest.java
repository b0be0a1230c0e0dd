package io.troupe.verifier.plugin;

import io.troupe.verifier.Task;
import io.troupe.verifier.conformance.EnvironmentConformance;
import java.util.List;
import java.util.Optional;

class GuessTheNumberTest extends EnvironmentConformance {

    @Override
    protected String familyId() {
        return "test/guess";
    }

    @Override
    protected String options() {
        return "{\"guesses\": 3}";
    }

    @Override
    protected Optional<List<String>> solution(Task task) {
        var environment = new GuessTheNumber();
        environment.reset(task, Long.parseLong(task.gold()));
        return Optional.of(List.of("0.5", Long.toString(environment.secret())));
    }

    @Override
    protected Optional<List<String>> mistake(Task task) {
        return Optional.of(List.of("-1", "-2", "-3"));
    }
}
