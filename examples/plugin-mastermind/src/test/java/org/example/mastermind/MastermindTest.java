package org.example.mastermind;

import io.troupe.verifier.Task;
import io.troupe.verifier.conformance.EnvironmentConformance;
import java.util.List;
import java.util.Optional;

/** What Troupe expects of every environment, with this one's solutions. */
class MastermindTest extends EnvironmentConformance {

    @Override
    protected String familyId() {
        return "example/mastermind";
    }

    @Override
    protected String options() {
        return "{\"guesses\": 3, \"digits\": 4}";
    }

    @Override
    protected Optional<List<String>> solution(Task task) {
        String code = new Mastermind(new Mastermind.Options(3, 4)).code(task.level() + 1, Long.parseLong(task.gold()));
        return Optional.of(List.of("hm", "So it is <guess>" + code + "</guess>"));
    }

    @Override
    protected Optional<List<String>> mistake(Task task) {
        return Optional.of(List.of("<guess>9</guess>", "no idea", "<guess>99999</guess>"));
    }
}
